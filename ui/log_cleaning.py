"""Takes addresses that are secrets out of QGIS's panel of log messages.

QGIS asks for a tile under its real address, and names that in the log when the answer is no image, is empty or comes
too late. Nothing can change what it says, so that the panel is cleaned a moment later. Nothing of it is on disk.
"""

from __future__ import annotations

from typing import Any

from qgis.core import Qgis, QgsApplication
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtGui import QTextCursor
from qgis.PyQt.QtWidgets import QDockWidget, QPlainTextEdit

from ..core import log
from ..core.translation import tr

#: Many tiles fail together.
PAUSE_MILLISECONDS = 100
PANEL = "MessageLog"


class LogCleaning(QObject):
    """Looks at a panel only after a message that held one of the plugin's own secrets."""

    def __init__(self, desk: Any) -> None:
        super().__init__(desk)
        self._window = desk.iface.mainWindow()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MILLISECONDS)
        self._timer.timeout.connect(self._clean)
        self._signal = QgsApplication.messageLog().messageReceived[str, str, Qgis.MessageLevel]
        self._signal.connect(self._received)

    def _received(self, message: str, tag: str, level: Qgis.MessageLevel) -> None:
        if tag != log.TAG and log.has_known(message) and not self._timer.isActive():
            self._timer.start()

    def _clean(self) -> None:
        panel = self._window.findChild(QDockWidget, PANEL)
        for page in [] if panel is None else panel.findChildren(QPlainTextEdit):
            block = page.document().begin()
            while block.isValid():
                if log.has_known(block.text()):
                    cursor = QTextCursor(block)
                    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
                    cursor.insertText(cleaned(block.text()))
                block = block.next()

    def remove(self) -> None:
        """Look no more."""
        self._signal.disconnect(self._received)
        self._timer.stop()


def cleaned(text: str) -> str:
    """A line of the log without the secret; without what it is about where the secret is written in another way."""
    found = log.scrub(text)
    return tr("(A message was removed: it held an address that is a secret.)") if log.has_known(found) else found
