"""Which photo is looked at: back and forth through those that may see the point, or one out of the list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import PurePosixPath

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QWidget

from ....core.photos.steps import Step, beside
from ....core.translation import tr
from ...buttons import tool_button


class PhotoBar(QWidget):
    """``chosen``: the key of another photo."""

    chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._steps: Sequence[Step] = ()
        self.list = QComboBox()
        self.list.setObjectName("imageryHubMarksPhotos")
        self.list.setAccessibleName(tr("Photo"))
        self.list.setToolTip(tr("The photos that may see the point; those marked already have a tick"))
        self.list.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.list.setMinimumContentsLength(12)
        self.list.activated.connect(self._activated)
        self.previous = tool_button(
            "imageryHubPreviousPhoto", "/mActionArrowLeft.svg", tr("Previous photo that may see the point (P)")
        )
        self.next = tool_button(
            "imageryHubNextPhoto", "/mActionArrowRight.svg", tr("Next photo that may see the point (N)")
        )
        self.previous.clicked.connect(lambda: self.step(False))
        self.next.clicked.connect(lambda: self.step(True))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.previous)
        row.addWidget(self.list, 1)
        row.addWidget(self.next)

    @property
    def current(self) -> str:
        """The key of the photo, empty when there is none."""
        return str(self.list.currentData() or "")

    def step_of(self, key: str) -> Step | None:
        """What is known of where the point is in a photo."""
        return next((one for one in self._steps if one.key == key), None)

    def show_steps(self, steps: Sequence[Step], marked: Collection[str], current: str) -> None:
        """Offer these photos. ``current`` stays chosen if it is among them, otherwise the first one is."""
        self._steps = steps
        self.list.blockSignals(True)
        self.list.clear()
        for one in steps:
            self.list.addItem(PurePosixPath(one.key).name, one.key)
        self.show_marked(marked)
        keys = [one.key for one in steps]
        self.list.setCurrentIndex(keys.index(current) if current in keys else 0 if keys else -1)
        self.list.blockSignals(False)
        for button in (self.previous, self.next):
            button.setEnabled(len(keys) > 1)

    def show_marked(self, marked: Collection[str]) -> None:
        """Put a tick beside the photos in which the point is marked."""
        tick = QgsApplication.getThemeIcon("/mIconSuccess.svg")
        for row in range(self.list.count()):
            self.list.setItemIcon(row, tick if self.list.itemData(row) in marked else QIcon())

    def step(self, forward: bool) -> None:
        """The next photo, or the one before."""
        key = beside(self._steps, self.current, forward)
        if key:
            self.list.setCurrentIndex(self.list.findData(key))
            self.chosen.emit(key)

    def _activated(self, row: int) -> None:
        self.chosen.emit(str(self.list.itemData(row)))
