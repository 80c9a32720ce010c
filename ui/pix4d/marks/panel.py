"""The widgets of the marks dock and how they lie; what they do is in ``dock``."""

from __future__ import annotations

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from ....core.translation import tr
from ...buttons import tool_button
from ...photos.view import PhotoView
from ...status import StatusLine
from .photo_bar import PhotoBar
from .points import KIND, MARKED, NAME, PointModel


class MarksPanel(QWidget):
    """A page that says what to do, and a page to work on."""

    def __init__(self) -> None:
        super().__init__()
        self.title = QLabel()
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.refresh = tool_button("imageryHubMarksRefresh", "/mActionRefresh.svg", tr("Read the project again (F5)"))
        self.folder = QPushButton(QgsApplication.getThemeIcon("/mActionFileOpen.svg"), tr("Photos…"))
        self.folder.setObjectName("imageryHubMarksFolder")
        self.folder.setToolTip(tr("Choose the folder with the project's photos on this computer"))
        self.model = PointModel()
        self.points = _point_table(self.model)
        self.bar = PhotoBar()
        self.whole = tool_button("imageryHubWholePhoto", "/mActionZoomFullExtent.svg", tr("See the whole photo (0)"))
        self.spot = tool_button(
            "imageryHubZoomToMark", "/mActionZoomToSelected.svg", tr("Go to the mark, or where it is expected")
        )
        self.map = tool_button("imageryHubMarkOnMap", "/mActionPanToSelected.svg", tr("Show the point on the map"))
        self.view = PhotoView()
        self.view.setToolTip(
            tr(
                "Click to mark the point. Drag to move the photo, turn the wheel to zoom.\n"
                "Arrows move the mark by a pixel (Shift: ten, Ctrl: a tenth), Del removes it.\n"
                "N and P: next and previous photo. 0: whole photo."
            )
        )
        self.nothing = QLabel()
        self.nothing.setWordWrap(True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)
        self.nothing.setMargin(12)
        self.fetch = QPushButton(tr("Fetch This Photo"))
        self.fetch.setObjectName("imageryHubFetchPhoto")
        self.fetch.setToolTip(tr("Bring this photo here from PIX4D cloud, to look at it"))
        self.pages = QStackedWidget()
        self.pages.addWidget(_page(self.nothing, self.fetch))
        self.pages.addWidget(self.view)
        self.place = QLabel()
        self.undo = tool_button("imageryHubUndoMark", "/mActionUndo.svg", tr("Undo (Ctrl+Z)"))
        self.redo = tool_button("imageryHubRedoMark", "/mActionRedo.svg", tr("Redo (Ctrl+Shift+Z)"))
        self.remove = tool_button("imageryHubRemoveMark", "/mActionDeleteSelected.svg", tr("Remove the mark (Del)"))
        self.send = QPushButton(tr("Send Marks"))
        self.send.setObjectName("imageryHubSendMarks")
        self.status = StatusLine()
        self._lay_out()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.refresh)
        head.addWidget(self.folder)
        above = QHBoxLayout()
        above.addWidget(self.bar, 1)
        for button in (self.whole, self.spot, self.map):
            above.addWidget(button)
        below = QHBoxLayout()
        for button in (self.undo, self.redo, self.remove):
            below.addWidget(button)
        below.addWidget(self.place, 1)
        below.addWidget(self.send)
        lower = QWidget()
        column = QVBoxLayout(lower)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(above)
        column.addWidget(self.pages, 1)
        column.addLayout(below)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("imageryHubMarksSplit")
        split.addWidget(self.points)
        split.addWidget(lower)
        split.setStretchFactor(1, 1)
        split.setSizes([130, 500])
        split.setChildrenCollapsible(False)
        whole = QVBoxLayout(self)
        whole.addLayout(head)
        whole.addWidget(split, 1)
        whole.addWidget(self.status)


def _point_table(model: PointModel) -> QTreeView:
    table = QTreeView()
    table.setObjectName("imageryHubMarksPoints")
    table.setAccessibleName(tr("Points"))
    table.setRootIsDecorated(False)
    table.setUniformRowHeights(True)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setMinimumHeight(70)
    table.setModel(model)
    header = table.header()
    header.setStretchLastSection(False)
    for column, mode in ((NAME, QHeaderView.ResizeMode.Stretch), (KIND, QHeaderView.ResizeMode.ResizeToContents),
                         (MARKED, QHeaderView.ResizeMode.ResizeToContents)):  # fmt: skip
        header.setSectionResizeMode(column, mode)
    return table


def _page(*widgets: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.addStretch()
    for widget in widgets:
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch()
    return page
