"""Detections against ground truth: precision, recall and F1."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFields,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFeatureSource,
    QgsWkbTypes,
)

from ...core import compat
from ...core.translation import tr
from ...providers.work import Work
from ..base import ImageryAlgorithm
from ..parameters.area import drawable
from ..parameters.plain import number
from ..polygons import kind_problems
from .matching import Score, score

OUTLINES, BOXES = 0, 1
POLYGONS = [QgsProcessing.SourceType.TypeVectorPolygon]


class CompareWithTruth(ImageryAlgorithm):
    """Precision, recall and F1 at an IoU threshold."""

    def name(self) -> str:
        return "comparewithtruth"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Compare detections with ground truth")

    def group(self) -> str:
        return tr("Analysis")

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return "analysis"

    def tags(self) -> list[str]:
        return tr("precision,recall,f1,accuracy,iou,evaluation,validation").split(",")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Compares detected shapes with ground truth within an area. A shape counts when the middle of its box lies"
            " in the area. Each detection is matched to at most one shape of the ground truth that it overlaps by at"
            " least the given intersection over union, so that as many as possible are matched. Precision is the share"
            " of the detections that were matched, recall the share of the ground truth, F1 the harmonic mean of both."
            " Shapes are compared in the coordinate reference system of the ground truth; choose a projected one."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        source = QgsProcessingParameterFeatureSource
        for name, title, words, optional in (
            ("DETECTIONS", tr("Detections"), tr("Polygons, one for each detected object."), False),
            ("TRUTH", tr("Ground truth"), tr("Polygons, one for each real object."), False),
            ("AREA", tr("Area"), tr("Where to compare. Empty: everywhere."), True),
        ):
            parameter = source(name, title, POLYGONS, optional=optional)
            parameter.setHelp(words)
            self.addParameter(drawable(parameter) if name == "AREA" else parameter)
        words = tr("How much two shapes have to overlap to be the same object: 0 to 1.")
        self.addParameter(number("IOU", tr("Least intersection over union"), words, 0, 1, 0.5))
        shapes = [tr("outlines"), tr("boxes around them")]
        compared = QgsProcessingParameterEnum("COMPARE", tr("Compare"), shapes, False, OUTLINES)
        compared.setHelp(tr("Ground truth that was drawn as boxes is compared with the boxes around the detections."))
        self.addParameter(compared)
        sink = QgsProcessingParameterFeatureSink(
            "OUTPUT", tr("Compared shapes"), POLYGONS[0], optional=True, createByDefault=False
        )
        sink.setHelp(tr("Every compared shape with the field “outcome”: found, false alarm, or missed."))
        self.addParameter(sink)
        for name, title in (
            ("PRECISION", tr("Precision")),
            ("RECALL", tr("Recall")),
            ("F1", tr("F1")),
            ("DETECTIONS_COUNT", tr("Number of detections in the area")),
            ("TRUTH_COUNT", tr("Number of real objects in the area")),
            ("MATCHED_COUNT", tr("Number of matches")),
        ):
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        truth = self.parameterAsSource(parameters, "TRUTH", context)
        if truth is not None and not truth.sourceCrs().isValid():
            yield tr("The ground truth has no coordinate reference system. Set one under its properties.")
        for name in ("DETECTIONS", "TRUTH", "AREA"):  # empty ones are results like any other
            source = self.parameterAsSource(parameters, name, context)
            yield from kind_problems(source, self.parameterDefinition(name).description())

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        truth = self._source(parameters, "TRUTH", context)
        crs = truth.sourceCrs()
        boxes = self.parameterAsEnum(parameters, "COMPARE", context) == BOXES
        area = self.parameterAsSource(parameters, "AREA", context)
        within = None if area is None else QgsGeometry.unaryUnion(_geometries(area, crs, context))
        truths = _compared(_geometries(truth, crs, context), within, boxes)
        found = self._source(parameters, "DETECTIONS", context)
        detections = _compared(_geometries(found, crs, context), within, boxes)
        threshold = self.parameterAsDouble(parameters, "IOU", context)
        result = score(detections, truths, threshold, lambda: not feedback.isCanceled())
        work.check_cancelled()
        feedback.pushInfo(
            tr("{matched} of {detections} detections match one of {truths} real objects: precision {precision},"
               " recall {recall}, F1 {f1}.").format(
                matched=len(result.matches), detections=result.detections, truths=result.truths,
                precision=f"{result.precision:.3f}", recall=f"{result.recall:.3f}", f1=f"{result.f1:.3f}",
            )
        )
        outputs = {
            "PRECISION": result.precision,
            "RECALL": result.recall,
            "F1": result.f1,
            "DETECTIONS_COUNT": result.detections,
            "TRUTH_COUNT": result.truths,
            "MATCHED_COUNT": len(result.matches),
        }
        destination = self._write(parameters, context, crs, detections, truths, result)
        return {**outputs, "OUTPUT": destination} if destination else outputs

    def _source(
        self, parameters: dict[str, Any], name: str, context: QgsProcessingContext
    ) -> QgsProcessingFeatureSource:
        source = self.parameterAsSource(parameters, name, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, name))
        return source

    def _write(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        crs: QgsCoordinateReferenceSystem,
        detections: Sequence[QgsGeometry],
        truths: Sequence[QgsGeometry],
        result: Score,
    ) -> str:
        """The compared shapes with their outcome."""
        fields = QgsFields()
        fields.append(compat.make_field("outcome", "text"))
        fields.append(compat.make_field("iou", "real"))
        sink, destination = self.parameterAsSink(
            parameters, "OUTPUT", context, fields, QgsWkbTypes.Type.MultiPolygon, crs
        )
        if sink is None:
            return ""
        matched = {match.detection: match.iou for match in result.matches}
        reached = {match.truth for match in result.matches}
        rows: list[tuple[QgsGeometry, str, float | None]] = [
            (shape, "found" if number in matched else "false alarm", matched.get(number))
            for number, shape in enumerate(detections)
        ]
        rows += [(shape, "missed", None) for number, shape in enumerate(truths) if number not in reached]
        for shape, outcome, overlap in rows:
            feature = QgsFeature(fields)
            multi = QgsGeometry(shape)
            multi.convertToMultiType()
            feature.setGeometry(multi)
            feature.setAttributes([outcome, overlap])
            if not sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert):
                raise QgsProcessingException(self.writeFeatureError(sink, parameters, "OUTPUT"))
        return str(destination)


def _geometries(
    source: QgsProcessingFeatureSource, crs: QgsCoordinateReferenceSystem, context: QgsProcessingContext
) -> list[QgsGeometry]:
    """The shapes of a layer in another system, made valid; those without an area are left out."""
    request = QgsFeatureRequest().setDestinationCrs(crs, context.transformContext())
    shapes = (feature.geometry() for feature in source.getFeatures(request))
    valid = (shape if shape.isGeosValid() else shape.makeValid() for shape in shapes if not shape.isEmpty())
    return [shape for shape in valid if shape.area() > 0]


def _compared(shapes: Sequence[QgsGeometry], within: QgsGeometry | None, boxes: bool) -> list[QgsGeometry]:
    """The shapes whose box has its middle in the area, as outlines or as boxes."""
    kept = [shape for shape in shapes if within is None or within.contains(shape.boundingBox().center())]
    return [QgsGeometry.fromRect(shape.boundingBox()) for shape in kept] if boxes else kept
