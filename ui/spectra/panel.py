"""What is in the dock: buttons, plot, list, what is said."""

from __future__ import annotations

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from ...core.translation import tr
from ..buttons import tool_button
from ..icons import icon
from ..status import StatusLine
from .plot import SpectrumPlot
from .profile_list import ProfileList

PLOT_SHARE, LIST_SHARE = 3, 1


class SpectraPanel(QWidget):
    """Looks only; the dock says what the parts do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title, self.about = QLabel(), QLabel()
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        for label in (self.title, self.about):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.pick = tool_button(
            "imageryHubPickSpectrum", icon("spectra"),
            tr("Click pixels on the map (Shift+click puts one beside the others)"),
        )
        self.pick.setText(tr("Pick on Map"))
        self.pick.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.pick.setCheckable(True)
        self.middle = tool_button(
            "imageryHubSpectrumInMiddle", "/mActionIdentify.svg", tr("Pixel in the middle of the map (M)")
        )
        self.keep = tool_button(
            "imageryHubKeepSpectrum", "/mActionPinLabels.svg", tr("Keep: the next click adds a profile (K)")
        )
        self.colors = tool_button(
            "imageryHubSpectrumColors", "/propertyicons/symbology.svg",
            tr("Show the layer in natural colours, or in those nearest to them"),
        )
        self.copy = tool_button("imageryHubCopySpectra", "/mActionEditCopy.svg", tr("Copy as CSV (Ctrl+C)"))
        self.remove = tool_button(
            "imageryHubRemoveSpectrum", "/mActionDeleteSelected.svg", tr("Remove the selected profiles (Delete)")
        )
        self.clear = tool_button("imageryHubClearSpectra", "/mActionRemove.svg", tr("Remove all profiles"))
        self.plot, self.list, self.status = SpectrumPlot(), ProfileList(), StatusLine()
        self.nothing = QLabel()
        self.pages = QStackedWidget()
        self._lay_out()

    @property
    def buttons(self) -> tuple[QToolButton, ...]:
        """From left to right."""
        return (self.pick, self.middle, self.keep, self.colors, self.copy, self.remove, self.clear)

    def _lay_out(self) -> None:
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setMargin(18)
        row = QHBoxLayout()
        row.setSpacing(2)
        for one in self.buttons:
            row.addWidget(one)
            if one in (self.middle, self.colors):
                row.addSpacing(6)
        row.addStretch()
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.plot)
        parts.addWidget(self.list)
        parts.setStretchFactor(0, PLOT_SHARE)
        parts.setStretchFactor(1, LIST_SHARE)
        content = QWidget()
        column = QVBoxLayout(content)
        for one in (self.title, self.about):
            column.addWidget(one)
        column.addLayout(row)
        column.addWidget(parts, 1)
        column.addWidget(self.status)
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
