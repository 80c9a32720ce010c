"""A field for a folder of photos that tells how many there are, and what PIX4D would say to that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QVBoxLayout, QWidget

from ...core.background import background
from ...core.photos import counting
from ...core.photos.counting import Found
from ...core.translation import tr

SETTLED_MS = 300


class PhotoCounter:
    """Counts in the background and tells in words: first how many, then how many of them have a position. What an
    earlier choice would have told is dropped."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._errand: Any = None

    def count(self, folder: Path | None, subfolders: bool, files: list[Path]) -> None:
        """Begin anew."""
        self.stop()
        self._tell(tr("Counting …"))
        self._errand = background().run(
            lambda errand: counting.look(folder, subfolders, files), self._counted, self._unknown
        )

    def stop(self, *_: object) -> None:
        """Nobody waits for it any more."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

    def _counted(self, found: Found) -> None:
        self._tell(counting.told(found))
        if found.paths and not counting.too_many(found):
            self._errand = background().run(
                lambda errand: counting.located(found.paths, lambda: errand.cancelled),
                lambda number: self._tell(counting.told(found, number)),
                self._unknown,
            )

    def _unknown(self, error: Exception) -> None:
        self._tell(tr("The photos cannot be counted: the folder cannot be read."))


class PhotoFolderField(QWidget):
    """The folder, and below it the count."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = QgsFileWidget()
        self.folder.setObjectName("photo_folder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Folder with photos"))
        self.count = QLabel()
        self.count.setObjectName("photo_count")
        self.count.setWordWrap(True)
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.folder)
        layout.addWidget(self.count)
        self._subfolders = True
        self._files: list[Path] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLED_MS)
        self._soon.timeout.connect(self._look)
        self._counter = PhotoCounter(self.count.setText)
        self.folder.fileChanged.connect(self._typed)
        self.destroyed.connect(self._counter.stop)

    def value(self) -> str:
        """The folder's path; empty for none."""
        return str(self.folder.filePath()).strip()

    def set_value(self, text: str) -> None:
        """Show a folder."""
        self.folder.setFilePath(text)

    def set_others(self, subfolders: bool, files: list[Path]) -> None:
        """What else decides which photos there are: whether subfolders count too, and the single photos beside."""
        self._subfolders, self._files = subfolders, files
        self._soon.start()

    def _typed(self) -> None:
        self.changed.emit()
        self._soon.start()

    def _look(self) -> None:
        text = self.value()
        if text or self._files:
            self._counter.count(Path(text) if text else None, self._subfolders, list(self._files))
        else:
            self._counter.stop()
            self.count.setText("")
