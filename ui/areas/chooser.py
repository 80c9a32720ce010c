"""A field for an area, as docks use it: drawn, the map's extent, or selected features."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsApplication, QgsGeometry
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...core.geometry.amounts import area_text
from ...core.geometry.kept import Area
from ...core.geometry.together import together
from ...core.geometry.validity import findings
from ...core.geometry.words import sentences
from ...core.problems import Problem
from ...core.translation import tr
from ..icons import icon
from .menu import AreaMenu


class AreaChooser(QWidget):
    """``geometry`` is the area in EPSG:4326, cut at longitude 180, or None; ``changed`` tells of another choice."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, purpose: str = "") -> None:
        super().__init__(parent)
        self._areas: list[Area] = []
        self.button = QToolButton()
        self.button.setObjectName("imageryHubArea")
        self.button.setText(tr("Area"))
        self.button.setIcon(icon("area"))
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setToolTip(tr("Draw an area, or take the map's extent or selected features"))
        self.menu = AreaMenu(self.button, self.take, self._say, purpose)
        self.button.setMenu(self.menu)
        self.clear_button = QToolButton()
        self.clear_button.setObjectName("imageryHubAreaClear")
        self.clear_button.setIcon(QgsApplication.getThemeIcon("/mIconClearText.svg"))
        self.clear_button.setAutoRaise(True)
        self.clear_button.setToolTip(tr("Everywhere"))
        self.clear_button.setAccessibleName(tr("Everywhere"))
        self.clear_button.clicked.connect(lambda: self.take([]))
        self.text = QLabel()
        self.text.setObjectName("imageryHubAreaText")
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setWordWrap(True)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.problem = QLabel()
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        row = QHBoxLayout()
        for widget in (self.button, self.text, self.clear_button):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.problem)
        self.setFocusProxy(self.button)
        self._show()

    @property
    def areas(self) -> Sequence[Area]:
        """What was chosen, as it was drawn; nothing for everywhere."""
        return tuple(self._areas)

    def geometry(self) -> QgsGeometry | None:  # type: ignore[override]
        """The area in EPSG:4326 within -180..180, or None for everywhere. Hides QWidget's place on the screen."""
        return together(self._areas)

    def describe(self) -> str:
        """The choice in words: its name and its square kilometres."""
        if not self._areas:
            return tr("Everywhere")
        what = self._areas[0].name if len(self._areas) == 1 else tr("{count} areas").format(count=len(self._areas))
        size = area_text(sum(one.km2() for one in self._areas) * 1e6)
        return tr("{what}, {size}").format(what=what or tr("Area"), size=size)

    def take(self, areas: Sequence[Area]) -> None:
        """Choose these, or everywhere when there are none. What has no valid shape is refused in words."""
        found = [finding for one in areas for finding in findings(one.geometry, one.name)]
        if found:
            self._say(sentences(found))
            return
        before, self._areas = self._areas, list(areas)
        try:
            self._show()
        except Problem as problem:
            self._areas = before
            self._say(str(problem))
            return
        self.changed.emit()

    def _show(self) -> None:
        self.text.setText(self.describe())
        self.clear_button.setVisible(bool(self._areas))
        self._say("")

    def _say(self, words: str) -> None:
        self.problem.setText(words)
        self.problem.setVisible(bool(words))
