"""The button "Draw Area" of the desk, the same in its menu, and what the areas layers offer in their context menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsApplication, QgsMapLayer, QgsProject, QgsSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QObject
from qgis.PyQt.QtGui import QIcon
from qgis.PyQt.QtWidgets import QMenu, QToolButton

from ...core.compat import QAction, layer_type
from ...core.translation import tr
from ..icons import icon


class DrawingService(QObject):
    """Imports what draws when it is first needed; until then it costs a menu."""

    def __init__(self, desk: Any) -> None:
        super().__init__()
        from ...core import area_expression

        self._iface = desk.iface
        area_expression.install()
        self.menu = QMenu(tr("Draw Area"), desk.iface.mainWindow())
        self.menu.setIcon(icon("draw_polygon"))
        self.menu.setToolTipsVisible(True)
        self._drawing_actions()
        self._taking_actions()
        self._layer_actions()
        self.button = QToolButton()
        self.button.setObjectName("imageryHubDrawArea")
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.button.setMenu(self.menu)
        self.button.setDefaultAction(self._polygon)
        self._toolbar_action = desk.toolbar.addWidget(self.button)
        desk.menu.addMenu(self.menu)
        self._offer_in_layer_menu()
        QgsProject.instance().writeProject.connect(self._save)

    # ------------------------------------------------------------------ menus
    def _add(self, name: str, picture: QIcon, title: str, tip: str, act: Callable[[], None]) -> QAction:
        action = QAction(picture, title, self)
        action.setObjectName(f"imageryHub{name}")
        action.setToolTip(tip)
        action.triggered.connect(lambda _=False: self._try(act))
        self.menu.addAction(action)
        return action

    def _drawing_actions(self) -> None:
        for kind, title, tip in (
            ("polygon", tr("Draw Area"), tr("Draw a polygon with QGIS's own digitising")),
            ("rectangle", tr("Draw Rectangle"), tr("Draw a rectangle; Shift makes a square")),
            ("circle", tr("Draw Circle"), tr("Draw a circle with its radius on the ground")),
        ):
            action = self._add(
                f"Draw{kind.title()}", icon(f"draw_{kind}"), title, tip, lambda one=kind: self._draw(one)
            )
            if kind == "polygon":
                self._polygon = action
        self.menu.addSeparator()

    def _taking_actions(self) -> None:
        theme = QgsApplication.getThemeIcon
        self._add("AreaFromSelection", theme("/mActionOpenTableSelected.svg"), tr("Area from Selected Features"),
                  tr("Take the selected polygons of the active layer"), self._from_selection)
        self._from_layer = self.menu.addMenu(icon("area"), tr("Area from Layer"))
        self._from_layer.aboutToShow.connect(self._list_layers)
        self._add("AreaFromCanvas", theme("/mActionZoomFullExtent.svg"), tr("Area from Canvas Extent"),
                  tr("Take what the map shows"), self._from_canvas)
        self.menu.addSeparator()
        self._purposes = self.menu.addMenu(tr("Drawn For"))
        self._purposes.aboutToShow.connect(self._list_purposes)

    def _layer_actions(self) -> None:
        theme = QgsApplication.getThemeIcon
        self._add("EditAreas", theme("/mActionVertexTool.svg"), tr("Edit Areas"),
                  tr("Move, add and delete corners with QGIS's vertex tool"), self._edit)
        self._uses = self.menu.addMenu(icon("send_to"), tr("Use in"))
        self._uses.aboutToShow.connect(lambda: self._list_uses(self._uses))
        self.menu.addSeparator()
        self._add("ClearAreas", theme("/mActionDeleteSelected.svg"), tr("Clear Areas"),
                  tr("Remove all drawn areas of the active areas layer; Undo brings them back"), self._clear)

    def _offer_in_layer_menu(self) -> None:
        """QGIS adds it to the context menu of those layers for which it was registered."""
        self._layer_menu = QMenu(tr("Use in"), self._iface.mainWindow())
        self._layer_menu.aboutToShow.connect(lambda: self._list_uses(self._layer_menu))
        self._layer_action = self._layer_menu.menuAction()
        self._layer_action.setIcon(icon("send_to"))
        self._iface.addCustomActionForLayerType(self._layer_action, "", layer_type("Vector"), False)
        QgsProject.instance().layersAdded.connect(self._register)
        self._register(list(QgsProject.instance().mapLayers().values()))

    def _register(self, layers: list[QgsMapLayer]) -> None:
        if not layers:  # as when QGIS starts, which goes on without what is imported here
            return
        from .layer import is_areas

        for one in layers:
            if is_areas(one):
                self._iface.addCustomActionForLayer(self._layer_action, one)

    def _list_layers(self) -> None:
        from . import sources

        self._from_layer.clear()
        for layer in sources.polygon_layers():
            action = self._from_layer.addAction(layer.name().replace("&", "&&"))
            action.triggered.connect(lambda _=False, one=layer: self._try(lambda: self._take(sources.whole(one))))
        if self._from_layer.isEmpty():
            self._from_layer.addAction(tr("The project has no polygon layer")).setEnabled(False)

    def _list_purposes(self) -> None:
        from . import session
        from .style import purposes

        self._purposes.clear()
        for stored, title in purposes().items():
            action = self._purposes.addAction(title)
            action.setCheckable(True)
            action.setChecked(stored == session.purpose())
            action.triggered.connect(lambda _=False, one=stored: QgsSettings().setValue(session.PURPOSE, one))

    def _list_uses(self, menu: QMenu) -> None:
        from . import uses

        uses.fill(menu, self._chosen)

    # ------------------------------------------------------------------ what they do
    def _try(self, act: Callable[[], None]) -> None:
        from ...core import messages
        from ...core.problems import Problem

        try:
            act()
        except Problem as problem:
            self._iface.messageBar().pushWarning(tr("Imagery Hub"), messages.rich_sentence(problem))

    def _draw(self, kind: str) -> None:
        from . import session

        session.draw(kind, lambda area: None, several=True)

    def _here(self) -> QgsVectorLayer:
        from . import layer

        found = layer.layer_for(self._iface.mapCanvas().mapSettings().destinationCrs())
        self._iface.setActiveLayer(found)
        return found

    def _from_selection(self) -> None:
        from ...core.problems import Problem
        from . import sources

        layer = self._iface.activeLayer()
        if not isinstance(layer, QgsVectorLayer):
            raise Problem(tr("Choose the layer with the selected polygons in the list of layers first."))
        self._take(sources.selected(layer))

    def _take(self, found: list[Any]) -> None:
        from . import layer, session

        target = self._here()
        shapes = [layer.placed(one.geometry, one.crs, target) for one in found]
        layer.add(target, shapes, session.purpose(), [one.name for one in found])

    def _from_canvas(self) -> None:
        from . import layer, session

        shape = session.canvas_extent(self._iface.mapCanvas())
        layer.add(self._here(), [shape], session.purpose(), [tr("Canvas extent")])

    def _edit(self) -> None:
        self._here()
        self._iface.actionVertexToolActiveLayer().trigger()

    def _chosen(self) -> list[Any]:
        """The areas that are to be used: of the active areas layer or else of all, the selected ones if there are."""
        from . import layer

        active = self._iface.activeLayer()
        layers = [active] if layer.is_areas(active) else layer.all_layers()
        selected = [area for one in layers for area in layer.areas_in(one, True)]
        found = selected or [area for one in layers for area in layer.areas_in(one)]
        if not found:
            self._iface.messageBar().pushInfo(tr("Imagery Hub"), tr("There is no area yet. Draw one first."))
        return found

    def _clear(self) -> None:
        from . import layer, session

        session.end()
        active = self._iface.activeLayer()
        for one in [active] if layer.is_areas(active) else layer.all_layers():
            if one.isEditable() or one.startEditing():
                one.beginEditCommand(tr("Clear areas"))
                one.deleteFeatures(one.allFeatureIds())
                one.endEditCommand()

    def _save(self, *_: object) -> None:
        """What is drawn goes to its file with the project."""
        from . import layer

        if not layer.save_all():
            self._iface.messageBar().pushWarning(
                tr("Imagery Hub"), tr("The drawn areas could not be saved to their file. Save the layer's edits.")
            )

    def remove(self) -> None:
        """Take everything back."""
        from ...core import area_expression
        from . import session

        session.end()
        QgsProject.instance().writeProject.disconnect(self._save)
        QgsProject.instance().layersAdded.disconnect(self._register)
        self._iface.removeCustomActionForLayerType(self._layer_action)
        self._toolbar_action.deleteLater()
        for one in (self.button, self.menu, self._layer_menu):
            one.deleteLater()
        area_expression.remove()
