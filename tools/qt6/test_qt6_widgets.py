"""Under Qt 6: the widgets of ui/ are built, shown, drawn, typed into and clicked, over stand-ins for QGIS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
import stand_ins
from imagery_hub.core import background, connections, live_sources
from imagery_hub.core.choices import Choice
from imagery_hub.core.connections import Connection
from imagery_hub.core.layers.streaming import Reference
from imagery_hub.core.problems import Problem
from imagery_hub.ui.choices import wrapper
from imagery_hub.ui.choices.connection import ConnectionWrapper
from imagery_hub.ui.connections.dialog import ConnectionDialog
from imagery_hub.ui.connections.factory import OptionsFactory
from imagery_hub.ui.status import StatusLine
from imagery_hub.ui.stream_notice import StreamNotice
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QIcon
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QDialogButtonBox, QLineEdit, QMessageBox, QPushButton, QWidget

SECONDS = 10
ASKED: list[tuple[str, dict[str, str], str]] = []
FAILURES: list[Exception] = []


def wait(for_what: Callable[[], Any]) -> None:
    for _ in range(SECONDS * 50):
        if for_what():
            return
        QTest.qWait(20)
    pytest.fail(f"It did not come about in {SECONDS} s.")


def click(widget: QWidget) -> None:
    assert widget.isVisible() and widget.isEnabled()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def colours(widget: QWidget) -> int:
    """How many colours are in a picture of the widget: more than one when something is drawn."""
    image = widget.grab().toImage()
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(0, image.height(), 3)})


def things(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """120 things, of which the search picks some."""
    ASKED.append((search, dict(values), threading.current_thread().name))
    if FAILURES:
        raise FAILURES.pop()
    for number in range(120):
        if search.lower() in f"thing {number:03}":
            yield Choice(f"id-{number:03}", f"Thing {number:03}", "ready")


@pytest.fixture(autouse=True)
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A platform that accepts one key and asks no network."""

    def check(opening: connections.Credentials, cancelled: Any = None) -> str:
        if opening.secrets["key"] != "right-key-1":
            raise Problem("The key was not accepted.")
        return "Somebody"

    ASKED.clear()
    FAILURES.clear()
    monkeypatch.setattr(connections.NetworkSettings, "read", staticmethod(lambda: None))
    monkeypatch.setattr(connections.Credentials, "connect", lambda opening, cancelled=None: object())
    monkeypatch.setattr(connections.Credentials, "check", check)
    monkeypatch.setenv("PICTERRA_API_KEY", "right-key-1")
    yield
    stand_ins.AUTH.open = True
    for name in connections.names():
        connections.remove(name)
    background.close()


def shown(widget: QWidget) -> QWidget:
    widget.resize(700, 400)
    widget.show()
    QTest.qWait(20)
    return widget


def chooser_of(several: bool = False, siblings: tuple[Any, ...] = ()) -> Any:
    """The chooser as Processing builds it."""
    parameter = SimpleNamespace(name=lambda: "THING", toolTip=lambda: "The thing")
    settings = {"platform": "picterra", "lister": f"{__name__}:things", "depends": ("FOLDER",), "several": several}
    made = wrapper.ChoiceWrapper(parameter, QWidget(), settings)
    frame = shown(made.createWidget())
    made.postInitialize([made, *siblings])
    made.frame = frame
    return made


def test_a_status_line_says_and_clears() -> None:
    line = shown(StatusLine())
    for say in (line.busy, line.success, line.failure):
        say("<b>words</b>")
        assert line.text == "<b>words</b>" and line.label.textFormat() == Qt.TextFormat.PlainText
        assert colours(line) > 1
    line.clear()
    assert line.text == ""


def test_a_choice_is_listed_page_by_page_searched_and_clicked() -> None:
    folder = SimpleNamespace(parameterDefinition=lambda: SimpleNamespace(name=lambda: "FOLDER"),
                             parameterValue=lambda: "folder-7")
    made = chooser_of(siblings=(folder,))
    changes: list[Any] = []
    made.widgetValueHasChanged.connect(changes.append)
    click(made.chooser.button)
    popup = made.chooser._popup
    wait(lambda: popup.list.count() == 50)
    assert ASKED == [("", {"FOLDER": "folder-7"}, "Imagery Hub")]
    assert colours(popup.list.viewport()) > 2
    click(popup.more)
    wait(lambda: popup.list.count() == 100)
    QTest.keyClicks(popup.search, "077")
    wait(lambda: popup.list.count() == 1)
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                     popup.list.visualItemRect(popup.list.item(0)).center())
    assert not popup.isVisible()
    assert made.chooser.field.currentText() == "Thing 077"
    assert made.parameterValue() == "id-077" and changes
    assert chooser_of().chooser.field.findText("Thing 077") >= 0


def test_several_are_ticked_and_taken() -> None:
    made = chooser_of(several=True)
    made.setWidgetValue("id-003", None)
    click(made.chooser.button)
    popup = made.chooser._popup
    wait(lambda: popup.list.count() == 50)
    assert popup.list.item(3).checkState() == Qt.CheckState.Checked
    popup.list.item(1).setCheckState(Qt.CheckState.Checked)
    click(popup.take)
    assert made.parameterValue() == "id-003,id-001"


def test_a_failure_offers_another_try_and_an_id_can_be_typed() -> None:
    FAILURES.append(Problem("Far away."))
    made = chooser_of()
    click(made.chooser.button)
    popup = made.chooser._popup
    wait(lambda: popup.again.isVisible())
    assert popup.status.text() == "Far away."
    click(popup.again)
    wait(lambda: popup.list.count() == 50)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    wait(lambda: not popup.isVisible())
    QTest.keyClicks(made.chooser.field.lineEdit(), "some-id")
    assert made.parameterValue() == "some-id"


def test_the_connection_box_offers_saved_ones_and_the_environment() -> None:
    parameter = SimpleNamespace(toolTip=lambda: "The connection")
    made = ConnectionWrapper(parameter, QWidget(), "picterra")
    frame = shown(made.createWidget())
    assert made.widgetValue() == "" and "PICTERRA_API_KEY" in made.combo.currentText()
    connections.save(Connection("First", "picterra"), {"key": "right-key-1"})
    assert made.combo.findData("First") == 0
    made.setWidgetValue("First", None)
    assert made.widgetValue() == "First"
    made.setWidgetValue("Gone", None)
    assert made.widgetValue() == "Gone" and frame.isVisible()


def opened(page: QWidget) -> ConnectionDialog:
    wait(lambda: any(one.isVisible() for one in page.findChildren(ConnectionDialog)))
    return next(one for one in page.findChildren(ConnectionDialog) if one.isVisible())


def ok(dialog: ConnectionDialog) -> QWidget:
    return dialog.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_connections_are_added_tested_edited_and_removed() -> None:
    options = shown(OptionsFactory(QIcon()).createWidget(None))
    page = options.connections
    assert page.stack.currentIndex() == 1 and colours(page) > 2
    click(page.add)
    dialog = opened(page)
    key = dialog.secrets["key"]
    assert dialog.name.text() == "Picterra" and key.echoMode() == QLineEdit.EchoMode.Password
    click(ok(dialog))
    assert dialog.status.text == "Enter the API key."
    QTest.keyClicks(key, "wrong-key")
    click(dialog.test_button)
    wait(lambda: dialog.status.text == "The key was not accepted.")
    key.clear()
    QTest.keyClicks(key, "right-key-1")
    click(dialog.test_button)
    wait(lambda: dialog.status.text == "Connected to Picterra as “Somebody”.")
    click(ok(dialog))
    assert connections.names() == ["Picterra"] and page.stack.currentIndex() == 0

    click(page.test)
    wait(lambda: page.status.text == "Connected to Picterra as “Somebody”.")
    click(page.edit)
    dialog = opened(page)
    assert dialog.secrets["key"].text() == ""
    dialog.name.setText("Renamed")
    click(ok(dialog))
    assert connections.names() == ["Renamed"]
    assert connections.credentials("picterra", "Renamed").secrets == {"key": "right-key-1"}

    click(page.remove)
    box = next(one for one in page.findChildren(QMessageBox) if one.isVisible())
    click(box.button(QMessageBox.StandardButton.Yes))
    assert connections.names() == [] and page.stack.currentIndex() == 1


def test_a_locked_database_keeps_the_dialog_open_and_escape_leaves_it() -> None:
    options = shown(OptionsFactory(QIcon()).createWidget(None))
    page = options.connections
    click(page.add)
    dialog = opened(page)
    QTest.keyClicks(dialog.secrets["key"], "right-key-1")
    stand_ins.AUTH.open = False
    click(ok(dialog))
    assert dialog.isVisible() and "master password" in dialog.status.text
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and connections.names() == []


def test_the_notice_of_streamed_layers_has_a_way_on(monkeypatch: pytest.MonkeyPatch) -> None:
    bar = shown(stand_ins.MessageBar())
    again: list[bool] = []
    monkeypatch.setattr(live_sources, "look_again", lambda: again.append(True))
    notice = StreamNotice(SimpleNamespace(messageBar=lambda: bar))
    for _ in range(2):
        notice(Reference("picterra", "", "raster", "r", "tiles"), Problem("They wait."))
    assert len(bar.shown) == 1
    click(bar.shown[0].findChild(QPushButton))
    assert again == [True] and bar.shown == []
