"""What can be done with the images that are selected: look, zoom, add, and all that algorithms offer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QPoint, Qt
from qgis.PyQt.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from ...core import messages
from ...core.layers.time import local_moment
from ...core.search import Lane, SearchRun
from ...core.translation import tr
from .. import add_to_map
from ..hub import entry_actions
from ..icons import icon
from ..operations import open_dialog
from ..status import StatusLine
from .connections import title_of
from .filters import module_of
from .model import NAME, Row
from .quick_look import can_look

if TYPE_CHECKING:
    from ..desk import Desk
    from .results import Results


#: Footprints of one place that the map's menu names.
MOST_IN_MENU = 5
#: The algorithm that asks all platforms, and knows every filter.
SEARCH_EVERYWHERE = "searcheverywhere"
#: The most that it waits for a connection; one that is asked alone holds nobody up.
LONGEST_SECONDS = 3600


class Actions(QWidget):
    """A row of buttons below the table, and the menu of its rows."""

    def __init__(self, desk: Desk, results: Results) -> None:
        super().__init__()
        self._desk = desk
        self._results = results
        self._run: SearchRun | None = None
        self.problem = StatusLine()
        self.problem.setObjectName("imageryHubSearchProblem")
        self.problem.hide()
        self.zoom_button = self._button(
            "imageryHubSearchZoom", QgsApplication.getThemeIcon("/mActionZoomToSelected.svg"), tr("Zoom"),
            tr("Show where the selected images lie (Ctrl+J)"), self.zoom,
        )
        self.look_button = self._button(
            "imageryHubSearchLook", QgsApplication.getThemeIcon("/mActionShowAllLayers.svg"), tr("Look"),
            tr("Quick look: stream the image onto the map for as long as it is selected"), self._look,
        )
        self.look_button.setCheckable(True)
        self.add_button = self._button(
            "imageryHubSearchAdd", icon("pull"), tr("Add"),
            tr("Add the selected images to the map (Enter)"), self.add_to_map,
        )
        self.menu_button = self._button(
            "imageryHubSearchMenu", icon("send_to"), tr("Send to"),
            tr("Download, run a detector, and all else that can be done with the selected images"), None,
        )
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.menu_button)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(lambda: self._fill(menu))
        self.menu_button.setMenu(menu)
        self.draw_button = self._button(
            "imageryHubSearchFootprints", icon("area"), tr("Footprints"),
            tr("Show on the map where the images lie. They are no layer of the project."), results.show_layers,
        )
        self.draw_button.setCheckable(True)
        self.draw_button.setChecked(True)
        self.save_button = self._button(
            "imageryHubSearchSave", QgsApplication.getThemeIcon("/mActionFileSaveAs.svg"), tr("Save…"),
            tr("Save all that this search finds as a layer, with footprints"), None,
        )
        self._offer_saving([])
        self._lay_out()
        self.selected([])

    def _button(self, name: str, picture: Any, text: str, tip: str, act: Any) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setIcon(picture)
        button.setText(text)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setAutoRaise(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if act is not None:
            button.clicked.connect(lambda _=False: act())
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in (self.zoom_button, self.look_button, self.add_button, self.menu_button, self.draw_button,
                       self.save_button):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.problem)
        layout.addLayout(row)

    # ------------------------------------------------------------------ what there is
    def begin(self, run: SearchRun) -> None:
        """Another search."""
        self._run = run
        self.problem.hide()
        self._offer_saving(run.lanes)

    @property
    def footprints_wanted(self) -> bool:
        """Whether the user wants to see them."""
        return self.draw_button.isChecked()

    def selected(self, rows: Sequence[Row]) -> None:
        """Other rows are selected."""
        self.problem.hide()
        self.zoom_button.setEnabled(any(not row.found.shape.isNull() for row in rows))
        self.add_button.setEnabled(any(add_to_map.can_add(row.place) for row in rows))
        self.menu_button.setEnabled(bool(rows))
        self._look()

    # ------------------------------------------------------------------ what is done
    def zoom(self) -> None:
        """Show where the selected images lie."""
        self._results.footprints.zoom_to(self._results.selected())

    def add_to_map(self) -> None:
        """Add the selected images, and say which of them are no layers."""
        places = [row.place for row in self._results.selected()]
        left_out = [place for place in places if not add_to_map.can_add(place)]
        if len(left_out) == 1:
            words = tr("“{name}” cannot be put on the map as it is. A right click shows what can be done with it.")
            self._say(words.format(name=messages.clean(left_out[0].name)))
        elif left_out:
            words = tr("{count} of these cannot be put on the map as they are. A right click on one shows what can be"
                       " done with it.")
            self._say(words.format(count=len(left_out)))
        if places:
            add_to_map.add(places, self._desk)

    def _look(self) -> None:
        """Stream the one that is selected, while the button is pressed."""
        rows = self._results.selected()
        wanted = self.look_button.isChecked() and len(rows) == 1 and can_look(rows[0].place)
        look = self._results.quick_look
        if wanted and rows[0].place != look.place:
            self.problem.hide()
            look.show(rows[0].place)
        elif not wanted:
            look.hide()

    def quick_look_failed(self, error: Exception) -> None:
        """Say why there is none."""
        self._say(messages.sentence(error))

    def _say(self, words: str) -> None:
        self.problem.failure(words)
        self.problem.show()

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        rows = self._results.selected()
        if not rows:
            return
        zoom = menu.addAction(self.zoom_button.icon(), tr("Zoom to Footprint"), self.zoom)
        zoom.setEnabled(self.zoom_button.isEnabled())
        menu.addSeparator()
        entry_actions.fill(menu, [row.place for row in rows], self._desk)

    def open_menu(self, place: QPoint) -> None:
        """The menu of the selected rows, at a place of the table."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu)
        if menu.actions():
            menu.popup(self._results.table.viewport().mapToGlobal(place))

    def fill_map_menu(self, menu: QMenu, numbers: Sequence[int]) -> None:
        """The map's own menu: what can be done with the images whose footprints are there, a few of them."""
        model = self._results.model
        menu.addSeparator()
        for number in numbers[:MOST_IN_MENU]:
            row = model.row(model.index_of(number).row())
            part = menu.addMenu(icon(row.place.kind.icon), messages.clean(row.texts[NAME]).replace("&", "&&"))
            part.setObjectName("imageryHubFootprintMenu")
            part.setToolTipsVisible(True)
            entry_actions.fill(part, [row.place], self._desk)

    # ------------------------------------------------------------------ as a layer
    def _offer_saving(self, lanes: Sequence[Lane]) -> None:
        """The connections, each listed for itself, and all together where there are several."""
        button = self.save_button
        button.setEnabled(bool(lanes))
        before = button.menu()
        button.setMenu(None)
        if before is not None:
            before.deleteLater()
        menu = QMenu(button)
        if len(lanes) > 1:
            menu.addAction(tr("All of Them as One Layer"), lambda: _save_all(lanes))
            menu.addSeparator()
        for lane in lanes:
            title = title_of((lane.platform, lane.connection)).replace("&", "&&")
            menu.addAction(title, lambda lane=lane: _save(lane))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)


def _save(lane: Lane) -> None:
    """Open the algorithm that lists what the search finds, filled in."""
    open_dialog(*saving(lane))


def saving(lane: Lane) -> tuple[str, dict[str, Any]]:
    """The platform's own algorithm and its parameters; the search of all platforms where that one lacks a filter."""
    from ...core.geometry import from_platform

    declared = module_of(lane.platform)
    area = "" if lane.query.area is None else from_platform(dict(lane.query.area)).asWkt(9)
    listed = declared.listing(lane.query, area) if declared.LISTS else None
    if listed is None:
        return SEARCH_EVERYWHERE, {**saving_all([lane]), "SECONDS": LONGEST_SECONDS}
    return declared.LISTS, {"CONNECTION": lane.connection, **listed}


def _save_all(lanes: Sequence[Lane]) -> None:
    """Open the algorithm that asks all of these connections at once, filled in."""
    open_dialog(SEARCH_EVERYWHERE, saving_all(lanes))


def saving_all(lanes: Sequence[Lane]) -> dict[str, Any]:
    """Its parameters for what these connections were asked."""
    from ...core.geometry import from_platform

    query = lanes[0].query  # all but the platforms' own filters is the same
    own = {lane.platform: dict(lane.query.further) for lane in lanes if lane.query.further}
    parameters: dict[str, Any] = {
        "AREA_TEXT": "" if query.area is None else f"CRS=EPSG:4326;{from_platform(dict(query.area)).asWkt(9)}",
        "FROM": local_moment(query.captured_after),
        "TO": local_moment(query.captured_before),
        "CLOUD": query.max_cloud,
        "TEXT": query.text,
        "TAG": query.tag,
        "WITHOUT_PLACE": query.without_place,
        "FILTERS": json.dumps(own) if own else "",
        "CONNECTIONS": ",".join(lane.connection or lane.platform for lane in lanes),
        "MAXIMUM": 0,
    }
    return {name: value for name, value in parameters.items() if value not in ("", None)}
