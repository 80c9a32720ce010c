"""Results of images without georeference in pixel coordinates (notes 9.12). No request is sent."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsGeometry,
    QgsPointXY,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..parameters.plain import helped
from ..tables import WGS84
from .common import PicterraAlgorithm


class ResultToPixels(PicterraAlgorithm):
    """From where the platform puts such an image back to its pixels."""

    connected = False
    called = "resulttopixels"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Convert detection result to pixels")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "The platform places an image without georeference at longitude 0, latitude 0 with pixels of 0.1 m. This"
            " turns the result of a detection on such an image into pixel coordinates: x to the right and y down from"
            " the top left corner. With “As QGIS shows the image” y is negative, so that the result lies on the image."
        )

    def words(self) -> str:
        return tr("nongeo,image coordinates,photo")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        ImageryAlgorithm.initAlgorithm(self, configuration)
        kinds = [QgsProcessing.SourceType.TypeVectorPolygon]
        source = QgsProcessingParameterFeatureSource("INPUT", tr("Detections"), kinds)
        self.addParameter(helped(source, tr("The layer that “Download detection result” made.")))
        shown = QgsProcessingParameterBoolean("AS_SHOWN", tr("As QGIS shows the image"), defaultValue=False)
        words = tr("Counts y upwards from the top left corner, as QGIS does: all are negative.")
        self.addParameter(helped(shown, words))
        sink = QgsProcessingParameterFeatureSink("OUTPUT", tr("Detections in pixels"), kinds[0])
        self.addParameter(helped(sink, tr("The same features in pixel coordinates.")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of features")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        source = self.parameterAsSource(parameters, "INPUT", context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, "INPUT"))
        kind, nowhere = QgsWkbTypes.Type.MultiPolygon, QgsCoordinateReferenceSystem()
        sink, destination = self.parameterAsSink(parameters, "OUTPUT", context, source.fields(), kind, nowhere)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(parameters, "OUTPUT"))
        sign = -1.0 if self.parameterAsBoolean(parameters, "AS_SHOWN", context) else 1.0
        wgs84 = QgsCoordinateReferenceSystem(WGS84)
        request = QgsFeatureRequest().setDestinationCrs(wgs84, context.transformContext())
        count = 0
        for feature in source.getFeatures(request):
            work.check_cancelled()
            moved = QgsFeature(feature)
            moved.setGeometry(in_pixels(feature.geometry(), sign))
            if not sink.addFeature(moved, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "OUTPUT"))
            count += 1
        return {"OUTPUT": destination, "COUNT": count}


def in_pixels(shape: QgsGeometry, sign: float = 1.0) -> QgsGeometry:
    """Polygons in longitude and latitude as polygons in pixels; ``sign`` -1 counts y upwards."""
    multi = QgsGeometry(shape)
    multi.convertToMultiType()
    polygons = [
        [[_pixel(point, sign) for point in ring] for ring in polygon] for polygon in multi.asMultiPolygon()
    ]
    return QgsGeometry.fromMultiPolygonXY(polygons)


def _pixel(point: QgsPointXY, sign: float) -> QgsPointXY:
    from ...providers.shapes.pixels import to_pixel

    column, row = to_pixel(point.x(), point.y())
    return QgsPointXY(column, sign * row)
