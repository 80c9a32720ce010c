"""Where photos on this computer were taken and what they cover. No request is sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsPoint,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core.photos.files import Count, count_findings
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped, number
from ..photo_look import photo_look
from ..sinks import RowSink
from ..tables import WGS84
from . import photo_input
from .common import Pix4dAlgorithm

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.photos.reading import Photo

OUTPUT, WITHOUT, FOOTPRINTS, GROUND = "OUTPUT", "WITHOUT_POSITION", "FOOTPRINTS", "GROUND"
COLUMNS = [
    ("name", "text"), ("file", "text"), ("altitude", "real"), ("height", "real"), ("heading", "real"),
    ("pitch", "real"), ("roll", "real"), ("taken", "text"), ("camera", "text"), ("width", "integer"),
    ("height_pixels", "integer"), ("focal_length", "real"),
]
"""Metres above the ellipsoid as PIX4D reads them; metres above the start; degrees; pixels; millimetres."""
WITHOUT_COLUMNS = [("name", "text"), ("file", "text"), ("reason", "text"), ("taken", "text"), ("camera", "text")]
COVER_COLUMNS = [("photos", "integer"), ("area_m2", "real")]


class _PhotoReader(Pix4dAlgorithm):
    """What both share."""

    connected = False
    kind = "photos"

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from photo_input.photo_problems(self, parameters, context)


class PhotosToPoints(_PhotoReader):
    """Positions of photos as a point layer, and a table of those without one."""

    called = "photostopoints"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Photos to points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a point for each photo at the position that its EXIF tells, with the altitude as z, the heading, the"
            " angles of the camera, the time and the camera. Photos without a position are listed in a table of their"
            " own. Nothing is sent."
        )

    def words(self) -> str:
        return tr("exif,gps,geotagged,drone,images,flight")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        photo_input.declare_photos(self)
        points = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Positions of photos"), QgsProcessing.SourceType.TypeVectorPoint
        )
        self.addParameter(helped(points, tr("One point for each photo with a position, WGS 84.")))
        rest = QgsProcessingParameterFeatureSink(
            WITHOUT, tr("Photos without position"), QgsProcessing.SourceType.TypeVector, optional=True,
            createByDefault=False,
        )
        self.addParameter(helped(rest, tr("A table of the photos that do not tell where they were taken.")))
        for name, title in (
            ("COUNT", tr("Number of photos")), ("LOCATED", tr("Photos with position")),
            ("MISSING", tr("Photos without position")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        files = photo_input.chosen(self, parameters, context).files
        points = RowSink(self, parameters, OUTPUT, context, COLUMNS, QgsWkbTypes.Type.PointZ)
        rest = RowSink(self, parameters, WITHOUT, context, WITHOUT_COLUMNS)
        located = 0
        for name, photo in photo_input.read_photos(files, work):
            if photo is not None and photo.located:
                located += 1
                points.add(_values(name, photo), _place(photo))
            else:
                reason = tr("no position") if photo is not None else tr("not readable as a photo")
                taken, camera = (photo.taken, photo.camera) if photo is not None else ("", "")
                rest.add([name, str(files[name]), reason, taken, camera])
        for words in count_findings(Count(len(files), located)):
            feedback.pushWarning(words)
        points.close()
        rest.close()
        photo_look(context, points.destination, "positions")
        found = {OUTPUT: points.destination, "COUNT": len(files), "LOCATED": located, "MISSING": len(files) - located}
        return {**found, WITHOUT: rest.destination} if rest.destination else found


def _values(name: str, photo: Photo) -> list[Any]:
    return [
        name, str(photo.path), photo.altitude, photo.height, photo.yaw, photo.pitch, photo.roll, photo.taken,
        photo.camera, photo.width, photo.height_pixels, photo.focal_length,
    ]


def _place(photo: Photo) -> QgsGeometry:
    height = math.nan if photo.altitude is None else photo.altitude
    return QgsGeometry(QgsPoint(photo.longitude or 0.0, photo.latitude or 0.0, height))


class PhotoCoverage(_PhotoReader):
    """The ground that photos show."""

    called = "photocoverage"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Outline of photo coverage")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Draws the outline of what all photos together show of the ground, and, if wanted, what each of them"
            " shows. The ground is taken as flat: at the height that is given, else as far below as the drone says it"
            " flew above its start. Position, heading, pitch and focal length come from EXIF and XMP. Photos that do"
            " not tell enough are left out. Nothing is sent."
        )

    def words(self) -> str:
        return tr("footprint,exif,overlap,drone,images,flight")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        photo_input.declare_photos(self)
        words = tr(
            "Metres above the WGS 84 ellipsoid. Empty: as far below each photo as the drone says it flew above the"
            " place where it started."
        )
        self.addParameter(number(GROUND, tr("Height of the ground"), words, -1000.0, 9000.0))
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        cover = QgsProcessingParameterFeatureSink(OUTPUT, tr("Coverage"), polygons)
        self.addParameter(helped(cover, tr("The outline of all photos together, one feature.")))
        single = QgsProcessingParameterFeatureSink(
            FOOTPRINTS, tr("Footprints"), polygons, optional=True, createByDefault=False
        )
        self.addParameter(helped(single, tr("What each photo shows, with the values of “Photos to points”.")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos with a footprint")))
        self.addOutput(QgsProcessingOutputNumber("AREA_M2", tr("Covered area in square metres")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.geometry.areas import area_m2
        from ...core.photos.footprint import footprint, outline

        files, ground = photo_input.chosen(self, parameters, context).files, self.real(parameters, GROUND, context)
        kind = QgsWkbTypes.Type.Polygon
        single = RowSink(self, parameters, FOOTPRINTS, context, COLUMNS, kind)
        shapes: list[QgsGeometry] = []
        for name, photo in photo_input.read_photos(files, work):
            shape = QgsGeometry() if photo is None else footprint(photo, ground)
            if photo is not None and not shape.isEmpty():
                shapes.append(shape)
                single.add(_values(name, photo), shape)
        if not shapes:
            raise Problem(
                tr("No photo tells enough for a footprint: its position, its height above the ground and its focal"
                   " length are needed. Give the height of the ground, or use “Photos to points”.")
            )
        if len(shapes) < len(files):
            words = tr("{count} of {all} photos do not tell enough and are left out.")
            feedback.pushWarning(words.format(count=len(files) - len(shapes), all=len(files)))
        whole = outline(shapes)
        whole.convertToMultiType()
        area = area_m2(whole, QgsCoordinateReferenceSystem(WGS84), context.transformContext())
        kind = QgsWkbTypes.Type.MultiPolygon
        cover = RowSink(self, parameters, OUTPUT, context, COVER_COLUMNS, kind)
        cover.add([len(shapes), area], whole)
        for one in (cover, single):
            one.close()
            photo_look(context, one.destination, "coverage")
        found = {OUTPUT: cover.destination, "COUNT": len(shapes), "AREA_M2": area}
        return {**found, FOOTPRINTS: single.destination} if single.destination else found
