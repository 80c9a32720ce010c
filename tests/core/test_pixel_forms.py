"""Forms of Pixel: what they write is what they show, they allow what the platform allows, and they look things up."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from imagery_hub.core import connections
from imagery_hub.core.choices import Choice
from imagery_hub.providers.errors import ConnectionFailed, Kind
from imagery_hub.providers.pixel import field_mapping, raster_rules, search_filter
from imagery_hub.ui.forms.field import FormField
from imagery_hub.ui.pixel.forms.filter import FilterForm
from imagery_hub.ui.pixel.forms.filter_rows import ConditionRow, GroupBox
from imagery_hub.ui.pixel.forms.lookup import Lookup
from imagery_hub.ui.pixel.forms.mapping import MappingForm, MapRow
from imagery_hub.ui.pixel.forms.rules import RulesForm
from imagery_hub.ui.pixel.forms.words import rules_in_words
from qgis.core import QgsApplication, QgsCoordinateReferenceSystem
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QWidget

ASKED: list[dict[str, str]] = []
FAILURES: list[Exception] = []
FOUND: list[Choice] = []


def lister(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    ASKED.append(dict(values))
    if FAILURES:
        raise FAILURES.pop()
    yield from FOUND


@pytest.fixture(autouse=True)
def quiet(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in (ASKED, FAILURES, FOUND):
        one.clear()
    monkeypatch.setattr(connections, "credentials", lambda platform, name: Opening())
    monkeypatch.setattr("imagery_hub.ui.pixel.forms.lookup.lister_named", lambda name: lister)


class Opening:
    def connect(self, cancelled: Any = None) -> object:
        return object()


def lookup(values: dict[str, str]) -> Lookup:
    return Lookup("a:b", lambda name: values.get(name, ""), lambda: {"ON": values.get("ON", "")})


def shown(qtbot: Any, form: Any) -> FormField:
    field = FormField(form)
    qtbot.addWidget(field)
    field.resize(700, 300)
    field.show()
    return field


def click(widget: QAbstractButton) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(row) for row in range(combo.count())]


def choose(combo: QComboBox, text: str) -> None:
    index = combo.findText(text)
    assert index >= 0, f"{text} is not among {texts(combo)}"
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


# ---------------------------------------------------------------------- rules
@pytest.mark.parametrize("kind", raster_rules.RULES)
def test_rules_offer_what_the_type_allows_and_no_more(qtbot: Any, kind: str) -> None:
    form = RulesForm(lambda: kind)
    field = shown(qtbot, form)
    form.others_changed()
    for member in ("format", "data_type", "num_bands"):
        values = [str(one) for one in raster_rules.RULES[kind].values(member)]
        offered = [one for one in texts(form.combo(member)) if one != "Any"]
        assert offered == (values or [str(one) for one in range(1, 9)])
        assert form.combo(member).isEnabled() == (form.combo(member).count() > 1)
        for value in offered:
            choose(form.combo(member), value)
            assert not list(raster_rules.findings(kind, raster_rules.parse(field.value())))
            assert str(raster_rules.parse(field.value())[member]) == value
    assert not field.told.isVisible()


@pytest.mark.parametrize("kind", ["image", "point_cloud"])
def test_types_without_rules_have_no_fields(qtbot: Any, kind: str) -> None:
    form = RulesForm(lambda: kind)
    field = shown(qtbot, form)
    form.others_changed()
    assert field.value() == ""
    assert form.none.isVisible()
    assert not form.combo("format").isVisible()


def test_another_type_keeps_what_it_allows(qtbot: Any) -> None:
    kinds = ["DTM"]
    form = RulesForm(lambda: kinds[0])
    field = shown(qtbot, form)
    form.others_changed()
    choose(form.combo("data_type"), "float64")
    form.system.setCrs(QgsCoordinateReferenceSystem("EPSG:25833"))
    QTest.keyClicks(form.width, "0.5")
    assert json.loads(field.value()) == {
        "format": "GTiff", "data_type": "float64", "num_bands": 1, "srid": 25833, "cell_size": [0.5, 0.5]
    }
    kinds[0] = "DSM"
    form.others_changed()
    assert json.loads(field.value())["data_type"] == "float64"
    kinds[0] = "RGB"
    form.others_changed()
    rules = json.loads(field.value())
    assert (rules["data_type"], rules["num_bands"], rules["srid"]) == ("uint8", 3, 25833)


@pytest.mark.parametrize(
    "rules",
    [
        {"format": "PNG"}, {"num_bands": 12}, {"srid": 4326, "cell_size": [8.98315e-06, 1.25]},
        {"format": "GTiff", "data_type": "int16", "num_bands": 2, "srid": 25833, "cell_size": [0.1, 0.2]}, {},
    ],
)
def test_rules_that_are_given_come_back(qtbot: Any, rules: dict[str, Any]) -> None:
    field = shown(qtbot, RulesForm(lambda: "raster"))
    field.set_value(json.dumps(rules))
    assert not field.switch.isChecked()
    assert (json.loads(field.value()) if field.value() else {}) == rules


def test_a_size_that_is_no_number_is_told_and_not_dropped(qtbot: Any) -> None:
    form = RulesForm(lambda: "raster")
    field = shown(qtbot, form)
    QTest.keyClicks(form.width, "wide")
    assert field.told.isVisible()
    assert "cell size" in field.told.text()
    assert "wide" in field.value()


def test_text_that_no_form_can_show_stays_as_it_is(qtbot: Any) -> None:
    field = shown(qtbot, RulesForm(lambda: "DTM"))
    for text in ("{", '{"bands": 3}', '{"format": "JPEG"}'):
        field.set_value(text)
        assert field.value() == text
        assert field.plain.isVisible()
        assert field.told.text().endswith(".")
    field.set_value('{"data_type": "float64"}')
    assert not field.plain.isVisible()


def test_the_text_can_be_typed_and_shown_as_a_form_again(qtbot: Any) -> None:
    form = RulesForm(lambda: "raster")
    field = shown(qtbot, form)
    click(field.switch)
    assert field.plain.isVisible()
    field.plain.clear()
    QTest.keyClicks(field.plain, '{"format": "WEBP"}')
    assert field.value() == '{"format": "WEBP"}'
    click(field.switch)
    assert form.combo("format").currentText() == "WEBP"


def test_rules_are_told_in_words() -> None:
    rules = {"format": "GTiff", "num_bands": 1, "srid": 25833, "cell_size": [0.1, 0.25]}
    assert rules_in_words(json.dumps(rules)) == "GTiff, 1 band, EPSG:25833, cells of 0.1 × 0.25"
    assert rules_in_words("") == ""
    assert rules_in_words("something else") == "something else"


# ---------------------------------------------------------------------- filter
def built(form: FilterForm, count: int = 1) -> list[ConditionRow]:
    for _ in range(count):
        click(form.group.add_condition)
    return [one for one in form.group.parts if isinstance(one, ConditionRow)]


def test_a_filter_is_built_by_hand(qtbot: Any) -> None:
    FOUND.extend([Choice("name", "name", "VARCHAR"), Choice("created_at", "created_at", "DATETIME"),
                  Choice("json_metadata.span", "json_metadata.span", "INTEGER")])
    form = FilterForm(lookup({"ON": "images"}))
    field = shown(qtbot, form)
    assert not ASKED, "nothing is fetched before it is asked for"
    first, second = built(form, 2)
    qtbot.waitUntil(lambda: first.field.count() == 3)
    assert ASKED == [{"ON": "images"}]
    assert field.told.isVisible(), "a condition without a field is told"
    choose(first.field, "name")
    choose(first.operator, "is like")
    QTest.keyClicks(first.value.line, "%pier%")
    choose(second.field, "json_metadata.span")
    assert second.value.kind.currentText() == "Number"
    choose(second.operator, "is at least")
    QTest.keyClicks(second.value.line, "3")
    assert json.loads(field.value()) == {
        "and": [{"~": [{"var": "name"}, "%pier%"]}, {">=": [{"var": "json_metadata.span"}, 3]}]
    }
    assert not field.told.isVisible()
    choose(form.group.mode, "Any of these is true")
    click(form.group.add_group)
    (group,) = (one for one in form.group.parts if isinstance(one, GroupBox))
    assert group.mode.currentData() == "and"
    row = group.parts[0]
    QTest.keyClicks(row.field.lineEdit(), "tags")
    choose(row.operator, "is one of")
    QTest.keyClicks(row.value.line, 'crack, "rust, deep"')
    given = search_filter.parse(field.value())
    assert given is not None
    assert given["or"][2] == {"in": [{"var": "tags"}, ["crack", "rust, deep"]]}
    assert "tags" in field.told.text(), "a field that the platform does not name is told"
    click(group.findChild(QWidget, "imageryHubFilterRemoveGroup"))
    click(second.remove)
    assert json.loads(field.value()) == {"~": [{"var": "name"}, "%pier%"]}




@pytest.mark.parametrize("operator", search_filter.OPERATORS)
def test_every_operator_can_be_shown_and_read_again(qtbot: Any, operator: str) -> None:
    form = FilterForm(lookup({}))
    field = shown(qtbot, form)
    values: dict[str, list[Any]] = {
        "in": [["a", "b, c", 'q"q'], [1, 2.5]], "!in": [["x"]], "~": ["%a_"], "!~": [" a"],
        "contains": ["crack", 3], "!contains": ["3"],
    }
    for value in values.get(operator, ["text", "3", 3, -0.25, "2025-05-12T10:20:30", "2025-05-12"]):
        given = {operator: [{"var": "json_metadata.a b"}, value]}
        field.set_value(json.dumps(given))
        assert field.form.isVisible(), value
        assert json.loads(field.value()) == given
        assert not field.told.isVisible()
    if operator in ("==", "!="):
        field.set_value(json.dumps({operator: [{"var": "note"}, None]}))
        assert json.loads(field.value())[operator][1] is None


def test_groups_in_groups_come_back(qtbot: Any) -> None:
    field = shown(qtbot, FilterForm(lookup({})))
    given = {"or": [{"and": [{"==": [{"var": "a"}, 1]}, {"or": [{"<": [{"var": "b"}, 2]}, {">": [{"var": "b"}, 9]}]}]},
                    {"!contains": [{"var": "tags"}, "new"]}]}
    field.set_value(json.dumps(given))
    assert json.loads(field.value()) == given
    field.set_value("")
    assert field.value() == ""


@pytest.mark.parametrize(
    "text", ['{"in": [{"var": "a"}, ["x", 1]]}', '{"==": [{"var": "a"}, "two\\nlines"]}', "name = 3",
             '{"in": [{"var": "a"}, [null]]}', '{"in": [{"var": "a"}, [" x"]]}']
)
def test_filters_that_no_row_can_hold_stay_text(qtbot: Any, text: str) -> None:
    field = shown(qtbot, FilterForm(lookup({})))
    field.set_value('{"==": [{"var": "a"}, 1]}')
    field.set_value(text)
    assert field.plain.isVisible()
    assert field.value() == text


def test_a_number_that_is_none_is_refused(qtbot: Any) -> None:
    form = FilterForm(lookup({}))
    field = shown(qtbot, form)
    field.set_value('{">": [{"var": "a"}, 1]}')
    row = form.group.parts[0]
    row.value.line.clear()
    QTest.keyClicks(row.value.line, "three")
    assert field.told.isVisible()
    assert "NaN" in field.value()


def test_fields_that_cannot_be_read_are_told_and_can_be_typed(qtbot: Any) -> None:
    FAILURES.append(ConnectionFailed(Kind.UNREACHABLE, facts={"host": "far.example"}))
    form = FilterForm(lookup({"ON": "images"}))
    field = shown(qtbot, form)
    (row,) = built(form)
    qtbot.waitUntil(lambda: "far.example" in form.status.text())
    QTest.keyClicks(row.field.lineEdit(), "name")
    assert json.loads(field.value()) == {"==": [{"var": "name"}, ""]}
    FOUND.append(Choice("name", "name"))
    click(form.refresh)
    qtbot.waitUntil(lambda: row.field.count() == 1)
    assert not form.status.isVisible()
    assert row.field.currentText() == "name"


def test_what_is_searched_decides_the_fields(qtbot: Any) -> None:
    values = {"ON": "images"}
    FOUND.append(Choice("name", "name"))
    form = FilterForm(lookup(values))
    field = shown(qtbot, form)
    (row,) = built(form)
    qtbot.waitUntil(lambda: row.field.count() == 1)
    FOUND.append(Choice("format", "format"))
    values["ON"] = "rasters"
    form.others_changed()
    qtbot.waitUntil(lambda: row.field.count() == 2)
    form.others_changed()
    assert field.isVisible()
    assert [one["ON"] for one in ASKED] == ["images", "rasters"]


# ---------------------------------------------------------------------- mapping
def test_a_mapping_is_made_by_hand(qtbot: Any) -> None:
    FOUND.extend([Choice("geometry", "geometry"), Choice("title", "title"), Choice("road", "road")])
    form = MappingForm(lookup({"URL": "x"}))
    field = shown(qtbot, form)
    click(form.read)
    qtbot.waitUntil(lambda: "2 fields" in form.status.text())
    for external, target in (("title", "Image: name"), ("geometry", "Image: location"), ("road", "Metadata, as it is")):
        click(form.add)
        choose(form.rows[-1].external, external)
        choose(form.rows[-1].target, target)
    assert json.loads(field.value()) == {
        "maps": [{"model": "Image", "field_name": "name", "external_field": "title"},
                 {"model": "Image", "field_name": "location", "external_field": "geometry"}],
        "extra_fields": ["road"],
    }
    assert not field.told.isVisible()
    assert not form.rows[0].operation.isVisible()
    form.rows[2].external.setEditText("Road")
    assert "Road" in field.told.text()
    click(form.rows[2].remove)
    assert "extra_fields" not in json.loads(field.value())


def test_changes_begin_with_what_is_there(qtbot: Any) -> None:
    present = {"maps": [{"model": "Image", "field_name": "name", "external_field": "title"},
                        {"model": "ImageMetadata", "field_name": "hfov", "external_field": "angle"}],
               "extra_fields": ["road"]}
    FOUND.append(Choice(json.dumps(present), ""))
    form = MappingForm(lookup({}), lookup({}))
    field = shown(qtbot, form)
    assert field.value() == ""
    click(form.load)
    qtbot.waitUntil(lambda: len(form.rows) == 3)
    assert field.value() == "", "what is kept is no change"
    choose(form.rows[0].operation, "Update")
    form.rows[0].external.setEditText("caption")
    choose(form.rows[1].operation, "Remove")
    choose(form.rows[2].operation, "Remove")
    click(form.add)
    form.rows[3].external.setEditText("weather")
    changes = field_mapping.parse_changes(field.value())
    assert changes == {
        "maps": [{"operation": "update", "model": "Image", "field_name": "name", "external_field": "caption"},
                 {"operation": "remove", "model": "ImageMetadata", "field_name": "hfov"}],
        "add_extra_fields": ["weather"], "remove_extra_fields": ["road"],
    }
    field_mapping.check_changes(changes, present)
    again = shown(qtbot, MappingForm(lookup({}), lookup({})))
    again.set_value(field.value())
    assert json.loads(again.value()) == json.loads(field.value())


def test_a_mapping_that_the_platform_does_not_tell_is_said(qtbot: Any) -> None:
    form = MappingForm(lookup({}), lookup({}))
    field = shown(qtbot, form)
    click(form.load)
    qtbot.waitUntil(lambda: "does not tell" in form.status.text())
    assert form.rows == []
    assert field.value() == ""


def test_two_rows_with_one_target_are_told(qtbot: Any) -> None:
    form = MappingForm(lookup({}))
    field = shown(qtbot, form)
    for external in ("a", "b"):
        click(form.add)
        row: MapRow = form.rows[-1]
        row.external.setEditText(external)
        choose(row.target, "Image: name")
    assert "twice" in field.told.text()


@pytest.mark.parametrize("form", [FilterForm, MappingForm])
def test_nothing_is_said_to_be_read_when_what_is_asked_for_has_changed(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, form: type
) -> None:
    gate = threading.Event()

    def slow(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
        gate.wait(20)
        yield from ()

    monkeypatch.setattr("imagery_hub.ui.pixel.forms.lookup.lister_named", lambda name: slow)
    values = {"ON": "images"}
    made = form(lookup(values))
    field = shown(qtbot, made)
    click(made.refresh if form is FilterForm else made.read)
    assert made.status.isVisible()
    values["ON"] = "rasters"
    made.others_changed()
    assert not made.status.isVisible()
    gate.set()
    assert field.isVisible()
