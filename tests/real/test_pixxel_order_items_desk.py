"""Several items of Pixxel in one order, by mouse: one is kept in a file, the next one takes it along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import hands
import pytest
from algorithm_hands import AlgorithmHands
from hub_dock import HubDockHands
from pixxel_desk import NAME, PROJECT
from pixxel_hands import choose_day, draw_area, hub_open_at
from qgis.core import QgsRectangle
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QFileDialog, QLineEdit, QPushButton, QToolButton
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

HERE = QgsRectangle(75.58, 14.40, 75.77, 14.55)
FIELDS = [(75.61, 14.42), (75.74, 14.42), (75.74, 14.53), (75.61, 14.53)]
WAY = (NAME, "Projects", PROJECT, "Order items")


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def hub(sandbox: SandboxProcess) -> Iterator[HubDockHands]:
    with hub_open_at(sandbox, HERE, WAY, "Nothing was ordered yet.") as found:
        yield found


def tasking(hub: HubDockHands, calls: PixxelCalls, name: str, months: int) -> AlgorithmHands:
    """The dialog, filled in for some months' tasking of the fields."""
    hub.menu("Order tasking…", *WAY)
    dialog = AlgorithmHands("Order tasking")
    dialog.write("NAME", name)
    dialog.write("USECASE", "agriculture")
    draw_area(dialog, FIELDS)
    dialog.look_up("BANDSET", calls.get("v0/bandsets")["bandsets"][0]["name"])
    dialog.choose("RECURRENCE", "MONTHLY")
    dialog.write("OCCURRENCES", str(months))
    choose_day(dialog.field("START"), 1)
    return dialog


def take_file(dialog: AlgorithmHands, name: str, file: Path) -> None:
    """Choose a file for a parameter that takes several: its button, “Add File(s)…”, the file, “OK”."""

    def choose(chooser: QDialog) -> None:
        assert isinstance(chooser, QFileDialog)
        field = chooser.findChild(QLineEdit, "fileNameEdit")
        hands.write(field, str(file))
        QTest.keyClick(field, Qt.Key.Key_Return)

    def button(text: str) -> QPushButton | None:
        return next((one for one in dialog.dialog.findChildren(QPushButton)
                     if one.isVisible() and one.text().replace("&", "").startswith(text)), None)

    field = dialog.field(name)
    hands.click(field.findChild(QToolButton) or field.findChild(QPushButton))
    add = hands.wait_for(lambda: button("Add File"), "the button that adds files")
    hands.in_dialog(choose)
    hands.click(add)
    dialog.keep_picture("pixxel_order_together_files")
    hands.click(button("OK"))
    hands.wait_for(lambda: dialog.value(name) == [str(file)], "the file to be taken")


def test_an_item_that_was_kept_is_ordered_with_the_next(
    hub: HubDockHands, calls: PixxelCalls, tmp_path: Path
) -> None:
    kept = tmp_path / "north.json"
    dialog = tasking(hub, calls, "North", 2)
    dialog.write("ITEM_FILE", str(kept))
    dialog.keep_picture("pixxel_order_kept")
    dialog.run()
    assert "Nothing was ordered" in dialog.log() and kept.exists()
    dialog.close()
    dialog = tasking(hub, calls, "South", 3)
    take_file(dialog, "WITH_ITEMS", kept)
    dialog.keep_picture("pixxel_order_together")
    dialog.run()
    lines = re.findall(r"^Order item (\d), (\w+): (\d+) tokens", dialog.log(), re.MULTILINE)
    assert [one[:2] for one in lines] == [("1", "South"), ("2", "North")]
    assert calls.get("v0/orders")["orders"] == []
    dialog.keep_picture("pixxel_order_together_priced")
    dialog.change()
    dialog.tick("CONFIRM")
    dialog.run()
    dialog.close()
    (order,) = calls.get("v0/orders")["orders"]
    assert [(one["name"], one["final_amount"]) for one in order["order_items"]] == [
        (name, int(tokens)) for _, name, tokens in lines]
    hub.wait(["North", "South"], *WAY)
    hub.click(*WAY, "North")
    hands.keep_picture("pixxel_order_together_placed", hub.dock)
