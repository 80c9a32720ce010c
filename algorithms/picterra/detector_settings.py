"""The settings of a detector as ordinary parameters, with the values that the platform allows (notes, section 11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterEnum

from ...core.translation import tr
from ...providers.picterra.records import BACKBONES, DETECTION_TYPES, OUTPUT_TYPES, TRAINING_STEPS
from ..parameters.plain import advanced, given, helped, integer, number
from .common import PicterraAlgorithm

TILE_STEP = 32
DEFAULTS = {
    "detection_type": "count",
    "output_type": "polygon",
    "training_steps": 500,
    "backbone": "resnet34",
    "tile_size": 256,
    "background_sample_ratio": 0.25,
}
"""The platform's own defaults; the vendor's client always sends all six when it creates a detector."""
_STEPS = {"least": TRAINING_STEPS[0], "most": TRAINING_STEPS[1]}


def declare(algorithm: PicterraAlgorithm, editing: bool) -> None:
    """Add the six parameters. When editing each may be left empty, and then stays as it is."""
    stays = tr("Empty: it stays as it is.") if editing else ""

    def enum(name: str, title: str, values: tuple[str, ...], member: str, words: str) -> None:
        default = None if editing else DEFAULTS[member]
        parameter = QgsProcessingParameterEnum(name, title, list(values), False, default, editing, True)
        algorithm.addParameter(helped(parameter, f"{words} {stays}".strip()))

    def default(member: str) -> Any:
        return None if editing else DEFAULTS[member]

    enum("DETECTION_TYPE", tr("What to detect"), DETECTION_TYPES, "detection_type",
         tr("“count” finds single objects, “segmentation” finds areas."))
    enum("OUTPUT_TYPE", tr("Shape of the results"), OUTPUT_TYPES, "output_type",
         tr("“polygon” follows the outline, “bbox” gives a box for each object."))
    algorithm.addParameter(
        integer("TRAINING_STEPS", tr("Training steps"),
                f"{tr('{least} to {most}. More steps take longer.').format(**_STEPS)} {stays}".strip(),
                *TRAINING_STEPS, default("training_steps"))
    )
    enum("BACKBONE", tr("Backbone"), BACKBONES, "backbone", tr("The network that the detector is built on."))
    algorithm.addParameter(
        advanced(integer("TILE_SIZE", tr("Tile size (pixels)"),
                         f"{tr('A multiple of 32. Which sizes are allowed depends on the plan.')} {stays}".strip(),
                         TILE_STEP, 4096, default("tile_size")))
    )
    algorithm.addParameter(
        advanced(number("BACKGROUND_SAMPLE_RATIO", tr("Share of background"),
                        f"{tr('0 to 1: how much of the training looks at places without objects.')} {stays}".strip(),
                        0, 1, default("background_sample_ratio")))
    )


def problems(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """Values that the platform would refuse whatever the plan; that tiles go by 32 is ASSUMED (A29)."""
    steps = algorithm.whole(parameters, "TRAINING_STEPS", context)
    if steps is not None and not TRAINING_STEPS[0] <= steps <= TRAINING_STEPS[1]:
        yield tr("Training steps go from {least} to {most}, not {value}.").format(value=steps, **_STEPS)
    size = algorithm.whole(parameters, "TILE_SIZE", context)
    if size is not None and (size <= 0 or size % TILE_STEP):
        yield tr("The tile size is a multiple of {step}, not {value}.").format(step=TILE_STEP, value=size)
    ratio = algorithm.real(parameters, "BACKGROUND_SAMPLE_RATIO", context)
    if ratio is not None and not 0 <= ratio <= 1:
        yield tr("The share of background goes from 0 to 1, not {value}.").format(value=ratio)
    yield from algorithm.unknown(parameters, "DETECTION_TYPE", "OUTPUT_TYPE", "BACKBONE")


def configuration(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, editing: bool
) -> dict[str, Any]:
    """The settings to send: all six for a new detector, only those given when editing (0 is a value like any other)."""
    values: dict[str, Any] = {
        "detection_type": _enum(algorithm, parameters, "DETECTION_TYPE", context),
        "output_type": _enum(algorithm, parameters, "OUTPUT_TYPE", context),
        "training_steps": algorithm.whole(parameters, "TRAINING_STEPS", context),
        "backbone": _enum(algorithm, parameters, "BACKBONE", context),
        "tile_size": algorithm.whole(parameters, "TILE_SIZE", context),
        "background_sample_ratio": algorithm.real(parameters, "BACKGROUND_SAMPLE_RATIO", context),
    }
    known = {name: value for name, value in values.items() if value is not None}
    return known if editing else {**DEFAULTS, **known}


def _enum(
    algorithm: PicterraAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> str | None:
    return algorithm.parameterAsEnumString(parameters, name, context) if given(parameters, name) else None
