"""What was found: the table, its footprints on the map, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.PyQt.QtCore import QTimer, pyqtSignal
from qgis.PyQt.QtGui import QResizeEvent
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ...core import log, messages
from ...core.background import Errand
from ...core.search import Found, Lane, LaneState, Relaxation, SearchRun, less_narrow
from ...core.sessions import sessions
from ...core.translation import tr
from ..status import StatusLine
from .actions import Actions
from .canvas_layers import CanvasLayers
from .connections import Key
from .footprints import Footprints
from .model import FoundModel, Row
from .preview import Preview
from .quick_look import QuickLook
from .status import NothingFound, Troubles, counted, ways_on
from .table import FoundTable

if TYPE_CHECKING:
    from ..desk import Desk

#: Rows that are made at a time.
SLICE = 100
#: How often is looked who is slow while connections are being asked, in milliseconds.
WATCH = 1000
#: Below this height, in pixels, the table gets the room of the preview.
ROOM_FOR_PREVIEW = 320
#: What the button of a newcomer asks for, instead of a member of the query.
CONNECT = "connect"


class Results(QWidget):
    """``more`` asks for the next, or for all (True); ``again`` for a connection that failed; ``relaxed`` for the same
    search without one member of the query. ``settled`` comes whenever some of what arrived is shown."""

    more = pyqtSignal(bool)
    again = pyqtSignal(object)
    relaxed = pyqtSignal(str)
    settled = pyqtSignal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._run: SearchRun | None = None
        self._probes: dict[Key, Errand[Any]] = {}
        self._helpful: dict[Key, list[Relaxation]] = {}
        self._shown = False
        self._pending: list[Found] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take_some)
        self._watch = QTimer(self)
        self._watch.setInterval(WATCH)
        self.model = FoundModel(self)
        self.table = FoundTable(self.model)
        self.footprints = Footprints(desk.iface, self)
        self.quick_look = QuickLook(self)
        self._canvas_layers = CanvasLayers(desk.iface.mapCanvas(), self)
        self.actions_bar = Actions(desk, self)
        self.preview = Preview()
        self.nothing = NothingFound()
        self.troubles = Troubles()
        self.refusal = StatusLine()
        self.refusal.hide()
        self.count = QLabel()
        self.count.setObjectName("imageryHubSearchCount")
        self.left_out = QPushButton()
        self.left_out.setObjectName("imageryHubSearchLeftOut")
        self.left_out.setFlat(True)
        self.left_out.setToolTip(tr("The platform does not tell where these lie. Show them too."))
        self.left_out.hide()
        self.more_button = QPushButton(tr("Load More"))
        self.more_button.setObjectName("imageryHubSearchMoreRows")
        self.more_button.setToolTip(tr("Scrolling to the end of the table does the same."))
        self.all_button = QPushButton(tr("Load All"))
        self.all_button.setObjectName("imageryHubSearchAllRows")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.nothing)
        self.pages.addWidget(self.table)
        self._lay_out()
        self._connect()
        self.progress()

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.addWidget(self.count, 1)
        line.addWidget(self.left_out)
        line.addWidget(self.more_button)
        line.addWidget(self.all_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.addWidget(self.refusal)
        layout.addLayout(line)
        layout.addWidget(self.troubles)
        layout.addWidget(self.pages, 1)
        layout.addWidget(self.preview)
        layout.addWidget(self.actions_bar)

    def _connect(self) -> None:
        self.more_button.clicked.connect(lambda: self.more.emit(False))
        self.all_button.clicked.connect(lambda: self.more.emit(True))
        self.left_out.clicked.connect(lambda: self.relaxed.emit("without_place"))
        self.table.near_end.connect(lambda: self.more.emit(False))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._selected())
        self.table.customContextMenuRequested.connect(self.actions_bar.open_menu)
        self.table.entered.connect(self.actions_bar.add_to_map)
        self.table.zoomed.connect(self.actions_bar.zoom)
        self.footprints.clicked.connect(lambda number, add: self.table.choose([number], add))
        self.footprints.menu_asked.connect(self.actions_bar.fill_map_menu)
        self.quick_look.changed.connect(self._show_layers)
        self.quick_look.failed.connect(self.actions_bar.quick_look_failed)
        self.troubles.again.connect(self.again.emit)
        self.troubles.no_longer.connect(lambda lane: lane.give_up())
        self._watch.timeout.connect(self.progress)
        self.nothing.relaxed.connect(self.relaxed.emit)

    # ------------------------------------------------------------------ what there is
    def begin(self, run: SearchRun) -> None:
        """Show what this search finds, and nothing from before."""
        self.clear()
        self._run = run
        self.refusal.hide()
        area = any(lane.query.area is not None for lane in run.lanes)
        self.table.columns_for(len(run.lanes), len({lane.platform for lane in run.lanes}), area)
        self.nothing.say("")
        self.actions_bar.begin(run)
        self._show_layers()

    def take(self, found: Sequence[Found]) -> None:
        """Add what arrived: a little at a time, so that the window lives on while thousands come."""
        self._pending += found
        self._timer.start()

    def _take_some(self) -> None:
        some, self._pending = self._pending[:SLICE], self._pending[SLICE:]
        self.footprints.add(self.model.take(some))
        self.pages.setCurrentWidget(self.table)
        if not self._pending:
            self._timer.stop()
        self.settled.emit()

    @property
    def busy(self) -> bool:
        """Whether not all that arrived is shown yet."""
        return bool(self._pending)

    def clear(self) -> None:
        """Show nothing."""
        for probe in self._probes.values():
            probe.cancel()
        self._probes.clear()
        self._helpful.clear()
        self._pending = []
        self._timer.stop()
        self._run = None
        self.quick_look.hide()
        self.footprints.clear()
        self.model.clear()
        self.pages.setCurrentWidget(self.nothing)
        self._selected()
        self.troubles.show_lanes([])
        self._show_layers()
        self.progress()

    def forget(self, platform: str, connection: str) -> None:
        """Show nothing of this connection any more."""
        self._pending = [one for one in self._pending if (one.platform, one.connection) != (platform, connection)]
        gone = self.model.keep(lambda row: (row.found.platform, row.found.connection) != (platform, connection))
        self.footprints.take_away(row.number for row in gone)
        looked = self.quick_look.place
        if looked is not None and (looked.platform, looked.connection) == (platform, connection):
            self.quick_look.hide()
        probe = self._probes.pop((platform, connection), None)
        if probe is not None:
            probe.cancel()
        self._helpful.pop((platform, connection), None)
        self._selected()
        self.progress()

    def row_count(self) -> int:
        """How many are shown."""
        return self.model.rowCount()

    # ------------------------------------------------------------------ what is said
    def progress(self) -> None:
        """Tell how far the search is."""
        run, shown = self._run, self.row_count()
        self.count.setText("" if run is None else counted(run, shown))
        waiting = run is not None and run.more and (not run.asking or run.held_up) and not self.busy
        self.more_button.setVisible(waiting)
        self.all_button.setVisible(waiting)
        unplaced = 0 if run is None else run.unplaced
        self.left_out.setVisible(bool(unplaced and shown))
        self._make_room()
        self.actions_bar.setVisible(bool(shown))
        self.left_out.setText(tr("Show {count} without known place").format(count=unplaced))
        self.troubles.show_lanes([] if run is None else run.lanes)
        if run is None or not run.asking:
            self._watch.stop()
        elif not self._watch.isActive():
            self._watch.start()
        if run is not None and not run.asking and not shown and not self.busy:
            self._explain(run)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """The table comes first where there is little room."""
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        self.preview.setVisible(bool(self.row_count()) and self.height() >= ROOM_FOR_PREVIEW)

    def _explain(self, run: SearchRun) -> None:
        """Nothing was found: say what would help, asking the platforms where needed."""
        self._offer(run)
        if run.elsewhere or run.unplaced:
            return
        for lane in run.lanes:
            known = lane.key in self._probes or lane.key in self._helpful
            if not known and lane.state is LaneState.ENDED and len(lane.query.narrowed_by()) > 1:
                self._probe(lane)
        if self._probes:
            self.nothing.say(tr("Nothing was found. Looking which filter is to blame…"))

    def _offer(self, run: SearchRun) -> None:
        self.nothing.offer(*ways_on(run, [one for helpful in self._helpful.values() for one in helpful]))

    def _probe(self, lane: Lane) -> None:
        def judged(helpful: list[Relaxation]) -> None:
            self._probes.pop(lane.key, None)
            self._helpful[lane.key] = helpful
            if not self._probes and self._run is not None and not self.row_count():
                self._offer(self._run)

        def not_judged(error: Exception) -> None:
            log.warning(messages.sentence(error))
            judged([])

        self._probes[lane.key] = sessions().run_at_once(
            *lane.key, lambda platform, work: less_narrow(platform, lane.query, work), judged, not_judged
        )

    def refuse(self, words: str) -> None:
        """Say why a search cannot be made as it is."""
        self.refusal.failure(words)
        self.refusal.show()

    def invite(self, connected: bool) -> None:
        """Say how to begin."""
        if connected:
            self.nothing.say(
                tr("Choose what to look for, then press “Search”. Without any limit all images are listed.")
            )
        else:
            self.nothing.offer(
                tr("There is no connection yet. Connect an account first."), [(CONNECT, tr("Connections…"))]
            )

    # ------------------------------------------------------------------ what is selected
    def selected(self) -> list[Row]:
        """The rows that are selected."""
        return self.table.selected()

    def _selected(self) -> None:
        rows = self.selected()
        self.footprints.highlight(rows)
        self.preview.show_rows(rows)
        self.actions_bar.selected(rows)

    # ------------------------------------------------------------------ on the map
    def on_map(self, shown: bool) -> None:
        """Whether the dock is open: a closed one leaves nothing on the map."""
        self._shown = shown
        if not shown:
            self.quick_look.hide()
            self.preview.stop()
        else:
            self.preview.go_on()
        self._show_layers()

    def _show_layers(self) -> None:
        layers: list[Any] = []
        drawn = self._shown and self.actions_bar.footprints_wanted
        if drawn and self._run is not None:
            layers.append(self.footprints.layer)
        if self._shown and self.quick_look.layer is not None:
            layers.append(self.quick_look.layer)
        self.footprints.watch(drawn)
        self._canvas_layers.show(layers)

    def show_layers(self) -> None:
        """After the choice of what to draw was changed."""
        self._show_layers()
