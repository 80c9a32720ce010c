"""The desk: what the plugin adds to QGIS's window. Docks are built when they are first shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QObject, Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QDialog, QDockWidget, QMenu, QToolBar

from ..core.compat import QAction
from ..core.translation import tr
from .connections.factory import show_page
from .help import HelpKey, open_page
from .icons import icon


@dataclass(frozen=True)
class DockPlan:
    """A dock before it exists. ``home`` names ``module:Class`` below this package; the class takes the desk.
    ``help_page`` is the page of the guide that F1 opens."""

    key: str
    title: Callable[[], str]
    tip: Callable[[], str]
    home: str
    area: Qt.DockWidgetArea
    help_page: str

    @property
    def name(self) -> str:
        """The dock's object name, by which QGIS remembers its place."""
        return f"imageryHub{self.key.title()}Dock"


LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)

DOCKS = (
    DockPlan(
        "hub",
        lambda: tr("Imagery Hub"),
        lambda: tr("Browse your imagery platforms"),
        "hub.dock:HubDock",
        LEFT,
        "hub",
    ),
    DockPlan(
        "search",
        lambda: tr("Imagery Search"),
        lambda: tr("Search for imagery in an area"),
        "search.dock:SearchDock",
        RIGHT,
        "search",
    ),
    DockPlan(
        "jobs",
        lambda: tr("Imagery Jobs"),
        lambda: tr("Follow uploads, downloads and the platforms' work"),
        "jobs.dock:JobsDock",
        BOTTOM,
        "jobs",
    ),
    DockPlan(
        "results",
        lambda: tr("Imagery Results"),
        lambda: tr("Look through what a platform found"),
        "results.dock:ResultsDock",
        RIGHT,
        "results",
    ),
    DockPlan(
        "annotations",
        lambda: tr("Imagery Annotations"),
        lambda: tr("Draw and push what a detector learns from"),
        "annotations.dock:AnnotationsDock",
        RIGHT,
        "annotations",
    ),
    DockPlan(
        "marks",
        lambda: tr("Imagery Marks"),
        lambda: tr("Mark control points in photos"),
        "pix4d.marks.dock:MarksDock",
        RIGHT,
        "photos",
    ),
    DockPlan(
        "spectra",
        lambda: tr("Spectral Profile"),
        lambda: tr("Read pixels through all bands of a raster"),
        "spectra.dock:SpectraDock",
        RIGHT,
        "hyperspectral",
    ),
)

#: What is registered at start, each ``module:Class``; the class takes the desk and has ``remove()``. Cheap to import.
SERVICES: tuple[str, ...] = (
    "first_steps.service:FirstStepsService",
    "message_bar:JobMessages",
    "push.service:PushService",
    "layer_menu.service:LayerMenuService",
    "run.service:RunService",
    "annotations.service:AnnotationService",
    "drawing.service:DrawingService",
    "pix4d.marks.service:MarksService",
    "pix4d.drawn_points:DrawnPointsService",
    "pix4d.sharing.service:SharingService",
    "pixel.service_tokens:ServiceTokens",
    "pixel.uploads.service:UploadService",
    "descarteslabs.uploads.service:UploadLogService",
    "pixxel.legend_form:LegendForm",
    "forgetting:ForgettingService",
    "log_cleaning:LogCleaning",
    "map_time:MapTime",
)
#: The same, for what is not seen in the window of a QGIS that starts, and dear to import: one after the other, once
#: QGIS is ready.
LATER: tuple[str, ...] = (
    "browser.service:BrowserService",
    "add_to_map.service:AddToMapService",
    "locator.service:LocatorService",
)


#: The keys of the docks that were left open, for the next start.
OPEN = "imagery_hub/open_docks"
#: After QGIS has restored its window, which would hide the docks again.
PAUSE_MILLISECONDS = 500


class Desk(QObject):
    """Toolbar, menu, docks and services, which may add to ``toolbar`` and ``menu``. ``iface`` is QGIS's own.

    ``leaving`` comes once, on unload: what was put into QGIS's window in between has to go.
    """

    leaving = pyqtSignal()

    def __init__(self, iface: Any) -> None:
        super().__init__()
        self.iface = iface
        # While this Python object of the window lives, so do those of the dialogs and timers that are its children:
        # Qt keeps only their other halves.
        self._window = iface.mainWindow()
        self.toolbar: QToolBar = iface.addToolBar(tr("Imagery Hub"))
        self.toolbar.setObjectName("imageryHubToolbar")
        self.menu: QMenu = QMenu(tr("Imagery Hub"), iface.mainWindow())
        self.menu.setIcon(icon("imagery_hub"))
        iface.pluginMenu().addMenu(self.menu)
        self._docks: dict[str, QDockWidget] = {}
        self._toggles: dict[str, QAction] = {}
        for plan in DOCKS:
            self._add_toggle(plan)
        self._services = [_load(home)(self) for home in SERVICES]
        self.menu.addSeparator()
        self._add_entry("imageryHubConnections", tr("Connections…"), icon("connection"), lambda: show_page(iface))
        help_icon = QgsApplication.getThemeIcon("/mActionHelpContents.svg")
        self._add_entry("imageryHubHelp", tr("User Guide"), help_icon, lambda: open_page("index"))
        self._leaving = False
        self._later = deque(LATER)
        self._turns = QTimer(self)
        self._turns.timeout.connect(self._add_service)
        self._start = QTimer(self)
        self._start.setSingleShot(True)
        self._start.setInterval(PAUSE_MILLISECONDS)
        self._start.timeout.connect(self._open_again)
        if self._window.isVisible():  # the plugin was switched on
            while self._later:
                self._add_service()
        else:
            iface.initializationCompleted.connect(self._turns.start)
            iface.initializationCompleted.connect(self._start.start)

    def _add_service(self) -> None:
        if self._later:
            self._services.append(_load(self._later.popleft())(self))
        else:
            self._turns.stop()

    def _add_entry(self, name: str, title: str, picture: QIcon, do: Callable[[], None]) -> None:
        action = QAction(picture, title, self)
        action.setObjectName(name)
        action.triggered.connect(lambda: do())
        self.menu.addAction(action)

    def _add_toggle(self, plan: DockPlan) -> None:
        action = QAction(icon(plan.key), plan.title(), self)
        action.setObjectName(f"imageryHubShow{plan.key.title()}")
        action.setToolTip(plan.tip())
        action.setCheckable(True)
        action.toggled.connect(lambda shown: self._toggle(plan, shown))
        action.triggered.connect(lambda shown: _note_open(plan.key, shown))
        self.toolbar.addAction(action)
        self.menu.addAction(action)
        self._toggles[plan.key] = action

    def _toggle(self, plan: DockPlan, shown: bool) -> None:
        if shown or plan.key in self._docks:
            self._dock(plan).setUserVisible(shown)

    def show_dock(self, key: str) -> Any:
        """The dock of that key (``hub``, ``search``, ``jobs``), built, shown and in front."""
        dock = self._dock(next(plan for plan in DOCKS if plan.key == key))
        dock.setUserVisible(True)
        _note_open(key, True)
        return dock

    def _closed(self, key: str) -> None:
        if not self._leaving:
            _note_open(key, False)

    def _open_again(self) -> None:
        """What was open when QGIS ended; QGIS itself knows only docks that are there at its start."""
        there = set() if self._leaving else _open_docks()
        for plan in DOCKS:
            if plan.key in there:
                self.show_dock(plan.key)

    def built(self, key: str) -> Any:
        """The dock of that key when it was built already, else None."""
        return self._docks.get(key)

    def _dock(self, plan: DockPlan) -> Any:
        if plan.key not in self._docks:
            dock = _load(plan.home)(self)
            dock.setObjectName(plan.name)
            dock.setWindowTitle(plan.title())
            HelpKey(dock, plan.help_page)
            window = self._window
            if not window.restoreDockWidget(dock):
                self._place(dock, plan.area)
            dock.closed.connect(lambda: self._closed(plan.key))
            toggle = self._toggles[plan.key]
            dock.visibilityChanged.connect(lambda _: toggle.setChecked(dock.isUserVisible()))
            self._docks[plan.key] = dock
        return self._docks[plan.key]

    def _place(self, dock: QDockWidget, area: Qt.DockWidgetArea) -> None:
        """Where a dock is at first: at the sides it shares a place, since several below each other have no height."""
        if area == BOTTOM:
            self.iface.mainWindow().addDockWidget(area, dock)
        else:
            neighbours = ["Browser"] if area == LEFT else [plan.name for plan in DOCKS if plan.area == area]
            self.iface.addTabifiedDockWidget(area, dock, neighbours, True)

    def remove(self) -> None:
        """Take everything back."""
        self.leaving.emit()
        self._turns.stop()
        self._later.clear()  # QGIS may become ready after this
        for service in reversed(self._services):
            service.remove()
        window = self._window
        for dialog in window.findChildren(QDialog):  # forms that are open would go on with code that is gone
            if dialog.objectName().startswith("imageryHub"):
                dialog.reject()
                dialog.deleteLater()
        self._start.stop()
        self._leaving = True
        for dock in self._docks.values():
            dock.close()
            window.removeDockWidget(dock)
            dock.deleteLater()
        self._docks.clear()
        self.iface.pluginMenu().removeAction(self.menu.menuAction())
        self.menu.deleteLater()
        window.removeToolBar(self.toolbar)
        self.toolbar.deleteLater()


def _open_docks() -> set[str]:
    return set(str(QgsSettings().value(OPEN, "")).split())


def _note_open(key: str, shown: bool) -> None:
    there = _open_docks() | {key} if shown else _open_docks() - {key}
    QgsSettings().setValue(OPEN, " ".join(sorted(there)))


def _load(home: str) -> Any:
    module, _, name = home.partition(":")
    return getattr(import_module(f".{module}", __package__), name)
