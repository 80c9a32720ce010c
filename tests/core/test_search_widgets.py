"""Rows, days and remembered values of the dock for searching, apart from the dock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.core.layers.footprints import shape_of
from imagery_hub.core.search import Found
from imagery_hub.providers.capabilities import Entry
from imagery_hub.providers.search import Hit, Query
from imagery_hub.ui.picterra import search as picterra
from imagery_hub.ui.search import memory
from imagery_hub.ui.search.dates import DateRange, presets
from imagery_hub.ui.search.model import CAPTURED, CLOUD, COVERED, NAME, FoundModel
from imagery_hub.ui.search.table import FoundTable
from qgis.core import QgsApplication, QgsGeometry, QgsSettings
from qgis.PyQt.QtCore import QDate, QPersistentModelIndex, Qt
from qgis.PyQt.QtTest import QAbstractItemModelTester

pytestmark = pytest.mark.usefixtures("qgis_app")
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder


@pytest.fixture(autouse=True)
def no_memory() -> Iterator[None]:
    QgsSettings().remove(memory.GROUP)
    yield
    QgsSettings().remove(memory.GROUP)


def found(name: str, cloud: float | None = None, captured: str = "", connection: str = "Farm",
          covered: float | None = None) -> Found:
    return Found("picterra", connection, Hit(Entry("raster", name, name), captured, cloud), QgsGeometry(), covered)


def names(model: FoundModel) -> list[str]:
    return [model.index(row, NAME).data() for row in range(model.rowCount())]


def test_rows_are_sorted_with_the_unknown_behind() -> None:
    model = FoundModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.take([found("b", 30, "2024-02-01T00:00:00Z"), found("A"), found("c", 5, "2023-02-01T00:00:00Z")])
    assert names(model) == ["b", "A", "c"]
    for column, order, wanted in ((NAME, ASCENDING, ["A", "b", "c"]), (NAME, DESCENDING, ["c", "b", "A"]),
                                  (CLOUD, ASCENDING, ["c", "b", "A"]), (CLOUD, DESCENDING, ["b", "c", "A"]),
                                  (CAPTURED, ASCENDING, ["c", "b", "A"]), (CAPTURED, DESCENDING, ["b", "c", "A"])):
        model.sort(column, order)
        assert names(model) == wanted
    assert tester.model() is model


def test_what_arrives_later_is_sorted_in_and_selections_stay_with_their_rows() -> None:
    model = FoundModel()
    model.sort(CLOUD)
    first = model.take([found("b", 30), found("a", 10)])
    kept = QPersistentModelIndex(model.index_of(first[0].number))
    model.take([found("d", 20), found("c", None)])
    assert names(model) == ["a", "d", "b", "c"]
    assert kept.data() == "b"
    assert model.index_of(first[1].number).row() == 0
    gone = model.keep(lambda row: row.texts[NAME] != "b")
    assert [row.texts[NAME] for row in gone] == ["b"]
    assert names(model) == ["a", "d", "c"]
    assert not model.index_of(first[0].number).isValid()


def test_names_are_data() -> None:
    model = FoundModel()
    model.take([found("<b>&\nx</b>", covered=0.001)])
    index = model.index(0, NAME)
    assert index.data() == "<b>& x</b>"
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert model.index(0, COVERED).data() == "under 1 %"


def test_a_row_is_chosen_from_the_map_whatever_the_order(qtbot: Any) -> None:
    model = FoundModel()
    table = FoundTable(model)
    qtbot.addWidget(table)
    rows = model.take([found(str(number), number % 101) for number in range(20000)])
    model.sort(CLOUD, DESCENDING)
    table.choose([rows[7].number])
    assert [row.texts[NAME] for row in table.selected()] == ["7"]
    table.choose([rows[19999].number], add=True)
    assert {row.texts[NAME] for row in table.selected()} == {"7", "19999"}
    table.choose([rows[7].number], add=True)
    assert [row.texts[NAME] for row in table.selected()] == ["19999"]
    table.selectAll()
    assert len(table.selected()) == 20000


def test_often_used_days() -> None:
    days = dict(presets(QDate(2024, 3, 1)))
    assert days["Last 7 days"] == (QDate(2024, 2, 24), QDate(2024, 3, 1))
    assert days["Last 30 days"] == (QDate(2024, 2, 1), QDate(2024, 3, 1))
    assert days["Last 12 months"] == (QDate(2023, 3, 2), QDate(2024, 3, 1))
    assert days["Last year"] == (QDate(2023, 1, 1), QDate(2023, 12, 31))
    assert not any(day.isValid() for day in days["Any time"])


def test_days_are_those_of_this_computer_and_include_both_ends(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    range_of_days = DateRange()
    qtbot.addWidget(range_of_days)
    assert range_of_days.moments() == ("", "")
    range_of_days.set_days((QDate(2024, 6, 1), QDate(2024, 6, 2)))
    after, before = range_of_days.moments()
    day = QDate(2024, 6, 1).startOfDay().toUTC()
    assert after == day.toString(Qt.DateFormat.ISODate)
    assert before == day.addDays(2).addSecs(-1).toString(Qt.DateFormat.ISODate)
    assert not range_of_days.turned_round
    range_of_days.set_days((QDate(2024, 6, 3), QDate(2024, 6, 2)))
    assert range_of_days.turned_round
    range_of_days.set_days((QDate(), QDate(2024, 6, 2)))
    assert range_of_days.moments()[0] == ""


def test_values_are_remembered() -> None:
    assert memory.recall() == memory.Values()
    values = memory.Values([("picterra", "Farm"), ("picterra", "")], QDate(2024, 1, 2), QDate(), 40, "a", "b", True)
    memory.remember(values, {"picterra": {"folder": "f-1"}})
    assert memory.recall() == values
    assert memory.further("picterra") == {"folder": "f-1"}
    QgsSettings().setValue(f"{memory.GROUP}/connections", "[1, {}]")
    QgsSettings().setValue(f"{memory.GROUP}/further/picterra", "no json")
    assert memory.recall().connections == []
    assert memory.further("picterra") == {}


def test_a_query_as_the_parameters_of_the_algorithm_that_lists() -> None:
    query = Query(text="o", max_cloud=0, captured_after="2024-01-01T00:00:00Z",
                  further={"has_vector_layers": "false", "folder": "f"})
    listed = picterra.listing(query, "Polygon ((0 0, 1 1, 1 0, 0 0))")
    after = listed.pop("CAPTURED_AFTER")
    assert after.timeSpec() == Qt.TimeSpec.LocalTime
    assert after.toUTC().toString(Qt.DateFormat.ISODate) == "2024-01-01T00:00:00Z"
    assert listed == {
        "SEARCH": "o", "MAX_CLOUD_COVERAGE": 0, "FOLDER": "f",
        "HAS_VECTOR_LAYERS": 2, "WITHOUT_PLACE": False, "AREA": "CRS=EPSG:4326;Polygon ((0 0, 1 1, 1 0, 0 0))"}


def test_the_widgets_offer_only_what_the_algorithm_has() -> None:
    from imagery_hub.algorithms.picterra.raster_reading import ListRasters

    algorithm = ListRasters()
    algorithm.initAlgorithm()
    known = {one.name() for one in algorithm.parameterDefinitions()}
    assert algorithm.name() == picterra.LISTS
    assert set(picterra.listing(Query(text="x", tag="x", max_cloud=1, captured_after="2024-01-01T00:00:00Z",
                                      captured_before="2024-01-01T00:00:00Z"),
                                "Polygon")) <= known


def test_a_place_that_is_not_known_is_told(qgis_app: QgsApplication) -> None:
    model = FoundModel()
    model.take([found("x")])
    assert "does not tell where it lies" in model.index(0, NAME).data(Qt.ItemDataRole.ToolTipRole)
    assert shape_of(None).isNull()
