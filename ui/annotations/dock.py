"""The dock for annotations: the sets of the project, what is drawn, what is wrong, pushing and going back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakSet

from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.translation import tr
from ..icons import icon
from ..status import StatusLine
from . import layers as set_layers
from .actions import Actions
from .plan import Subject
from .problems import ProblemList
from .rows import KindRows
from .watch import Scan, Watch

if TYPE_CHECKING:
    from ..desk import Desk
    from .opening import Opening


class AnnotationsDock(QgsDockWidget):
    """Shows one set of the project at a time; follows the project. ``show_set`` is for who opened one;
    ``openings`` are those that may wait for something."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self.desk = desk
        self.subject: Subject | None = None
        self._layers: dict[str, QgsVectorLayer] = {}
        self._watch: Watch | None = None
        self._again: Callable[[], None] | None = None
        self.openings: WeakSet[Opening] = WeakSet()
        self.actions_of_set = Actions(self)
        self.sets = QComboBox()
        self.sets.setObjectName("imageryHubAnnotationSets")
        self.sets.setAccessibleName(tr("Annotations in this project"))
        self.sets.setToolTip(tr("Annotations in this project"))
        self.sets.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sets.setMinimumContentsLength(14)
        self.sets.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.begin = QToolButton()
        self.begin.setObjectName("imageryHubAnnotateMore")
        self.begin.setText(tr("Annotate…"))
        self.begin.setToolTip(tr("Choose what to annotate"))
        self.begin.clicked.connect(self._begin)
        top = QHBoxLayout()
        top.addWidget(self.sets, 1)
        top.addWidget(self.begin)
        self.status = StatusLine()
        self.status.setObjectName("imageryHubAnnotationsStatus")
        self.way_on = QPushButton()
        self.way_on.setObjectName("imageryHubAnnotationsWayOn")
        self.way_on.clicked.connect(self._go_on)
        self.pages = QStackedWidget()
        self.pages.addWidget(self._empty_page())
        self.pages.addWidget(self._set_page())
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.addLayout(top)
        layout.addWidget(self.status)
        layout.addWidget(self.way_on)
        layout.addWidget(self.pages, 1)
        self.setWidget(inner)
        self._quiet()
        self._soon = QTimer(self)  # several layers come and go at once
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._follow)
        project = QgsProject.instance()
        self._connections = [
            (signal, self._follow_soon)
            for signal in (project.layersAdded, project.layersRemoved, project.readProject, project.cleared)
        ]
        for signal, slot in self._connections:
            signal.connect(slot)
        self.sets.activated.connect(lambda index: self.show_set(self.sets.itemData(index)))
        self._follow()

    # ------------------------------------------------------------------ Building
    def _empty_page(self) -> QWidget:
        page = QWidget()
        words = QLabel(
            tr(
                "No annotations in this project yet. “Annotate…” makes layers to draw in, for what is on a platform: a"
                " detector and a raster, or a project."
            )
        )
        words.setWordWrap(True)
        begin = QPushButton(icon("annotations"), tr("Annotate…"))
        begin.setObjectName("imageryHubAnnotateFirst")
        begin.clicked.connect(self._begin)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(words)
        layout.addWidget(begin)
        layout.addStretch()
        return page

    def _set_page(self) -> QWidget:
        page = QWidget()
        self.rows = KindRows()
        self.problems = ProblemList()
        self.push = QPushButton(icon("push"), tr("Push…"))
        self.push.setObjectName("imageryHubPushAnnotations")
        self.push.setToolTip(tr("Show what a push would change on the platform, then push"))
        self.history = QPushButton(tr("Previous Pushes…"))
        self.history.setObjectName("imageryHubPreviousPushes")
        self.history.setToolTip(tr("Go back to what was pushed before"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.push)
        buttons.addWidget(self.history)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rows)
        layout.addWidget(self.problems, 1)
        layout.addLayout(buttons)
        self.rows.draw.connect(self.actions_of_set.draw)
        self.rows.copy.connect(self.actions_of_set.copy)
        self.problems.wanted.connect(self.actions_of_set.show_trouble)
        self.push.clicked.connect(lambda: self.actions_of_set.push())
        self.history.clicked.connect(self.actions_of_set.look_back)
        return page

    # ------------------------------------------------------------------ Which set
    def _follow_soon(self, *_: object) -> None:
        self._soon.start(0)

    def _follow(self) -> None:
        """The project's sets may have changed."""
        found = set_layers.subjects(QgsProject.instance())
        keep = next((one for one in found if one == self.subject), None)
        self.show_set(keep or next(iter(found), None))

    def _list_sets(self, shown: Subject | None) -> None:
        self.sets.clear()
        for number, one in enumerate(set_layers.subjects(QgsProject.instance())):
            self.sets.addItem(one.title(), one)
            if one == shown:
                self.sets.setCurrentIndex(number)
        self.sets.setEnabled(self.sets.count() > 0)

    def show_set(self, subject: Subject | None) -> None:
        """Show this set; None: there is none."""
        self._list_sets(subject)
        layers = {} if subject is None else set_layers.layers_of(QgsProject.instance(), subject)
        same = subject == self.subject and layers == self._layers and subject is not None
        if subject != self.subject:
            self._quiet()
        self.pages.setCurrentIndex(1 if subject is not None else 0)
        if same and subject is not None and self.subject is not None and subject.text() == self.subject.text():
            return
        self._unwatch()
        self.subject, self._layers = subject, layers
        if subject is None:
            return
        self.rows.show_set(subject, layers)
        self.problems.wait()
        if layers:
            self._watch = Watch(subject, layers, self)
            self._watch.found.connect(self._show)
            self._watch.gone.connect(self._unwatch)

    @property
    def layers(self) -> dict[str, QgsVectorLayer]:
        """The layers of the set by kind."""
        return dict(self._layers)

    def look_again(self) -> None:
        """The files of the layers were written by somebody else."""
        if self._watch is not None:
            self._watch.look()

    def _show(self, scan: Scan) -> None:
        self.rows.show_scan(scan)
        if self.subject is not None:
            self.problems.show_troubles(self.subject, scan.troubles)

    def _unwatch(self) -> None:
        if self._watch is not None:
            self._watch.stop()
            self._watch.deleteLater()
            self._watch = None
            self._layers = {}

    # ------------------------------------------------------------------ What is said
    def say(self, state: str, words: str, way_on: str = "", go: Callable[[], None] | None = None) -> None:
        """``state`` is busy, success or failure; ``way_on`` is a button below it."""
        getattr(self.status, state)(words)
        self.status.show()
        self.way_on.setText(way_on)
        self.way_on.setVisible(bool(way_on))
        self._again = go

    def _quiet(self) -> None:
        self.status.clear()
        self.status.hide()
        self.way_on.hide()
        self._again = None

    def _go_on(self) -> None:
        go = self._again
        self._quiet()
        if go is not None:
            go()

    def _begin(self) -> None:
        from .entry import ask

        ask(self.desk.iface.activeLayer(), self.desk)

    def leave(self) -> None:
        """Let go of project and layers."""
        self._soon.stop()
        for opening in list(self.openings):
            opening.stop()
        self._unwatch()
        self.actions_of_set.leave()
        for signal, slot in self._connections:
            signal.disconnect(slot)
        self._connections = []
