"""The field for ids: it shows names and gives ids."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imagery_hub.core.choices import Choice
from imagery_hub.ui.choices.chooser import Chooser
from imagery_hub.ui.choices.source import ChoiceSource
from qgis.core import QgsApplication, QgsSettings

ONE, TWO, THREE = Choice("r1", "Orchard"), Choice("r2", "Meadow"), Choice("r3", "Meadow")


@pytest.fixture
def chooser(qgis_app: QgsApplication) -> Iterator[Chooser]:
    source = ChoiceSource("picterra", lambda: lambda platform, search, values: iter(()), "rasters", lambda: "", dict)
    made = Chooser(source, several=True)
    yield made
    made.deleteLater()
    QgsSettings().remove("imagery_hub/choices")


def shown(chooser: Chooser) -> tuple[str, str]:
    return chooser.field.currentText(), chooser.value()


def test_several_are_shown_by_their_names(chooser: Chooser) -> None:
    chooser.choose([ONE, TWO])
    assert shown(chooser) == ("Orchard, Meadow", "r1,r2")
    heard: list[str] = []
    chooser.changed.connect(lambda: heard.append(chooser.value()))
    chooser.choose([THREE, ONE])
    assert shown(chooser) == ("Meadow, Orchard", "r3,r1")
    assert set(heard) == {"r3,r1"}, "nothing else is told on the way"
    assert [chooser.label_of(one) for one in ("r1", "r2", "r3")] == ["Orchard", "Meadow", "Meadow"]
    texts = [chooser.field.itemText(row) for row in range(chooser.field.count())]
    assert sorted(texts) == ["Meadow", "Meadow", "Meadow, Orchard", "Orchard"]


def test_two_of_the_same_name_stay_two(chooser: Chooser) -> None:
    chooser.choose([TWO, THREE])
    assert shown(chooser) == ("Meadow, Meadow", "r2,r3")


def test_one_of_several_is_still_one(chooser: Chooser) -> None:
    chooser.choose([ONE, TWO])
    chooser.choose([TWO])
    assert shown(chooser) == ("Meadow", "r2")
    chooser.set_value("r1")
    assert shown(chooser) == ("Orchard", "r1")


def test_ids_without_names_stay_as_they_are(chooser: Chooser) -> None:
    chooser.choose([ONE])
    chooser.set_value("r1,unknown")
    assert shown(chooser) == ("r1,unknown", "r1,unknown")


def test_they_are_kept_when_what_was_chosen_before_is_read_again(chooser: Chooser) -> None:
    chooser.choose([ONE, TWO])
    chooser.recall()
    assert shown(chooser) == ("Orchard, Meadow", "r1,r2")
