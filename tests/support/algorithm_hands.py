"""Processing's dialogs of algorithms as a user has them before the eyes: fields by the names of their parameters."""

from __future__ import annotations

from typing import Any

import hands
from qgis.core import QgsApplication
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QLineEdit, QTableView, QToolButton, QWidget


class AlgorithmHands:
    """The open dialog whose title ends so."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.dialog: Any = hands.wait_for(self._look, f"the dialog “{title}”")
        QTest.qWait(300)

    def _look(self) -> Any:
        return next((one for one in QgsApplication.topLevelWidgets()
                     if isinstance(one, QDialog) and one.isVisible() and hasattr(one, "mainWidget")
                     and one.windowTitle().endswith(self.title)), None)

    # ------------------------------------------------------------------ looking
    def value(self, name: str) -> Any:
        """What a parameter holds."""
        return self.dialog.mainWidget().wrappers[name].parameterValue()

    def field(self, name: str) -> Any:
        """The widget of a parameter, scrolled into view."""
        return in_view(self.dialog.mainWidget().wrappers[name].wrappedWidget())

    def log(self) -> str:
        """What the run told."""
        return str(self.dialog.findChild(QWidget, "txtLog").toPlainText())

    # ------------------------------------------------------------------ filling in
    def write(self, name: str, text: str) -> None:
        """Type into a field."""
        field = self.field(name)
        hands.write(field.findChild(QLineEdit) or field, text)

    def clear(self, name: str) -> None:
        """Empty a field."""
        field = self.field(name)
        line = field.findChild(QLineEdit) or field
        hands.write(line, "")
        QTest.keyClick(line, Qt.Key.Key_Backspace)

    def tick(self, name: str) -> None:
        """Tick a box, or take the tick away."""
        hands.tick(self.field(name))

    def choose(self, name: str, text: str) -> None:
        """The entry of a list that begins so, by the arrow keys."""
        field = self.field(name)
        combo: QComboBox = field if isinstance(field, QComboBox) else field.findChild(QComboBox)
        hands.activate(combo)
        combo.setFocus()
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(combo.count()):
            if not combo.currentText().startswith(text):
                QTest.keyClick(combo, Qt.Key.Key_Down)
        hands.wait_for(lambda: combo.currentText().startswith(text), f"“{text}” to be chosen")

    def look_up(self, name: str, text: str, picture: str = "") -> None:
        """Have the platform's list of choices opened, look for a name, and take it with a click."""
        self.look_up_in(self.dialog.mainWidget().wrappers[name].chooser, text, picture)

    @staticmethod
    def look_up_in(chooser: Any, text: str, picture: str = "") -> None:
        """The same with a field that is one of several of a parameter."""
        in_view(chooser)
        hands.click(chooser.button)
        popup: Any = hands.wait_for(QgsApplication.activePopupWidget, "the list of choices")
        QTest.keyClicks(popup.search, text)

        def shown() -> Any:
            found = [popup.list.item(row) for row in range(popup.list.count())]
            return next((one for one in found if one.text() == text), None)

        entry = hands.wait_for(shown, f"“{text}” in the list")
        QTest.qWait(400)  # what is typed is looked for after a pause
        entry = hands.wait_for(shown, f"“{text}” in the list")
        if picture:
            hands.keep_picture(picture)
        place = popup.list.visualItemRect(entry)
        hands.click(popup.list.viewport(), place.center())
        if popup.take.isVisible():  # several may be ticked
            QTest.keyClick(popup.list, Qt.Key.Key_Space)
            hands.click(popup.take)
        hands.wait_for(lambda: not popup.isVisible(), "the list to close")

    def fill_table(self, name: str, rows: list[list[str]], picture: str = "") -> None:
        """Take away what a table holds and type its cells; it opens in the place of the fields by the button beside its
        own."""
        view = self.open_table(name)
        if view.model().rowCount():
            hands.click(hands.button(self.dialog, "Remove All"))
        hands.wait_for(lambda: view.model().rowCount() == 0, "the table to be empty")
        for number, cells in enumerate(rows):
            hands.click(hands.button(self.dialog, "Add Row"))
            for column, text in enumerate(cells):
                hands.double_click_entry(view, view.model().index(number, column))
                editor = hands.wait_for(lambda: view.viewport().findChild(QLineEdit), "the field of the cell")
                QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
                QTest.keyClicks(editor, text)
                QTest.keyClick(editor, Qt.Key.Key_Return)
                hands.wait_for(lambda: not view.viewport().findChild(QLineEdit), "the cell to be taken")
        if picture:
            self.keep_picture(picture)
        hands.click(hands.button(self.dialog, "OK"))

    def open_table(self, name: str) -> Any:
        """Have a table opened in the place of the fields; its view."""
        hands.click(self.field(name).findChild(QToolButton))
        tables = self.dialog.findChildren
        return hands.wait_for(lambda: next((one for one in tables(QTableView) if one.isVisible()), None), "the table")

    # ------------------------------------------------------------------ running
    def run(self, seconds: float = 60) -> None:
        """Press Run and wait for the end, good or bad."""
        before = self._ended()
        hands.click(hands.button(self.dialog, "Run"))
        hands.wait_for(lambda: self._ended() > before, f"the end of “{self.title}”", seconds)
        hands.wait_for(hands.button(self.dialog, "Close").isEnabled, "the button to close")

    def _ended(self) -> int:
        return self.log().count("Execution completed in") + self.log().count("Execution failed after")

    def change(self) -> None:
        """Back from the log to the fields."""
        hands.click(hands.button(self.dialog, "Change Parameters"))

    def close(self) -> None:
        """Close the dialog."""
        hands.click(hands.button(self.dialog, "Close"))
        hands.wait_for(lambda: sip.isdeleted(self.dialog) or not self.dialog.isVisible(), "the dialog to close")

    def keep_picture(self, name: str) -> None:
        """The dialog as it is seen."""
        hands.keep_picture(name, self.dialog)


def close_dialogs() -> None:
    """Close what a test left open."""
    for one in QgsApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible() and hasattr(one, "mainWidget"):
            one.close()
    QTest.qWait(100)


def in_view(widget: QWidget) -> QWidget:
    """Scrolled into view; the group of advanced parameters is opened where it is among them."""
    above = widget.parentWidget()
    while above is not None:
        button = above.findChild(QToolButton, "collapseButton")
        if above.inherits("QgsCollapsibleGroupBoxBasic") and above.property("collapsed"):
            hands.click(button)
            QTest.qWait(300)
        above = above.parentWidget()
    area = widget.parentWidget()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(widget)
    QTest.qWait(100)
    return widget
