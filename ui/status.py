"""One line that says how something went: an icon and a plain sentence."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

SIZE = 16


def short_folder(folder: Path) -> str:
    """A folder in a sentence: its last two names."""
    return str(folder) if len(folder.parts) <= 3 else str(Path("…", *folder.parts[-2:]))


class StatusLine(QWidget):
    """Empty until something is said. Texts are shown as they are: nothing in them is read as markup."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self._icon.setFixedWidth(SIZE + 4)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)

    @property
    def text(self) -> str:
        """What is said now."""
        return self.label.text()

    def clear(self) -> None:
        """Say nothing."""
        self._say("", "")

    def busy(self, words: str) -> None:
        """Something is under way."""
        self._say("mActionRefresh.svg", words)

    def success(self, words: str) -> None:
        """It went."""
        self._say("mIconSuccess.svg", words)

    def failure(self, words: str) -> None:
        """It did not go, and why."""
        self._say("mIconWarning.svg", words)

    def _say(self, icon: str, words: str) -> None:
        image = QgsApplication.getThemeIcon(f"/{icon}").pixmap(SIZE, SIZE) if icon else None
        if image is None:
            self._icon.clear()
        else:
            self._icon.setPixmap(image)
        self.label.setText(words)
