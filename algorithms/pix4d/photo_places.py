"""Where photos on this computer were taken and what they cover. No request is sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsPoint,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core import compat
from ...core.photos.files import Count, count_findings
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped, number
from ..tables import WGS84
from . import photo_input
from .common import Pix4dAlgorithm
from .photo_look import photo_look

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

    def sink(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext, columns: Any, kind: Any
    ) -> tuple[QgsFeatureSink | None, str, QgsFields]:
        """A sink with these columns, in WGS 84 where it has shapes; None when it is not wanted."""
        fields = QgsFields()
        for title, sort in columns:
            fields.append(compat.make_field(title, sort))
        place = QgsCoordinateReferenceSystem(WGS84 if kind != QgsWkbTypes.Type.NoGeometry else "")
        sink, destination = self.parameterAsSink(parameters, name, context, fields, kind, place)
        if sink is None and parameters.get(name):
            raise QgsProcessingException(self.invalidSinkError(parameters, name))
        return sink, destination, fields

    def add(self, sink: Any, fields: QgsFields, values: list[Any], shape: QgsGeometry | None, name: str) -> None:
        """One feature into a sink that is wanted."""
        if sink is None:
            return
        feature = QgsFeature(fields)
        feature.setAttributes(values)
        if shape is not None:
            feature.setGeometry(shape)
        if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(self.writeFeatureError(sink, {}, name))


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
        points, destination, fields = self.sink(parameters, OUTPUT, context, COLUMNS, QgsWkbTypes.Type.PointZ)
        rest, rest_destination, rest_fields = self.sink(
            parameters, WITHOUT, context, WITHOUT_COLUMNS, QgsWkbTypes.Type.NoGeometry
        )
        located = 0
        for name, photo in photo_input.read_photos(files, work):
            if photo is not None and photo.located:
                located += 1
                self.add(points, fields, _values(name, photo), _place(photo), OUTPUT)
            else:
                reason = tr("no position") if photo is not None else tr("not readable as a photo")
                taken, camera = (photo.taken, photo.camera) if photo is not None else ("", "")
                self.add(rest, rest_fields, [name, str(files[name]), reason, taken, camera], None, WITHOUT)
        for words in count_findings(Count(len(files), located)):
            feedback.pushWarning(words)
        del points, rest  # closes them
        photo_look(context, destination, "positions")
        found = {OUTPUT: destination, "COUNT": len(files), "LOCATED": located, "MISSING": len(files) - located}
        return {**found, WITHOUT: rest_destination} if rest_destination else found


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
        single, single_destination, fields = self.sink(parameters, FOOTPRINTS, context, COLUMNS, kind)
        shapes: list[QgsGeometry] = []
        for name, photo in photo_input.read_photos(files, work):
            shape = QgsGeometry() if photo is None else footprint(photo, ground)
            if photo is not None and not shape.isEmpty():
                shapes.append(shape)
                self.add(single, fields, _values(name, photo), shape, FOOTPRINTS)
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
        cover, destination, fields = self.sink(parameters, OUTPUT, context, COVER_COLUMNS, kind)
        self.add(cover, fields, [len(shapes), area], whole, OUTPUT)
        del cover, single  # closes them
        for one in (destination, single_destination):
            photo_look(context, one, "coverage")
        found = {OUTPUT: destination, "COUNT": len(shapes), "AREA_M2": area}
        return {**found, FOOTPRINTS: single_destination} if single_destination else found
