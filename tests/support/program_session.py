"""The frame of a script that acts in a real QGIS started by ``tools/real_qgis/run.sh``, as one of several sessions."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import hands
from hands import choose, click, in_menu, keep_picture, modal_dialogs
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDialog, QLineEdit, QMessageBox, QPushButton
from qgis.utils import iface


class DialogWatch(QObject):
    """Closes each modal dialog that opens, but for those named and, while ``expected``, any; ``seen`` says which."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._names = names
        self.seen: list[str] = []
        self.expected = False
        self._known: list[QDialog] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)
        self._timer.start(50)

    def _look(self) -> None:
        for one in modal_dialogs():
            if one in self._known:
                continue
            self._known.append(one)
            if not self.expected and one.objectName() not in self._names:
                words = one.text() if isinstance(one, QMessageBox) else one.objectName()
                self.seen.append(f"{one.windowTitle()}: {words}")
                keep_picture("unexpected-dialog")
                one.reject()


def give_master_password(window: QDialog, words: str) -> None:
    """Fill in QGIS's own dialog, which wants a new password twice."""
    for field in window.findChildren(QLineEdit):
        if field.isVisible() and field.isEnabled():
            hands.write(field, words)
    hands.click(window.findChild(QPushButton, "mOkButton") or hands.button(window, "Ok"))


def exit_by_menu() -> None:
    """As a user ends QGIS; the frame is left with the program."""
    bar = iface.mainWindow().menuBar()
    in_menu(lambda menu: choose(menu, "Exit QGIS"))
    click(bar, bar.actionGeometry(bar.actions()[0]).center())


def act(steps: Callable[[], None]) -> None:
    """Take the steps once QGIS has started. They end QGIS themselves; a failure ends it with exit code 1."""

    def run() -> None:
        try:
            window = iface.mainWindow()
            window.move(0, 0)
            window.resize(1600, 1000)
            QTest.qWait(500)
            steps()
            if hands.failures:
                raise hands.failures[0]
        except BaseException:
            keep_picture("failed-session")
            traceback.print_exc()
            for one in hands.failures:
                traceback.print_exception(one)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    Path(os.environ["STARTED"]).touch()
    QTimer.singleShot(1500, run)
