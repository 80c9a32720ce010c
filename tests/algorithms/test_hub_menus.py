"""The menus of entries: which algorithms are offered, with what filled in, in which order; and jobs elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core.jobs import JobRecord, State
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import menus
from imagery_hub.ui.choices import memory
from imagery_hub.ui.hub import elsewhere
from imagery_hub.ui.nodes.description import Place
from qgis.core import QgsSettings
from qgis.PyQt.QtWidgets import QMenu

pytestmark = pytest.mark.usefixtures("imagery_hub")
RASTER = Entry("raster", "r-1", "North field", "ready")
DETECTOR = Entry("detector", "d-1", "Trees", "trained")


@pytest.fixture(autouse=True)
def _nothing_used() -> Iterator[None]:
    for group in ("imagery_hub/menus", "imagery_hub/choices"):
        QgsSettings().remove(group)
    yield
    for group in ("imagery_hub/menus", "imagery_hub/choices"):
        QgsSettings().remove(group)


def place(entry: Entry, *above: Entry, connection: str = "Farm") -> Place:
    return Place("picterra", connection, entry, above)


def offered(*places: Place) -> dict[str, dict[str, Any]]:
    """The parameters by the algorithm's name, in the menu's order."""
    return {offer.algorithm.name(): offer.parameters for offer in menus.offers(places)}


def test_an_entry_fills_its_parameter_and_the_connection() -> None:
    found = offered(place(RASTER))
    assert found["picterra_downloadraster"] == {"RASTER": "r-1", "CONNECTION": "Farm"}
    assert found["picterra_addrasterstodetector"] == {"RASTERS": "r-1", "CONNECTION": "Farm"}
    assert "picterra_createfolder" not in found
    assert "picterra_getraster" not in found  # hidden from the toolbox


def test_what_is_above_fills_further_parameters() -> None:
    found = offered(place(RASTER, DETECTOR))
    assert found["picterra_setannotations"] == {"RASTER": "r-1", "DETECTOR": "d-1", "CONNECTION": "Farm"}
    found = offered(place(Entry("vector_layer", "v-1", "Result"), RASTER))
    assert found["picterra_deletevectorlayer"] == {"VECTOR_LAYER": "v-1", "RASTER": "r-1", "CONNECTION": "Farm"}


def test_a_detector_that_is_not_trained_is_not_run() -> None:
    assert "picterra_rundetector" in offered(place(DETECTOR))
    untrained = replace(DETECTOR, state="untrained")
    assert "picterra_rundetector" not in offered(place(untrained))
    assert "DETECTOR" not in offered(place(RASTER, untrained))["picterra_rundetector"]


def test_several_entries_fill_parameters_of_several_only() -> None:
    second = replace(RASTER, id="r-2")
    found = offered(place(RASTER), place(second))
    assert list(found) == ["picterra_addrasterstodetector"]
    assert found["picterra_addrasterstodetector"]["RASTERS"] == "r-1,r-2"
    assert offered(place(RASTER), place(second, connection="Other")) == {}
    assert offered(place(RASTER), place(DETECTOR)) == {}
    assert menus.offers([]) == []


def test_what_destroys_is_last_and_what_was_used_is_first() -> None:
    names = list(offered(place(RASTER)))
    destroying = {"picterra_deleteraster", "picterra_deletevectorlayer", "picterra_removedetectionareas"}
    assert set(names[-3:]) == destroying
    assert names[0] == "picterra_rundetector"
    QgsSettings().setValue(f"{menus.USED}/imageryhub_picterra_createmarkers", 3)
    QgsSettings().setValue(f"{menus.USED}/imageryhub_picterra_deleteraster", 9)
    names = list(offered(place(RASTER)))
    assert names[0] == "picterra_createmarkers"
    assert set(names[-3:]) == destroying


def test_the_menu_has_the_seldom_ones_under_more() -> None:
    menu = QMenu()
    menus.fill(menu, [place(RASTER)])
    texts = [action.text() for action in menu.actions() if action.objectName() == ""]
    assert texts[:2] == ["Run detector…", "Add rasters to detector…"]
    assert texts[-4:] == ["More", "", "Delete raster…", "Remove detection areas…"]
    (more,) = [action.menu() for action in menu.actions() if action.menu() is not None]
    assert "List vector layers…" in [action.text() for action in more.actions()]


def test_headings_offer_what_makes_something_new() -> None:
    assert offered(place(Entry("folders", "", ""))) == {"picterra_createfolder": {"CONNECTION": "Farm"}}
    assert list(offered(place(Entry("detectors", "", "")))) == ["picterra_createdetector"]


def test_only_what_has_nothing_left_to_ask_is_run_at_once() -> None:
    train = menus.algorithm("picterra_traindetector")
    edit = menus.algorithm("picterra_editraster")
    assert not menus.leaves_to_ask(train, offered(place(DETECTOR))["picterra_traindetector"])
    assert menus.leaves_to_ask(edit, offered(place(RASTER))["picterra_editraster"])


def test_a_dialog_shows_the_names_of_what_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(menus, "open_dialog", lambda *values: opened.append(values))
    where = place(RASTER, DETECTOR)
    menus.carry_out("picterra_setannotations", menus.filled("picterra_setannotations", [where]), [where])
    assert opened == [("picterra_setannotations", {"RASTER": "r-1", "DETECTOR": "d-1", "CONNECTION": "Farm"})]
    assert memory.names() == {"r-1": "North field", "d-1": "Trees"}


def test_jobs_that_ended_in_another_process_are_told(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def record(job: str, owner: str, ended: float, connection: str = "Farm") -> JobRecord:
        return JobRecord(job, "imageryhub:picterra_uploadraster", "", {"CONNECTION": connection}, State.DONE,
                         owner=owner, ended=ended)

    now = time.time() + 5
    store = SimpleNamespace(version=lambda: (1, 1), all=lambda states: [])
    monkeypatch.setattr(elsewhere, "job_store", lambda: store)
    looking = elsewhere.Elsewhere()
    heard: list[tuple[str, str, str]] = []
    looking.made.connect(lambda *told: heard.append(told))

    def look() -> None:
        looking.look()
        qtbot.waitUntil(looking._errand.ended.is_set)
        qtbot.wait(20)

    look()
    store.version = lambda: (2, 1)
    store.all = lambda states: [record("mine", elsewhere.me(), now), record("old", "other|1|x", 1.0),
                                record("theirs", "other|1|x", now)]
    look()
    assert heard == [("picterra", "Farm", "picterra_uploadraster")]
    look()
    store.version = lambda: (3, 1)
    look()
    assert len(heard) == 1
