"""The row above the tree: connect, refresh, collapse, search, sort."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsSettings
from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from ...core.compat import QActionGroup
from ...core.translation import tr
from ..buttons import tool_button
from ..icons import icon
from .order import Order, title

TYPING_PAUSE = 350
ORDER = "imagery_hub/hub/order"


class HubBar(QWidget):
    """``searched`` comes a moment after the last letter, ``down`` when the user wants to go on to the tree."""

    connect_wanted = pyqtSignal()
    refresh_wanted = pyqtSignal()
    collapse_wanted = pyqtSignal()
    searched = pyqtSignal(str)
    ordered = pyqtSignal(object)
    down = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.connect_button = tool_button("imageryHubConnect", icon("connect"), tr("Connect an account"))
        self.refresh = tool_button("imageryHubRefresh", _theme("mActionRefresh"), tr("Fetch the lists again (F5)"))
        self.collapse = tool_button("imageryHubCollapse", _theme("mActionCollapseTree"), tr("Collapse everything"))
        self.sort = tool_button("imageryHubSort", _theme("sort"), "")
        self.search = QgsFilterLineEdit()
        self.search.setObjectName("imageryHubSearch")
        self.search.setShowSearchIcon(True)
        self.search.setAccessibleName(tr("Search by name"))
        self.say_search(False)
        self._fill_sort()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        for widget in (self.connect_button, self.refresh, self.collapse, self.search, self.sort):
            layout.addWidget(widget, 1 if widget is self.search else 0)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_PAUSE)
        self._timer.timeout.connect(self._search_now)
        self._sent = ""
        self.search.textChanged.connect(lambda _: self._timer.start())
        self.search.returnPressed.connect(self._search_now)
        self.search.installEventFilter(self)
        self.connect_button.clicked.connect(lambda: self.connect_wanted.emit())
        self.refresh.clicked.connect(lambda: self.refresh_wanted.emit())
        self.collapse.clicked.connect(lambda: self.collapse_wanted.emit())

    def _fill_sort(self) -> None:
        menu, group = QMenu(self.sort), QActionGroup(self)
        for order in Order:
            action = menu.addAction(title(order))
            action.setCheckable(True)
            action.setChecked(order is self.order)
            action.triggered.connect(lambda _=False, one=order: self._order(one))
            group.addAction(action)
        self.sort.setMenu(menu)
        self.sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._say_order()

    @property
    def order(self) -> Order:
        """The order that is chosen, remembered."""
        stored = str(QgsSettings().value(ORDER, Order.PLATFORM.value))
        return next((one for one in Order if one.value == stored), Order.PLATFORM)

    def _order(self, order: Order) -> None:
        QgsSettings().setValue(ORDER, order.value)
        self._say_order()
        self.ordered.emit(order)

    def _say_order(self) -> None:
        words = tr("Sort: {order}. Platforms do not sort, so what is loaded is sorted.")
        if self.order is Order.PLATFORM:
            words = tr("Sort: {order}")
        tip = words.format(order=title(self.order))
        self.sort.setToolTip(tip)
        self.sort.setAccessibleName(tip)

    def say_search(self, loaded_only: bool) -> None:
        """Say in the empty field whether the platform searches or only what is loaded is looked through."""
        self.search.setPlaceholderText(tr("Search in what is loaded…") if loaded_only else tr("Search by name…"))

    def search_for(self, text: str) -> None:
        """Search for it, as if it had been typed."""
        self.search.setText(text)
        self._search_now()

    def _search_now(self) -> None:
        self._timer.stop()
        text = self.search.text().strip()
        if text != self._sent:
            self._sent = text
            self.searched.emit(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Down goes to the tree, Escape empties the field."""
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down:
            self._search_now()
            self.down.emit()
            return True
        if event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            self._search_now()
            return True
        return super().eventFilter(watched, event)


def _theme(name: str) -> QIcon:
    return QgsApplication.getThemeIcon(f"/{name}.svg")
