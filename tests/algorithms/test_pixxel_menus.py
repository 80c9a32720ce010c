"""What the Hub's tree offers for Pixxel's entries."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.core import icons
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.pixxel.flows import browse
from imagery_hub.ui.add_to_map.ways import ways_of
from imagery_hub.ui.menus import offers
from imagery_hub.ui.nodes.description import Place, kinds
from imagery_hub.ui.pixxel.nodes import CHANGES
from qgis.core import QgsApplication, QgsProcessingProvider

PROJECT = Entry("project", "p1", "Plots")
AOI = Entry("aoi", "a1", "North")
pytestmark = pytest.mark.usefixtures("imagery_hub")


def offered(entry: Entry, *above: Entry) -> dict[str, dict[str, Any]]:
    found = offers([Place("pixxel", "Space", entry, tuple(above))])
    return {one.algorithm.name().partition("_")[2]: one.parameters for one in found}


def test_things_are_given_with_what_they_are_in() -> None:
    insights = Entry("insights", "a1", "")
    found = offered(Entry("insight", "i1", "Classes", "completed"), PROJECT, AOI, insights)
    assert found["downloadinsight"] == {"AOI": "a1", "INSIGHT": "i1", "CONNECTION": "Space"}
    assert found["deleteinsight"] == {"PROJECT": "p1", "AOI": "a1", "INSIGHT": "i1", "CONNECTION": "Space"}
    flow = Entry("workflow", "w1", "Classify")
    found = offered(Entry("job_task", "t1", ""), PROJECT, flow, Entry("job", "j1", ""))
    assert found["downloadjob"] == {
        "PROJECT": "p1", "WORKFLOW": "w1", "JOB_ID": "j1", "TASK": "t1", "CONNECTION": "Space"
    }
    found = offered(Entry("scene", "pixxel-td-l2a/TD2_000812", ""), Entry("archive", "pixxel-td-l2a", ""))
    assert found["orderarchive"]["ITEMS"] == "pixxel-td-l2a/TD2_000812"


def test_what_came_of_an_order_is_looked_for_from_its_menu() -> None:
    order = Entry("order", "o1", "Plot scan")
    assert offered(order)["searchcatalog"] == {"ORDERS": "o1", "CONNECTION": "Space"}
    assert offered(order)["listorderitems"] == {"ORDERS": "o1", "CONNECTION": "Space"}
    found = offered(Entry("order_item", "i1", "Plot scan"), PROJECT, Entry("order_items", "p1", ""))
    assert found["searchcatalog"] == {"PROJECT": "p1", "ORDER_ITEMS": "i1", "CONNECTION": "Space"}
    assert found["listdeliveries"] == {"ORDER_ITEM": "i1", "CONNECTION": "Space"}
    found = offered(Entry("catalog", "c1", "TD2"))
    assert found["listdeliveries"] == {"CATALOG": "c1", "CONNECTION": "Space"}
    assert "searchcatalog" not in found, "an entry that one has is not looked for"


@pytest.mark.parametrize("kind", ["scene", "found_scene"])
def test_a_scene_that_was_found_leads_to_an_order_and_to_an_area(kind: str) -> None:
    places = [Place("pixxel", "Space", Entry(kind, f"pixxel-td-l2a/TD2_00081{number}", ""), ()) for number in (2, 3)]
    found = offers(places)
    assert [one.algorithm.name() for one in found][:2] == ["pixxel_orderarchive", "pixxel_createaoi"]
    for one in found[:2]:
        assert one.parameters == {
            "CONNECTION": "Space", "ITEMS": "pixxel-td-l2a/TD2_000812,pixxel-td-l2a/TD2_000813"}


def test_imagery_comes_onto_the_map() -> None:
    (way,) = ways_of(Place("pixxel", "Space", Entry("catalog", "c1", "TD2"), ()))
    assert way.loads and way.target(Place("pixxel", "Space", Entry("catalog", "c1", "TD2"), ())) == "c1"
    (way,) = ways_of(Place("pixxel", "Space", Entry("asset", "s1", "Mosaic"), (AOI,)))
    place = Place("pixxel", "Space", Entry("asset", "s1", "Mosaic"), (AOI,))
    assert way.parameters(place) == {"CONNECTION": "Space", "AOI": "a1", "ASSETS": "s1"}
    assert ways_of(Place("pixxel", "Space", Entry("asset", "s1", "Mosaic"), ())) == []


def test_the_table_names_algorithms_and_icons_that_there_are(imagery_hub: QgsProcessingProvider) -> None:
    names = {one.name() for one in imagery_hub.algorithms()}
    missing = set()
    for one in kinds("pixxel").values():
        used = {*one.offers, *one.first, one.activate, one.edit, one.delete} - {""}
        missing |= {f"{one.kind}: {name}" for name in used - names}
        assert (icons.ICONS / f"{one.icon}.svg").is_file(), one.icon
        assert one.title() and one.plural()
        assert one.empty() == "" or one.empty().endswith(".")
    assert missing == set()
    assert {name for name in CHANGES if name not in names} == set()


def test_every_kind_of_the_tree_is_described() -> None:
    described = set(kinds("pixxel"))
    assert {one.kind for one in browse.ROOTS} <= described
    assert {*browse.PAGED, *browse.WHOLE, *(one for some in browse.HEADINGS.values() for one in some)} <= described
    for sorts in CHANGES.values():
        assert set(sorts) <= described


def test_what_changes_something_says_below_which_kinds() -> None:
    writes = ("create", "edit", "delete", "reset", "run", "deliver", "order")
    reads = {"orderreport"}
    provider = QgsApplication.processingRegistry().providerById("imageryhub")
    called = {one.name().partition("_")[2] for one in provider.algorithms() if one.name().startswith("pixxel_")}
    assert {one for one in called if one.startswith(writes) and f"pixxel_{one}" not in CHANGES} == reads


def test_each_group_of_the_toolbox_has_an_icon() -> None:
    from imagery_hub.algorithms.pixxel.common import PixxelAlgorithm

    for kind in PixxelAlgorithm.groups():
        assert (icons.ICONS / f"{kind}.svg").is_file(), kind
