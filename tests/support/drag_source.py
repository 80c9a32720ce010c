"""A second program whose window gives files away by dragging, as a file manager does. Run by QGIS's own Python.

Usage: drag_source.py X Y FILE...; prints "ready" once its window, 160 x 60 at X, Y, is shown. Ends with its standard
input.
"""

from __future__ import annotations

import sys

from qgis.PyQt.QtCore import QMimeData, QPoint, QSocketNotifier, Qt, QTimer, QUrl
from qgis.PyQt.QtGui import QDrag, QMouseEvent
from qgis.PyQt.QtWidgets import QApplication, QLabel

START = 6


class Giver(QLabel):
    """Begins a drag once the mouse has moved a little with its button down."""

    def __init__(self, files: list[str]) -> None:
        super().__init__(f"{len(files)} files")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWindowFlags(Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self._files = files
        self._pressed = QPoint()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        self._pressed = event.pos()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        if (event.pos() - self._pressed).manhattanLength() < START:
            return
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(file) for file in self._files])
        drag = QDrag(self)
        drag.setMimeData(mime)
        drag.exec(Qt.DropAction.CopyAction | Qt.DropAction.MoveAction)


application = QApplication(sys.argv[:1])
giver = Giver(sys.argv[3:])
giver.setGeometry(int(sys.argv[1]), int(sys.argv[2]), 160, 60)
giver.show()
ending = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
ending.activated.connect(application.quit)
QTimer.singleShot(300, lambda: print("ready", flush=True))
application.exec()
