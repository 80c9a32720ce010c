"""Rasters made to fit the rules of a data collection, into a folder that can be uploaded as a whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped
from ..sinks import RowSink
from .common import COLLECTION
from .upload_checks import RasterLook, _RasterReader, fitted_name

FITTED, TAKE_ALL, UNSOLVED = "FITTED", "TAKE_ALL", "UNSOLVED"
COLUMNS = [("name", "text"), ("file", "text"), ("reason", "text")]


class FitRasters(_RasterReader):
    """The proposed GDAL steps, run."""

    called = "fitrasters"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Make rasters fit")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes rasters fit the rules of a data collection, by the GDAL steps that “Check rasters before upload”"
            " proposes: converted, reprojected, resampled, with other bands or values. The files given stay as they"
            " are. Rasters that fit already are put into the folder too, with what belongs to them, so that the folder"
            " can be uploaded as it is. Nothing is sent."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare()
        words = tr("Without them the folder holds those only that were changed.")
        take = QgsProcessingParameterBoolean(TAKE_ALL, tr("Also rasters that fit already"), defaultValue=True)
        self.addParameter(helped(take, words))
        folder = QgsProcessingParameterFolderDestination(FITTED, tr("Folder for the rasters"))
        self.addParameter(helped(folder, tr("Files of the same names there are replaced.")))
        left = QgsProcessingParameterFeatureSink(
            UNSOLVED, tr("Rasters that no step makes fit"), QgsProcessing.SourceType.TypeVector, optional=True,
            createByDefault=False,
        )
        self.addParameter(helped(left, tr("A table of the rasters that were left out, each with the reason.")))
        self.addOutput(QgsProcessingOutputString(COLLECTION, tr("Data collection")))
        self.addOutput(QgsProcessingOutputString("FILES", tr("Rasters in the folder, one to a line")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of rasters in the folder")))
        self.addOutput(QgsProcessingOutputNumber("CHANGED_COUNT", tr("Rasters that were changed")))
        self.addOutput(QgsProcessingOutputNumber("UNSOLVED_COUNT", tr("Rasters that were left out")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        folder = self.text(parameters, FITTED, context)
        source = self.text(parameters, "FOLDER", context)
        if folder and source and Path(folder).absolute() == Path(source).absolute():
            yield tr("The rasters would be written over those that they are made of. Choose another folder.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.rasters import fitting

        folder = Path(self.parameterAsString(parameters, FITTED, context))
        folder.mkdir(parents=True, exist_ok=True)
        take = self.parameterAsBoolean(parameters, TAKE_ALL, context)
        left = RowSink(self, parameters, UNSOLVED, context, COLUMNS)
        looking, making = work.part("look", (0.0, 0.1)), work.part("make", (0.1, 1.0))
        found = list(self.looks(parameters, context, feedback, looking))
        taken: set[str] = set()
        changed = unsolved = kept = 0
        files: list[Path] = []
        for number, (look, fit) in enumerate(found):
            work.check_cancelled()
            making.progress(number / len(found), "pixel_fitting", done=str(number), total=str(len(found)))
            if fit is None:
                if take:
                    files.append(_free(folder / look.path.name, taken))
                    kept += self._take(look, files[-1])
                continue
            if fit.left:
                unsolved += 1
                reason = " ".join(one.words for one in fit.left)
                feedback.pushWarning(f"{look.path.name}: {reason}")
                left.add([look.path.name, str(look.path), reason])
                continue

            report = _reporter(making, number, len(found))
            try:
                files.append(_free(fitted_name(look.path, fit.suffix, folder), taken))
                fitting.run(fit, look.path, files[-1], report)
            except Problem:
                work.check_cancelled()
                raise
            changed += 1
            feedback.pushInfo(f"{look.path.name}: " + " ".join(fit.warnings))
        left.close()
        if not changed + kept and unsolved:
            raise Problem(tr("None of the {count} rasters can be made to fit.").format(count=unsolved))
        outputs = {
            FITTED: str(folder), COLLECTION: self.text(parameters, COLLECTION, context), "COUNT": changed + kept,
            "CHANGED_COUNT": changed, "UNSOLVED_COUNT": unsolved, "FILES": "\n".join(map(str, files)),
        }
        return {**outputs, UNSOLVED: left.destination} if left.destination else outputs

    @staticmethod
    def _take(look: RasterLook, target: Path) -> bool:
        """Put a raster that fits beside the others, with its support files; without using disk where that can be."""
        for source in (look.path, *look.support):
            place = target.with_name(target.stem + source.name[len(look.path.stem):])
            if place.parent.resolve() / place.name == source.parent.resolve() / source.name:
                continue  # it is there already
            place.unlink(missing_ok=True)
            try:
                os.link(source, place)
            except OSError:
                shutil.copy2(source, place)
        return True


def _reporter(work: Work, number: int, total: int) -> Callable[[float], bool]:
    """What tells how far one of so many rasters is, and whether to go on."""

    def report(part: float) -> bool:
        work.progress((number + part) / total, "pixel_fitting", done=str(number), total=str(total))
        return not work.cancelled()

    return report


def _free(path: Path, taken: set[str]) -> Path:
    """A name in the folder that no other raster of this run has."""
    number, found = 1, path
    while found.name.casefold() in taken:
        number += 1
        found = path.with_name(f"{path.stem}_{number}{path.suffix}")
    taken.add(found.name.casefold())
    return found
