"""Fields of the push form: what is shown in one comes back as it was, wherever the computer stands."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.ui.push.editors import editor_for, show_value, value_of
from imagery_hub.ui.push.plan import Field
from imagery_hub.ui.push.rows import shown
from qgis.PyQt.QtCore import QDateTime, Qt

MOMENT, WHOLE = Field("AT", "At", "", "moment"), Field("CLOUD", "Cloud", "", "whole", None, 0, 100)
TEXT, TICK = Field("TAG", "Tag", "", "text", ""), Field("ALL", "All bands", "", "tick", True)


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/St_Johns"])
def zone(request: pytest.FixtureRequest) -> Iterator[str]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def moment(text: str) -> QDateTime:
    return QDateTime.fromString(text, Qt.DateFormat.ISODate)


@pytest.mark.usefixtures("qgis_app")
@pytest.mark.parametrize("text", ["2024-06-02T09:41:00Z", "2024-06-02T00:00:00Z", "2024-03-31T02:30:00Z"])
def test_a_time_stays_in_utc(zone: str, text: str) -> None:
    editor = editor_for(MOMENT)
    show_value(editor, moment(text))
    assert editor.text() == text[:16].replace("T", " ")
    given = value_of(editor)
    assert given == moment(text)
    assert given.toUTC().toString(Qt.DateFormat.ISODate) == text
    assert shown(given) == text[:16].replace("T", " ")


@pytest.mark.usefixtures("qgis_app")
@pytest.mark.parametrize(("field", "value"), [
    (MOMENT, None), (WHOLE, None), (WHOLE, 0), (WHOLE, 100), (TEXT, ""), (TEXT, "a & <b>"), (TICK, True), (TICK, False),
])
def test_other_values_come_back(field: Field, value: Any) -> None:
    editor = editor_for(field)
    show_value(editor, value)
    assert value_of(editor) == value
    show_value(editor, None)
    assert value_of(editor) in (None, "", False)


@pytest.mark.usefixtures("qgis_app")
def test_more_clouds_than_all_cannot_be_given() -> None:
    editor = editor_for(WHOLE)
    editor.setValue(101)
    assert value_of(editor) == 100
    assert shown(None) == shown(QDateTime()) == ""
