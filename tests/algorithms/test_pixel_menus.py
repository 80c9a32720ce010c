"""The menus of Pixel's entries: what is offered where, with what filled in; and that the table names what there is."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pixel.flows import browse
from imagery_hub.ui import icons, menus
from imagery_hub.ui.browser.words import tip
from imagery_hub.ui.nodes.description import Place, kinds
from imagery_hub.ui.pixel.nodes import CHANGES
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm, QgsSettings

pytestmark = pytest.mark.usefixtures("imagery_hub")
PROJECT = Entry("project", "10", "Bridges")
IMAGES = Entry("collection.image", "10/5", "Spring")
ORTHO = Entry("collection.raster.RGB", "10/6", "May")
CLOUDS = Entry("collection.point_cloud", "10/7", "Strips")


@pytest.fixture(autouse=True)
def _nothing_used() -> Any:
    QgsSettings().remove("imagery_hub/menus")
    yield
    QgsSettings().remove("imagery_hub/menus")


def offered(entry: Entry, *above: Entry) -> dict[str, dict[str, Any]]:
    """The parameters by the algorithm's name, in the menu's order."""
    place = Place("pixel", "Fjord", entry, above)
    return {offer.algorithm.name().partition("_")[2]: offer.parameters for offer in menus.offers([place])}


def test_what_is_new_is_put_where_the_menu_was_opened() -> None:
    found = offered(PROJECT)
    assert found["createcollection"] == {"PROJECT": "10", "CONNECTION": "Fjord"}
    assert found["createproject"] == {"PARENT": "10", "CONNECTION": "Fjord"}
    assert offered(Entry("projects", "", ""))["createproject"] == {"CONNECTION": "Fjord"}


def test_a_collection_is_known_by_project_and_number() -> None:
    for entry in (IMAGES, ORTHO, CLOUDS):
        found = offered(entry, PROJECT)
        assert found["editcollection"] == {"COLLECTION": entry.id, "CONNECTION": "Fjord"}
        assert found["deletecollections"] == {"COLLECTIONS": entry.id, "CONNECTION": "Fjord"}
        assert found["movecollections"] == {"COLLECTIONS": entry.id, "CONNECTION": "Fjord"}


def test_only_what_a_collection_can_hold_is_offered() -> None:
    assert "imagestolayer" in offered(IMAGES, PROJECT) and "imagestolayer" not in offered(ORTHO, PROJECT)
    assert "optimiserasters" in offered(ORTHO, PROJECT) and "optimiserasters" not in offered(IMAGES, PROJECT)
    assert "optimisepointclouds" in offered(CLOUDS, PROJECT)
    assert "createharvestservice" not in offered(ORTHO, PROJECT)


def test_several_are_deleted_at_once() -> None:
    places = [Place("pixel", "Fjord", Entry("collection.image", f"10/{number}", ""), (PROJECT,)) for number in (5, 6)]
    assert menus.filled("pixel_deletecollections", places)["COLLECTIONS"] == "10/5,10/6"
    places = [Place("pixel", "Fjord", Entry("project", str(number), "")) for number in (1, 2)]
    assert menus.filled("pixel_deleteprojects", places)["PROJECTS"] == "1,2"


def test_soft_deletion_asks_nothing_and_what_was_deleted_comes_back_by_a_double_click() -> None:
    for entry, name in ((PROJECT, "deleteprojects"), (IMAGES, "deletecollections"),
                        (Entry("deleted_project", "10", "", "60"), "restoreprojects"),
                        (Entry("deleted_collection", "10/5", "", "60"), "restorecollections")):
        found = offered(entry)[name]
        algorithm = QgsApplication.processingRegistry().algorithmById(f"imageryhub:pixel_{name}")
        assert not menus.leaves_to_ask(algorithm, found)
    assert kinds("pixel")["deleted_project"].activate == "pixel_restoreprojects"


def test_a_heading_offers_what_belongs_to_its_collection() -> None:
    found = offered(Entry("images", "10/5", ""), PROJECT, IMAGES)
    assert found["imagestolayer"] == {"COLLECTION": "10/5", "CONNECTION": "Fjord"}
    found = offered(Entry("attachments", "data_collection/5", ""), PROJECT, IMAGES)
    assert found["addattachments"] == {"PROJECT": "10", "COLLECTION": "10/5", "CONNECTION": "Fjord"}


def test_things_in_a_collection_are_given_with_it() -> None:
    found = offered(Entry("harvest", "12", "Import"), PROJECT, IMAGES, Entry("harvests", "10/5", ""))
    assert found["startharvestservice"] == {"SERVICE": "12", "COLLECTION": "10/5", "CONNECTION": "Fjord"}
    found = offered(Entry("service.image", "Image/4", "Ortho", "stopped"), Entry("services", "", ""))
    assert found["startservice"] == {"SERVICE": "Image/4", "CONNECTION": "Fjord"}


def test_the_days_that_are_left_are_said_in_words() -> None:
    deleted = kinds("pixel")["deleted_project"]
    assert deleted.state(Entry("deleted_project", "1", "", "1")) == "1 day left"
    assert deleted.state(Entry("deleted_project", "1", "", "60")) == "60 days left"
    assert deleted.state(Entry("deleted_project", "1", "", "")) == ""


def test_rules_are_said_in_words() -> None:
    rules = json.dumps({"format": "GTiff", "data_type": "uint8", "num_bands": 3, "srid": 25833})
    entry = Entry("collection.raster.RGB", "10/6", "May", "", {"rules": rules})
    fact = next(one for one in kinds("pixel")[entry.kind].facts if one.member == "rules")
    assert fact.told(rules) == "GTiff, uint8, 3 bands, EPSG:25833"
    assert "Rules for rasters: GTiff, uint8, 3 bands, EPSG:25833" in html.unescape(tip(Place("pixel", "Fjord", entry)))
    assert fact.told("of a later time") == "of a later time"


def test_the_table_names_algorithms_and_icons_that_there_are() -> None:
    provider = QgsApplication.processingRegistry().providerById("imageryhub")
    names = {one.name() for one in provider.algorithms()}
    missing = set()
    for one in kinds("pixel").values():
        used = {*one.offers, *one.first, one.activate, one.edit, one.delete, one.photos} - {""}
        missing |= {f"{one.kind}: {name}" for name in used - names}
        assert (icons.ICONS / f"{one.icon}.svg").is_file(), one.icon
        assert one.title() and one.plural()
        assert one.empty() == "" or one.empty().endswith(".")
    assert missing == set()
    assert {name for name in CHANGES if name not in names} == set()


def test_every_kind_of_the_tree_is_described() -> None:
    described = set(kinds("pixel"))
    assert {one.kind for one in browse.ROOTS} <= described
    assert {*browse.PAGED, *browse.WHOLE, *(one for some in browse.HEADINGS.values() for one in some)} <= described
    types = ("image", "raster", "RGB", "DTM", "DSM", "point_cloud", "")
    assert {browse.collection_kind(one) for one in types} <= described
    for sorts in CHANGES.values():
        assert set(sorts) <= described


def test_what_changes_something_says_below_which_kinds() -> None:
    writes = ("create", "edit", "update", "move", "delete", "restore", "upload", "retry", "push", "add", "start",
              "stop", "refresh", "run", "revoke", "optimise")
    provider = QgsApplication.processingRegistry().providerById("imageryhub")
    called = {one.name().partition("_")[2] for one in provider.algorithms()
              if one.name().startswith("pixel_") and not isinstance(one, QgsProcessingModelAlgorithm)}
    silent = {"addservice", "addraster", "createuser"}  # onto the map; the platform does not list users
    assert {one for one in called if one.startswith(writes) and f"pixel_{one}" not in CHANGES} == silent


def test_each_group_of_the_toolbox_has_an_icon() -> None:
    from imagery_hub.algorithms.pixel.common import PixelAlgorithm

    for kind in PixelAlgorithm.groups():
        assert (icons.ICONS / f"{kind}.svg").is_file(), kind
