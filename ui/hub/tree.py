"""The tree itself: keyboard, mouse, dragging, and staying where the user was while rows come and go."""

from __future__ import annotations

from qgis.PyQt.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QResizeEvent,
)
from qgis.PyQt.QtWidgets import QAbstractItemView, QTreeView, QWidget

from ..nodes.description import Place
from .delegate import HubDelegate
from .items import NodeItem, Status, StatusItem
from .model import HubModel

#: Docks are narrow, and names stand five levels deep.
INDENTATION = 16


class HubTree(QTreeView):
    """``activated_item``: Enter or a double click on an entry. ``wanted``: a key that stands for an action (copy,
    refresh, edit, delete). ``menu_wanted`` with the place on the screen."""

    activated_item = pyqtSignal(object)
    wanted = pyqtSignal(str)
    menu_wanted = pyqtSignal(QPoint)

    def __init__(self, model: HubModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.hub = model
        self.setModel(model)
        self.setObjectName("imageryHubTree")
        self.setHeaderHidden(True)
        self.setIndentation(INDENTATION)
        self.setItemDelegate(HubDelegate(self))
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setAutoExpandDelay(800)
        self._held: QPersistentModelIndex | None = None
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        self._looking.setInterval(0)
        self._looking.timeout.connect(self._load_what_is_seen)
        self.expanded.connect(lambda index: model.open(model.itemFromIndex(index)))
        self.doubleClicked.connect(self._double_clicked)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._looking.start())
        model.changing.connect(self._hold)
        model.changed.connect(self._release)

    # ------------------------------------------------------------------ What is chosen
    def items(self) -> list[NodeItem]:
        """The selected entries and connections, in the order of the tree."""
        found = [self.hub.itemFromIndex(index) for index in self.selectedIndexes()]
        return [item for item in found if isinstance(item, NodeItem)]

    def places(self) -> list[Place]:
        """The selected entries."""
        return [place for place in map(self.hub.place, self.selectedIndexes()) if place is not None]

    def current_item(self) -> NodeItem | StatusItem | None:
        """The row that has the keyboard."""
        item = self.hub.itemFromIndex(self.currentIndex())
        return item if isinstance(item, (NodeItem, StatusItem)) else None

    # ------------------------------------------------------------------ Doing
    def act(self, index: QModelIndex) -> None:
        """What Enter does: a row that tells something does what it offers, an entry is activated."""
        item = self.hub.itemFromIndex(index)
        if isinstance(item, StatusItem):
            self._follow(item)
        elif isinstance(item, NodeItem):
            self.activated_item.emit(item)

    def _follow(self, item: StatusItem) -> None:
        above = item.parent()
        if not isinstance(above, NodeItem):
            return
        if item.status is Status.MORE:
            self.hub.more(above)
        elif item.status in (Status.FAILED, Status.LOGGED_OUT):
            self.hub.again(above)

    def unfold(self, item: NodeItem, open_: bool | None = None) -> None:
        """Expand or collapse a row; the other way round than it is when not told."""
        index = item.index()
        self.setExpanded(index, not self.isExpanded(index) if open_ is None else open_)

    def _double_clicked(self, index: QModelIndex) -> None:
        if isinstance(self.hub.itemFromIndex(index), NodeItem):
            self.act(index)

    # ------------------------------------------------------------------ What is dropped
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        event.setDropAction(Qt.DropAction.CopyAction)
        super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        event.setDropAction(Qt.DropAction.CopyAction)
        super().dragMoveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """QGIS's layer tree proposes to move, and would lose the layer; Qt falls back to what was proposed."""
        event.setDropAction(Qt.DropAction.CopyAction)
        super().dropEvent(event)
        event.setDropAction(Qt.DropAction.CopyAction)

    # ------------------------------------------------------------------ Pages
    def _load_what_is_seen(self) -> None:
        """Fetch branches that are in view, and the next page of those whose end is. Not while their rows are picked
        out here: all pages would be fetched then."""
        if not self.isVisible():
            return
        area = self.viewport().rect()
        index = self.indexAt(area.topLeft())
        while index.isValid() and self.visualRect(index).top() <= area.bottom():
            item = self.hub.itemFromIndex(index)
            index = self.indexBelow(index)
            if isinstance(item, StatusItem):
                self._load_for(item)

    def _load_for(self, item: StatusItem) -> None:
        above = item.parent()
        branch = above.branch if isinstance(above, NodeItem) else None
        if not isinstance(above, NodeItem) or branch is None:
            return
        if item.status is Status.LOADING:
            self.hub.open(above)
        elif item.status is Status.MORE and (branch.narrowed or not branch.search):
            self.hub.more(above)

    def _hold(self) -> None:
        """Note which row is at the top before rows come and go."""
        if self._held is None and self.verticalScrollBar().value() > 0:
            self._held = QPersistentModelIndex(self.indexAt(QPoint(1, 1)))

    def _release(self) -> None:
        held, self._held = self._held, None
        if held is not None and held.isValid():
            self.executeDelayedItemsLayout()
            self.scrollTo(QModelIndex(held), QAbstractItemView.ScrollHint.PositionAtTop)
        self._looking.start()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Rows that tell something are as high as their words need."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
        self._looking.start()

    # ------------------------------------------------------------------ Keys and mouse
    def event(self, event: QEvent) -> bool:
        """While the tree has the focus, F5 is for it; QGIS would redraw the map."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_F5:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter, F2, F5, Del, Ctrl+C and the menu keys; the rest is the tree's own."""
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.act(self.currentIndex())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.wanted.emit("copy")
        elif key == Qt.Key.Key_F5:
            self.wanted.emit("refresh")
        elif key == Qt.Key.Key_F2:
            self.wanted.emit("edit")
        elif key == Qt.Key.Key_Delete:
            self.wanted.emit("delete")
        elif key == Qt.Key.Key_Menu or (key == Qt.Key.Key_F10 and shift):
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """The menu of what is selected."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).bottomLeft()))
        else:
            self.menu_wanted.emit(event.globalPos())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """A click on a row that tells something does what it offers."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.pos())
        item = self.hub.itemFromIndex(index)
        if event.button() == Qt.MouseButton.LeftButton and isinstance(item, StatusItem) and item.action:
            self._follow(item)
