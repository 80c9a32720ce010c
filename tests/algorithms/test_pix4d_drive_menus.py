"""The menus of PIX4D's entries: what is offered where, with what filled in; and that the table names what there is."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import icons, menus
from imagery_hub.ui.nodes.description import Place, kinds
from imagery_hub.ui.pix4d.nodes import CHANGES
from qgis.core import QgsApplication, QgsSettings

pytestmark = pytest.mark.usefixtures("imagery_hub")
ORGANIZATION = Entry("organization", "o-1", "Surveys")
FOLDER = Entry("folder", "f-1", "2026")
SITE = Entry("site", "31", "Pit")
PROJECT = Entry("project", "12", "Quarry", "DONE", {"uuid": "u-12"})
PHOTOS = Entry("photos", "12", "")


@pytest.fixture(autouse=True)
def _nothing_used() -> Any:
    QgsSettings().remove("imagery_hub/menus")
    yield
    QgsSettings().remove("imagery_hub/menus")


def offered(entry: Entry, *above: Entry) -> dict[str, dict[str, Any]]:
    """The parameters by the algorithm's name, in the menu's order."""
    place = Place("pix4d", "Quarries", entry, above)
    return {offer.algorithm.name().partition("_")[2]: offer.parameters for offer in menus.offers([place])}


def test_what_is_new_is_put_where_the_menu_was_opened() -> None:
    found = offered(FOLDER, ORGANIZATION)
    where = {"DRIVE_FOLDER": "f-1", "ORGANIZATION": "o-1", "CONNECTION": "Quarries"}
    assert found["createfolder"] == found["createsite"] == found["createproject"] == where
    assert found["renamefolder"] == {"FOLDER": "f-1", "CONNECTION": "Quarries"}
    assert offered(SITE, FOLDER, ORGANIZATION)["createproject"] == {"SITE": "31", **where}
    assert offered(ORGANIZATION)["createfolder"] == {"ORGANIZATION": "o-1", "CONNECTION": "Quarries"}


def test_a_move_knows_what_is_moved_and_not_where_to() -> None:
    assert offered(PROJECT, FOLDER, SITE)["moveindrive"]["PROJECTS"] == "12"
    assert not {"TO_SITE", "TO_FOLDER", "TO_ORGANIZATION"} & set(offered(PROJECT, FOLDER, SITE)["moveindrive"])


def test_what_destroys_comes_last() -> None:
    for entry, names in ((PROJECT, {"deleteproject"}), (SITE, {"deletesite"}), (FOLDER, {"deletefolder"})):
        found = list(offered(entry))
        assert names <= set(found)
        menu = menus.offers([Place("pix4d", "", entry)])
        destroying = [one.destroys for one in menu]
        assert destroying == sorted(destroying)
        assert any(one.algorithm.name() == f"pix4d_{next(iter(names))}" and one.destroys for one in menu)


def test_a_heading_offers_what_belongs_to_its_project() -> None:
    assert offered(PHOTOS, FOLDER, PROJECT)["uploadphotos"]["PROJECT"] == "12"


def test_points_and_annotations_are_changed_where_they_are() -> None:
    found = offered(Entry("gcp", "GCP_1", "GCP_1"), PROJECT, Entry("gcps", "12", ""))
    assert found["editgcp"] == {"GCP": "GCP_1", "PROJECT": "12", "CONNECTION": "Quarries"}
    assert found["deletegcps"]["GCPS"] == "GCP_1"
    found = offered(Entry("annotation", "Project_12_x", "Heap"), PROJECT, Entry("annotations", "12", ""))
    assert {"12", "Project_12_x"} <= set(found["deleteannotations"].values())
    assert offered(Entry("annotations", "12", ""), PROJECT)["getannotations"]["PROJECT"] == "12"


def test_the_sorts_of_outputs_are_outputs() -> None:
    output = Entry("output.raster", "77", "dsm", "done")
    assert Place("pix4d", "", output).name == "Surface model (DSM)"
    assert Place("pix4d", "", output, (PROJECT,)).nearest("output") == output
    assert {one.icon for one in kinds("pix4d").values() if one.kind.startswith("output.")} >= {"raster", "report"}


def test_the_table_names_algorithms_and_icons_that_there_are() -> None:
    provider = QgsApplication.processingRegistry().providerById("imageryhub")
    names = {one.name() for one in provider.algorithms()}
    missing = set()
    for one in kinds("pix4d").values():
        used = {*one.offers, one.activate, one.edit, one.delete} - {""}
        missing |= {f"{one.kind}: {name}" for name in used - names}
        assert (icons.ICONS / f"{one.icon}.svg").is_file(), one.icon
        assert one.title() and one.plural()
        assert one.empty().endswith(".") or (one.kind, one.empty()) == ("project", "")
    assert missing == set()
    assert {name for name in CHANGES if name not in names} == set()
    for kinds_below in CHANGES.values():
        assert set(kinds_below) <= set(kinds("pix4d"))
