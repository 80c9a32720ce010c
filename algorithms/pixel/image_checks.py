"""Images before they are sent: where they were taken, and which lie outside the project. Nothing is sent."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsGeometry,
    QgsPoint,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...providers.work import Work
from .. import files_input
from ..parameters.plain import given, helped
from ..photo_look import photo_look
from ..sinks import RowSink
from . import upload_metadata
from .common import COLLECTION, PixelAlgorithm, collection_parameter

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.uploads.images import ImageLook

OUTPUT, WITHOUT, GIVEN_FIRST = "OUTPUT", "WITHOUT_POSITION", "TABLE_POSITIONS_FIRST"
COLUMNS = [
    ("name", "text"), ("file", "text"), ("state", "text"), ("given", "boolean"), ("altitude", "real"),
    ("heading", "real"), ("taken", "text"), ("camera", "text"), ("width", "integer"), ("height_pixels", "integer"),
]
"""``state``: inside or outside; ``given``: the position is the table's. Metres; degrees from north; pixels."""
WITHOUT_COLUMNS = [("name", "text"), ("file", "text"), ("reason", "text")]


def declare_positions(algorithm: PixelAlgorithm) -> None:
    """Declare whose positions count where there are two."""
    first = QgsProcessingParameterBoolean(
        GIVEN_FIRST, tr("Positions of the table go before those of the files"), defaultValue=False
    )
    algorithm.addParameter(helped(first, tr("Otherwise they serve images only that have no position of their own.")))


class CheckImages(PixelAlgorithm):
    """Positions of images on the map before they are sent."""

    called = "checkimages"
    kind = "uploads"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Check images before upload")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Shows where images were taken: green inside the area of interest of the project, red outside, blue where"
            " a table or layer gave the position. Images that have none, or cannot be read, are listed in a table of"
            " their own; they would be refused. Nothing is sent."
        )

    def words(self) -> str:
        return tr("exif,gps,photos,validate,area")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("image"))
        from ...core.uploads.images import SUFFIXES

        words = tr("All images in it are taken ({kinds}).").format(kinds=", ".join(SUFFIXES))
        files_input.declare_files(self, tr("Single images"), words)
        upload_metadata.declare_metadata(self, "image")
        declare_positions(self)
        points = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Positions of images"), QgsProcessing.SourceType.TypeVectorPoint
        )
        self.addParameter(helped(points, tr("One point for each image with a position, WGS 84.")))
        rest = QgsProcessingParameterFeatureSink(
            WITHOUT, tr("Images without position"), QgsProcessing.SourceType.TypeVectorPoint, optional=True,
            createByDefault=True,
        )
        words = tr("A row without a point for each image that has no position or cannot be read. To place an image by"
                   " hand, edit this layer, select its row, click on the map with “Add Part”, and give the layer as"
                   " table about the files: “file” is the column with their names, and the only one to be sent.")
        self.addParameter(helped(rest, words))
        self.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))
        for name, title in (
            ("COUNT", tr("Number of images")), ("INSIDE_COUNT", tr("Images inside the area")),
            ("OUTSIDE_COUNT", tr("Images outside the area")), ("WITHOUT_COUNT", tr("Images without position")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...core.uploads.images import SUFFIXES

        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        yield from files_input.problems(self, parameters, context, SUFFIXES)
        yield from upload_metadata.metadata_problems(self, parameters, context)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._single = files_input.named(self, parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.uploads.images import INSIDE, SUFFIXES, look
        from ...providers.pixel.flows.upload_target import find_target
        from .upload_checks import area_of, tell_unknown

        target = find_target(self.platform.api, self.place(parameters, context), "image", work)
        area = area_of(target.area)
        tell_unknown(target, area, feedback)
        paths = files_input.chosen(self, parameters, context, SUFFIXES, self._single)
        said = upload_metadata.said_of(self, parameters, context, feedback, paths, "image")
        first = self.parameterAsBoolean(parameters, GIVEN_FIRST, context)
        points = RowSink(self, parameters, OUTPUT, context, COLUMNS, QgsWkbTypes.Type.PointZ)
        # Files get empty shapes where there are none, and QGIS's “Add Part” takes those of several points only.
        rest = RowSink(self, parameters, WITHOUT, context, WITHOUT_COLUMNS, QgsWkbTypes.Type.MultiPoint)
        counts = {"inside": 0, "outside": 0, "without": 0}
        for found in look(paths, said, area, first, files_input.counting(work, len(paths))):
            if found.place is None:
                counts["without"] += 1
                rest.add([found.path.name, str(found.path), " ".join(one.words for one in found.findings)])
                continue
            counts["inside" if found.state == INSIDE else "outside"] += 1
            points.add(_values(found), _place(found))
        points.close()
        rest.close()
        photo_look(context, points.destination, "places")
        if counts["outside"]:
            words = tr("{count} images lie outside the area of interest of the project and would be refused.")
            feedback.pushWarning(words.format(count=counts["outside"]))
        outputs = {
            OUTPUT: points.destination, COLLECTION: self.text(parameters, COLLECTION, context), "COUNT": len(paths),
            **{f"{name.upper()}_COUNT": count for name, count in counts.items()},
        }
        return {**outputs, WITHOUT: rest.destination} if rest.destination else outputs


def _values(found: ImageLook) -> list[Any]:
    photo = found.photo
    told = (None,) * 6 if photo is None else (
        photo.altitude, photo.yaw, photo.taken, photo.camera, photo.width, photo.height_pixels
    )
    return [found.path.name, str(found.path), found.state, found.given, *told]


def _place(found: ImageLook) -> QgsGeometry:
    longitude, latitude = found.place or (0.0, 0.0)
    altitude = None if found.photo is None or found.given else found.photo.altitude
    return QgsGeometry(QgsPoint(longitude, latitude, math.nan if altitude is None else altitude))
