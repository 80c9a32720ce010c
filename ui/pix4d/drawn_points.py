"""“Draw Control Points” in the menu of a PIX4D project: a layer for them, drawn in by QGIS's own tool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...core.translation import tr
from .. import entry_windows
from ..entry_windows import EntryWindow
from .marks.service import is_in_project

if TYPE_CHECKING:
    from qgis.core import QgsVectorLayer

    from ..desk import Desk
    from ..nodes.description import Place

REGISTER = "pix4d_registergcps"


class DrawnPointsService:
    """The entry. What it needs is imported when it is used."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._notices: Any = None
        self._errand: Any = None
        self._window = EntryWindow(
            "imageryHubDrawControlPoints",
            lambda: tr("Draw Control Points"),
            lambda: tr("Click control points on the map, give each its height, and register them"),
            "marks",
            lambda places: is_in_project(places, "project", "gcps"),
            lambda places: self.draw(places[0]),
        )
        entry_windows.add(self._window)

    def remove(self) -> None:
        """Take the entry back; an answer that is still to come is dropped."""
        entry_windows.remove(self._window)
        if self._errand is not None:
            self._errand.cancel()
        if self._notices is not None:
            self._notices.remove()

    def draw(self, place: Place) -> None:
        """Ask for the project's system, then open its layer and let the user draw."""
        from qgis.core import QgsProject

        from ...core.drawing_places import folders
        from ...core.sessions import sessions
        from ..add_to_map.notices import Notices

        if self._errand is not None:
            self._errand.cancel()  # its layer would come in the place of this one
        self._notices = self._notices or Notices(self._desk.iface)
        project = place.nearest("project")
        places = folders(QgsProject.instance(), "control_points")

        def find(platform: Any, work: Any) -> Any:
            from ...core.control_points import drawn
            from ...core.crs_rules import map_crs
            from ...core.problems import Problem
            from ...providers.pix4d.flows.control_points import system_of

            definition, _ = system_of(platform.api.during(work), project.id)
            crs = map_crs(definition)
            if not crs.isValid():
                raise Problem(
                    tr(
                        "The project has no coordinate reference system with a place on the map, so points cannot be"
                        " drawn there. Give it one with “Edit project”."
                    )  # fmt: skip
                )
            work.check_cancelled()
            return drawn.find_or_make(places, self._origin(place, project.id), crs)

        self._errand = sessions().run(
            place.platform,
            place.connection,
            find,
            lambda path: self._show(place, project, path),
            self._failed,
        )

    @staticmethod
    def _origin(place: Place, project_id: str) -> Any:
        from ...core.layers.provenance import Provenance

        return Provenance(place.platform, place.connection, "control_points", {"project": project_id})

    def _show(self, place: Place, project: Any, path: Any) -> None:
        from qgis.core import Qgis, QgsProject

        from ...core.control_points import drawn
        from ...core.problems import Problem
        from ..annotations.tools import draw_features

        title = tr("Control points to register ({project})").format(project=project.name)
        map_project = QgsProject.instance()
        held = [one for one in map_project.mapLayers().values() if one.source().startswith(f"{path}|")]
        try:
            layer = held[0] if held else drawn.opened(path, title, self._origin(place, project.id))
        except Problem as problem:
            self._failed(problem)
            return
        if not held:
            map_project.addMapLayer(layer, False)
            map_project.layerTreeRoot().insertLayer(0, layer)
        self._desk.iface.setActiveLayer(layer)
        layer.startEditing()
        draw_features(self._desk.iface)
        words = tr("Click where a point is, and give its name and height. When all are drawn, register them.")
        register = (tr("Register…"), "imageryHubRegisterDrawn", lambda: self._register(place, project.id, layer.id()))
        self._notices.tell(words, Qgis.MessageLevel.Info, [register])

    def _register(self, place: Place, project_id: str, layer_id: str) -> None:
        """Save what is drawn and open the dialog with it."""
        from qgis.core import QgsProject

        from ...core.problems import Problem
        from ..operations import open_dialog

        layer: QgsVectorLayer | None = QgsProject.instance().mapLayer(layer_id)
        if layer is None:
            self._failed(Problem(tr("The layer was removed. Choose “Draw Control Points” again; its points are kept.")))
            return
        if layer.isEditable() and not layer.commitChanges():
            self._failed(Problem(tr("The points could not be saved: {words}").format(
                words="; ".join(layer.commitErrors()))))  # fmt: skip
            return
        open_dialog(REGISTER, {"CONNECTION": place.connection, "PROJECT": project_id, "INPUT": layer_id})

    def _failed(self, error: Exception) -> None:
        from qgis.core import Qgis

        from ...core import messages

        self._notices.tell(messages.sentence(error), Qgis.MessageLevel.Warning)
