"""The menu of ways to an area, as algorithm dialogs and docks offer it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import qgis.utils
from qgis.core import QgsApplication
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMenu, QWidget

from ...core.geometry.kept import Area
from ...core.problems import Problem
from ...core.translation import tr
from ..drawing import layer as areas_layer
from ..drawing import session, sources
from ..icons import icon
from .window import step_aside

Taken = Callable[[Sequence[Area]], None]
Failed = Callable[[str], None]


class AreaMenu(QMenu):
    """Draws, or takes what is there, and tells it to ``taken``; a sentence to ``failed``."""

    def __init__(self, parent: QWidget, taken: Taken, failed: Failed, purpose: str = "") -> None:
        super().__init__(parent)
        self._taken, self._failed, self._purpose = taken, failed, purpose
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for kind, title in (
            ("polygon", tr("Draw on the Map")),
            ("rectangle", tr("Rectangle")),
            ("circle", tr("Circle")),
        ):
            self._offer(icon(f"draw_{kind}"), title, lambda one=kind: self._draw(one))
        self._offer(QgsApplication.getThemeIcon("/mActionZoomFullExtent.svg"), tr("Canvas Extent"), self._extent)
        self.addSeparator()
        chosen = sources.with_selection()
        for layer in chosen:
            count = layer.selectedFeatureCount()
            title = tr("Selected Features of “{name}” ({count})").format(name=layer.name(), count=count)
            self._offer(icon("area"), title, lambda one=layer: self._taken(sources.selected(one)))
        if not chosen:
            nothing = self.addAction(icon("area"), tr("Selected Features"))
            nothing.setEnabled(False)
            nothing.setToolTip(tr("Nothing is selected in any polygon layer."))

    def _offer(self, picture: QIcon, title: str, act: Callable[[], None]) -> None:
        self.addAction(picture, title).triggered.connect(lambda _=False: self._try(act))

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Problem as problem:
            self._failed(str(problem))

    def _draw(self, kind: str) -> None:
        back: list[Callable[[], None]] = []

        def done(area: Area | None) -> None:
            for one in back:
                one()
            if area is not None:
                self._taken([area])

        drawing = session.draw(kind, done, self._purpose)
        back.append(step_aside(self.parentWidget()))
        drawing.take_focus()

    def _extent(self) -> None:
        canvas = qgis.utils.iface.mapCanvas()
        layer = areas_layer.layer_for(canvas.mapSettings().destinationCrs())
        shape = session.canvas_extent(canvas)
        self._taken(areas_layer.add(layer, [shape], self._purpose or session.purpose(), [tr("Canvas extent")]))
