"""The rows that were refused, as a layer: what of a bulk registration, which is all or nothing, has to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qgis.core import (
    NULL,
    QgsFeature,
    QgsFeatureRequest,
    QgsFeatureSink,
    QgsFeatureSource,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
)

from ...core import compat
from ...core.messages import clean
from ...core.messages.failures import fill
from ...core.messages.pix4d_control import rows as sentences
from ...core.problems import Problem
from ...core.translation import tr
from ..parameters.plain import given, helped
from .common import Pix4dAlgorithm

REFUSED = "REFUSED"
COUNT, REFUSED_COUNT, REFUSED_IDS = "COUNT", "REFUSED_COUNT", "REFUSED_IDS"
WHY = "refused_because"

Reasons = Mapping[int, str]
"""Why a row was refused, by the id of its feature."""


def declare_refused(algorithm: Pix4dAlgorithm) -> None:
    """Declare the layer of refused rows and the outputs that tell of them."""
    sink = QgsProcessingParameterFeatureSink(
        REFUSED, tr("Refused rows"), QgsProcessing.SourceType.TypeVector, optional=True, createByDefault=True
    )
    words = tr(
        "All rows are registered or none is. The rows that were refused are written here, each with the reason, and"
        " nothing is registered. Without this layer the algorithm fails instead."
    )
    algorithm.addParameter(helped(sink, words))
    algorithm.addOutput(QgsProcessingOutputNumber(COUNT, tr("Number of registered rows")))
    algorithm.addOutput(QgsProcessingOutputNumber(REFUSED_COUNT, tr("Number of refused rows")))
    algorithm.addOutput(QgsProcessingOutputString(REFUSED_IDS, tr("Ids of the refused features")))


def taken(count: int) -> dict[str, Any]:
    """The outputs when nothing was refused."""
    return {COUNT: count, REFUSED_COUNT: 0, REFUSED_IDS: ""}


def told_refusal(
    algorithm: Pix4dAlgorithm,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
    source: QgsFeatureSource,
    reasons: Reasons,
    sentence: str,
) -> dict[str, Any]:
    """Write the refused rows and give the outputs. Raises :class:`Problem` with ``sentence`` without such a layer."""
    if not given(parameters, REFUSED):
        raise Problem(sentence)
    fields = QgsFields(source.fields())
    name = WHY
    while fields.lookupField(name) >= 0:
        name += "_"
    fields.append(compat.make_field(name, "text"))
    sink, destination = algorithm.parameterAsSink(
        parameters, REFUSED, context, fields, source.wkbType(), source.sourceCrs()
    )
    if sink is None:
        raise QgsProcessingException(algorithm.invalidSinkError(parameters, REFUSED))
    for feature in source.getFeatures(QgsFeatureRequest().setFilterFids(list(reasons))):
        row = QgsFeature(fields)
        row.setGeometry(feature.geometry())
        row.setAttributes([*feature.attributes(), reasons.get(feature.id(), NULL)])
        if not sink.addFeature(row, QgsFeatureSink.Flag.FastInsert):
            raise QgsProcessingException(algorithm.writeFeatureError(sink, parameters, REFUSED))
    ids = ",".join(str(one) for one in reasons)
    feedback.reportError(sentence)
    feedback.reportError(tr("Nothing was registered. “Refused rows” holds {count} rows, each with the reason.").format(
        count=len(reasons)
    ))
    return {REFUSED: destination, COUNT: 0, REFUSED_COUNT: len(reasons), REFUSED_IDS: ids}


def platform_reasons(refused: Sequence[Any], features: Sequence[int]) -> Reasons:
    """Why the platform refused rows (``flows.refused_rows.RefusedRow``), by the features that they come from."""
    found: dict[int, list[str]] = {}
    for one in refused:
        words = fill(sentences().get(one.problem, "{words}"), {"words": clean(one.words)})
        if one.words and one.problem in ("name_taken", "mark_there"):
            words += " " + fill(sentences()["refused"], {"words": clean(one.words)})
        found.setdefault(features[one.index], []).append(words)
    return {feature: " ".join(words) for feature, words in found.items()}
