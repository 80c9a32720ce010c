"""Rasters before they are sent: held against the rules, and made to fit. Nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsWkbTypes,
)

from ...core.translation import tr
from ...providers.work import Work
from .. import files_input
from ..parameters.plain import given, helped
from ..sinks import RowSink
from .common import COLLECTION, PixelAlgorithm, collection_parameter

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.rasters.check import Area, Finding, RasterRules
    from ...core.rasters.facts import RasterFacts
    from ...core.rasters.fitting import Fit

OUTPUT = "OUTPUT"
RASTER_COLUMNS = [
    ("name", "text"), ("file", "text"), ("fits", "boolean"), ("problems", "text"), ("remarks", "text"),
    ("steps", "text"), ("changes", "text"), ("unsolved", "text"), ("algorithm", "text"), ("parameters", "text"),
    ("format", "text"), ("data_type", "text"), ("num_bands", "integer"), ("srid", "integer"), ("cell_width", "real"),
    ("cell_height", "real"),
]
"""``steps``: GDAL commands, one a line. ``algorithm`` and ``parameters``: the first of them as QGIS runs it."""


@dataclass(frozen=True)
class RasterLook:
    """A raster that was looked at; ``facts`` None for a file that is none. ``support``: its side files."""

    path: Path
    facts: RasterFacts | None
    findings: Sequence[Finding]
    support: tuple[Path, ...]

    @property
    def refused(self) -> list[Finding]:
        """Why the platform would refuse it."""
        return [one for one in self.findings if one.serious]


def look_at_rasters(
    paths: Sequence[Path], rules: RasterRules, area: Area | None, work: Work
) -> Iterator[RasterLook]:
    """Each of the files with what is wrong with it."""
    from ...core.rasters import check, facts
    from ...core.uploads.support_files import SupportFiles

    beside, looked = SupportFiles(), files_input.counting(work, len(paths))
    for number, path in enumerate(paths):
        looked(number)
        support = tuple(beside.of(path))
        found = facts.read_facts(path, support, rules.srid)
        findings = [check.unreadable(path.name)] if found is None else check.check(found, rules, area)
        yield RasterLook(path, found, findings, support)


def area_of(area: Any) -> Any:
    """The area of interest, prepared; None where it is not known or cannot be read."""
    from ...core.geometry import from_platform
    from ...core.problems import Problem
    from ...core.rasters.check import Area

    if area is None:
        return None
    try:
        shape = from_platform(dict(area))
    except Problem:
        return None
    return None if shape.isEmpty() else Area(shape)


def tell_unknown(target: Any, area: Any, feedback: QgsProcessingFeedback) -> None:
    """Say what the platform does not tell of a data collection, so that it could not be checked."""
    if target.rules is None and target.type not in ("image", "point_cloud"):
        words = tr("The platform does not tell the rules of “{name}”. The files are held against those of its type.")
        feedback.pushWarning(words.format(name=target.name))
    if area is None:
        feedback.pushWarning(tr("The area of interest of the project is not known, so that places were not checked."))


class _RasterReader(PixelAlgorithm):
    """What both share."""

    kind = "uploads"

    def words(self) -> str:
        return tr("validate,rules,geotiff,gdal")

    def declare(self) -> None:
        """The collection and the files."""
        self.addParameter(collection_parameter("raster"))
        words = tr("All rasters in it are taken.")
        files_input.declare_files(self, tr("Single rasters"), words, rasters=True)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        if given(parameters, COLLECTION):
            self.place(parameters, context)
        yield from files_input.problems(self, parameters, context, files_input.RASTER_SUFFIXES, strict=False)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        self._single = files_input.named(self, parameters, context)

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        found = self._found(parameters, context)
        return (False, found) if found else files_input.checked_by_qgis(self, parameters, context)

    def looks(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> Iterator[tuple[RasterLook, Fit | None]]:
        """Each raster, with the steps that make it fit; None for one that fits."""
        from ...core.rasters import check, fitting
        from ...providers.pixel.flows.upload_target import find_target

        target = find_target(self.platform.api, self.place(parameters, context), "raster", work)
        rules, area = check.rules_of(target.type, target.rules), area_of(target.area)
        tell_unknown(target, area, feedback)
        paths = files_input.chosen(self, parameters, context, files_input.RASTER_SUFFIXES, self._single)
        for look in look_at_rasters(paths, rules, area, work):
            if not look.refused:
                yield look, None
            elif look.facts is None:
                yield look, fitting.Fit(left=tuple(look.refused))
            else:
                yield look, fitting.fit(look.facts, look.findings, rules)


class CheckRasters(_RasterReader):
    """Rasters against the rules of a collection."""

    called = "checkrasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Check rasters before upload")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Holds rasters against the rules of a data collection (format, bands, data type, coordinate reference"
            " system, cell size) and the area of interest of its project. The layer shows where each raster lies and"
            " says what is wrong with it and with which GDAL commands it can be made to fit. “Make rasters fit” runs"
            " them. Nothing is sent."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare()
        made = QgsProcessingParameterFeatureSink(
            OUTPUT, tr("Checked rasters"), QgsProcessing.SourceType.TypeVectorPolygon
        )
        self.addParameter(helped(made, tr("One row for each raster: its outline, and what is wrong with it.")))
        self.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of rasters")))
        self.addOutput(QgsProcessingOutputNumber("REFUSED_COUNT", tr("Rasters that would be refused")))
        self.addOutput(QgsProcessingOutputNumber("UNSOLVED_COUNT", tr("Of these, rasters that no step makes fit")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        count = refused = unsolved = 0
        layer = RowSink(self, parameters, OUTPUT, context, RASTER_COLUMNS, QgsWkbTypes.Type.MultiPolygon)
        for look, fit in self.looks(parameters, context, feedback, work):
            count += 1
            refused += fit is not None
            unsolved += fit is not None and bool(fit.left)
            if fit is not None:
                feedback.pushWarning(f"{look.path.name}: " + " ".join(one.words for one in look.refused))
            layer.add(raster_values(look, fit), outline(look))
        layer.close()
        if not refused:
            feedback.pushInfo(tr("All {count} rasters fit.").format(count=count))
        from ..photo_look import photo_look

        photo_look(context, layer.destination, "checked")
        return {
            OUTPUT: layer.destination, COLLECTION: self.text(parameters, COLLECTION, context),
            "COUNT": count, "REFUSED_COUNT": refused, "UNSOLVED_COUNT": unsolved,
        }


def raster_values(look: RasterLook, fit: Fit | None) -> list[Any]:
    """The cells of a row of :data:`RASTER_COLUMNS`."""
    facts, proposed = look.facts, fit is not None and bool(fit.steps)
    target = fitted_name(look.path, fit.suffix) if fit is not None and proposed else None
    steps = fit.commands(look.path, target) if fit is not None and target is not None else []
    name, values = "", {}
    if fit is not None and target is not None:
        between = target if len(fit.steps) == 1 else target.with_name(f"{target.stem}.step1.tif")
        name, values = fit.steps[0].algorithm(str(look.path), str(between))
    width, height = (None, None) if facts is None or facts.cell_size is None else facts.cell_size
    return [
        look.path.name, str(look.path), not look.refused, _words(look.refused),
        _words([one for one in look.findings if not one.serious]), "\n".join(steps),
        "" if fit is None else " ".join(fit.warnings), "" if fit is None else _words(fit.left), name,
        json.dumps(values) if values else "", *((None,) * 4 if facts is None else
                                                (facts.format, facts.data_type, facts.num_bands, facts.srid)),
        width, height,
    ]


def _words(findings: Sequence[Finding]) -> str:
    return " ".join(one.words for one in findings)


def outline(look: RasterLook) -> QgsGeometry:
    """Where a raster lies; null where that is not known."""
    if look.facts is None or look.facts.outline.isEmpty():
        return QgsGeometry()
    shape = QgsGeometry(look.facts.outline)
    shape.convertToMultiType()
    return shape


def fitted_name(path: Path, suffix: str, folder: Path | None = None) -> Path:
    """What a raster that was made to fit is called: as before in another folder, else marked."""
    return path.with_name(f"{path.stem}_fitted{suffix}") if folder is None else folder / f"{path.stem}{suffix}"
