"""Under Qt 6: Pixel's forms show what they are given and give it back, and its list of files says what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.ui.forms.field import Form, FormField
from imagery_hub.ui.pixel.forms.filter import FilterForm
from imagery_hub.ui.pixel.forms.lookup import Lookup
from imagery_hub.ui.pixel.forms.mapping import MappingForm
from imagery_hub.ui.pixel.uploads.files import NAME, WAY, FileList
from imagery_hub.ui.pixel.uploads.sorts import Verdict
from imagery_hub.ui.push.sources import Source
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

FILTER = {"or": [{"and": [{"==": [{"var": "shot"}, "2025-05-12T10:20:30"]}, {"in": [{"var": "tags"}, ["a", "b, c"]]}]},
                 {"!=": [{"var": "note"}, None]}, {">": [{"var": "span"}, 3]}]}
CHANGES = {"maps": [{"operation": "remove", "model": "Image", "field_name": "name"}], "add_extra_fields": ["road"]}


def lookup() -> Lookup:
    return Lookup("nowhere:nothing", lambda name: "", dict)


@pytest.mark.parametrize(("make", "given"), [
    (lambda: FilterForm(lookup()), FILTER), (lambda: MappingForm(lookup(), lookup()), CHANGES)])
def test_a_form_gives_back_what_it_shows(make: Any, given: Any) -> None:
    form: Form = make()
    field = FormField(form)
    field.resize(700, 300)
    field.show()
    field.set_value(json.dumps(given))
    assert form.isVisible()
    assert json.loads(field.value()) == given
    for as_text in (True, False):
        QTest.mouseClick(field.switch, Qt.MouseButton.LeftButton)
        assert field.plain.isVisible() == as_text
        assert json.loads(field.value()) == given
    field.close()


def test_a_file_is_ticked_and_judged() -> None:
    files = FileList()
    files.show()
    files.add([Source("ortho", Path("ortho.tif"))])
    files.judge({"ortho.tif": Verdict(False, "It is too deep.", "gdal_translate -ot Byte a b")})
    (item,) = files.items()
    assert item.ticked
    assert item.text(WAY) == "gdal_translate"
    item.setCheckState(NAME, Qt.CheckState.Unchecked)
    assert not item.ticked
    files.close()
