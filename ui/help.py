"""The user guide from inside QGIS: F1 in a window opens the page about it. The pages come with the plugin."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QEvent, QObject, Qt, QUrl
from qgis.PyQt.QtGui import QDesktopServices, QKeyEvent
from qgis.PyQt.QtWidgets import QWidget

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "help"


def open_page(page: str) -> None:
    """Open a page of the guide, named as in ``docs/user`` without its ending, in the browser."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(FOLDER / f"{page}.html")))


class HelpKey(QObject):
    """F1 anywhere inside a widget. QGIS has the same key for its own manual, which would win without the override."""

    def __init__(self, widget: QWidget, page: str) -> None:
        super().__init__(widget)
        self._page = page
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take F1, and leave everything else."""
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_F1 and not event.modifiers():
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                open_page(self._page)
                return True
        return super().eventFilter(watched, event)
