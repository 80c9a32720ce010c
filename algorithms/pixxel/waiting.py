"""Parameters of what takes the platform a while, and bundles that are fetched and shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputRasterLayer,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFileDestination,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..bundle_layers import folder_of, open_bundle
from ..parameters.connection import CONNECTION
from ..parameters.plain import advanced, helped, number
from .common import PLATFORM, PixxelAlgorithm

if TYPE_CHECKING:
    from ...providers.pixxel.flows.captures import Captures

BY_BLOCKS = ("insight", "job")
"""Kinds of bundles whose rasters blocks made."""
WAIT, MINUTES, LOAD, OUTPUT = "WAIT", "MINUTES", "LOAD", "OUTPUT"


def declare_waiting(algorithm: PixxelAlgorithm, words: str = "", wait: bool | None = True) -> None:
    """Declare whether to wait (None: always) and how long."""
    if wait is not None:
        flag = QgsProcessingParameterBoolean(WAIT, tr("Wait until it is done"), wait)
        algorithm.addParameter(helped(flag, words or tr("Not ticked: it goes on on the platform by itself.")))
    limit = tr("How long to wait at most. The platform goes on, and the job can be taken up again.")
    algorithm.addParameter(advanced(number(MINUTES, tr("Greatest waiting time (minutes)"), limit, 0.01, 1e6, 120)))


def waits(algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> float:
    """Minutes to wait; 0 where it is not wanted."""
    if algorithm.parameterDefinition(WAIT) is not None and not algorithm.parameterAsBoolean(parameters, WAIT, context):
        return 0.0
    return float(algorithm.parameterAsDouble(parameters, MINUTES, context))


def declare_bundle(algorithm: PixxelAlgorithm) -> None:
    """Declare the file, and whether its images come onto the map."""
    words = tr("Unpacks the bundle beside the file and shows its images, with bands named by their wavelengths.")
    algorithm.addParameter(helped(QgsProcessingParameterBoolean(LOAD, tr("Show on the map"), True), words))
    declare_waiting(algorithm, wait=None)
    file = QgsProcessingParameterFileDestination(OUTPUT, tr("Bundle"), tr("ZIP files (*.zip)"))
    algorithm.addParameter(helped(file, tr("Where to put it. What was cut goes on where it stopped.")))
    algorithm.addOutput(QgsProcessingOutputString("FILES", tr("Unpacked images, one to a line")))
    algorithm.addOutput(QgsProcessingOutputRasterLayer("IMAGE", tr("First of the images")))
    words = tr("Numbers of the bands of that image to be shown as red, green and blue")
    algorithm.addOutput(QgsProcessingOutputString("RGB_BANDS", words))


def take_bundle(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext,
    feedback: QgsProcessingFeedback, work: Work, resource: Any, what: str, ids: dict[str, str],
    captured: Callable[[], Captures],
) -> dict[str, Any]:
    """Fetch a bundle, show it where that is wanted, and give the outputs of :func:`declare_bundle`. A bundle without an
    image, or one that this QGIS cannot show, stays a file, and that is told. ``captured`` asks the platform for the
    dates of what is in it (``flows.captures``), when it is shown."""
    from ...providers.pixxel.flows.bundles import fetch

    target = Path(algorithm.parameterAsFileOutput(parameters, OUTPUT, context))
    minutes = waits(algorithm, parameters, context)
    fetch(resource, target, work, algorithm.platform.engine, minutes)
    files: list[Path] = []
    if algorithm.parameterAsBoolean(parameters, LOAD, context):
        try:
            files = show(algorithm, parameters, context, work, target, what, ids, captured())
        except Problem as problem:
            feedback.pushWarning(str(problem))
    return {OUTPUT: str(target), "FILES": "\n".join(map(str, files)), **_first_of(files)}


def _first_of(files: list[Path]) -> dict[str, str]:
    """What a step of a model takes: one image, and its bands that make a picture. Both empty where there is none."""
    from ...core.layers import hyperspectral

    if not files:
        return {"IMAGE": "", "RGB_BANDS": ""}
    chosen = hyperspectral.default_bands(hyperspectral.read_cube(files[0]).bands)
    return {"IMAGE": str(files[0]), "RGB_BANDS": ",".join(map(str, chosen))}


def show(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext, work: Work, target: Path,
    what: str, ids: dict[str, str], captures: Captures,
) -> list[Path]:
    """Unpack a bundle into a folder of its name and let QGIS open its images; gives their files."""
    from ...core.layers import provenance
    from ...core.pixxel.found import lenient

    origin = provenance.made(PLATFORM, algorithm.text(parameters, CONNECTION, context), what, ids)
    return open_bundle(target, folder_of(target), origin, context, work,
                       {name: lenient(moment) for name, moment in captures.items()}, what not in BY_BLOCKS)
