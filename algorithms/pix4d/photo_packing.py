"""Photos packed into the archive that PIX4D takes. No request is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
)

from ...core.photos.files import file_problems, storage_names
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, given, helped, named_files
from . import packed_points, photo_input
from .common import Pix4dAlgorithm

ARCHIVE, POINTS, LOGS = "ARCHIVE", "CONTROL_POINTS", "LOG_FILES"


class PackPhotos(Pix4dAlgorithm):
    """A ZIP with photos, manifest and control points."""

    connected = False
    called = "packphotos"
    kind = "photos"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Pack photos")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Packs photos into one ZIP with the manifest that PIX4D wants and, if given, control points with their"
            " marks, for “Upload archive of photos”. Each photo that a mark names has to be packed, and a project that"
            " has a coordinate reference system of its own refuses control points in an archive. Photos are not"
            " compressed again. Nothing is sent."
        )

    def words(self) -> str:
        return tr("zip,manifest,archive,control points,opf")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        photo_input.declare_photos(self)
        packed_points.declare(self)
        points = QgsProcessingParameterFile(POINTS, tr("Control points (file)"), extension="json", optional=True)
        words = tr(
            "In place of layers: a file of format OPF input control points, version 0.2. Marks name photos by their"
            " path below the folder."
        )
        self.addParameter(advanced(helped(points, words)))
        logs = QgsProcessingParameterMultipleLayers(
            LOGS, tr("Log files"), QgsProcessing.SourceType.TypeFile, optional=True
        )
        self.addParameter(advanced(helped(logs, tr("Logs of the app that took the photos."))))
        target = QgsProcessingParameterFileDestination(ARCHIVE, tr("Archive"), tr("ZIP files (*.zip)"))
        self.addParameter(helped(target, tr("Where to write the ZIP.")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of photos")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from photo_input.photo_problems(self, parameters, context)
        logs = [Path(one) for one in named_files(self, parameters, LOGS, context)]
        yield from file_problems(logs, tuple({path.suffix.lower() for path in logs}))
        if self.text(parameters, POINTS, context) and given(parameters, packed_points.GCPS):
            yield tr("Control points are given as a layer and as a file. Give one of them only.")
            return
        yield from packed_points.problems(self, parameters, context)
        if self.text(parameters, POINTS, context):
            from ...core.photos.archive import check_control_points

            try:
                points = self.points(parameters, context)
                check_control_points(points, photo_input.chosen(self, parameters, context).files)
            except Problem as problem:
                yield str(problem)

    def points(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The control points of the file; None without one. Raises :class:`Problem`."""
        text = self.parameterAsFile(parameters, POINTS, context).strip()
        if not text:
            return None
        from ...core.photos.archive import LARGEST_JSON

        path = Path(text)
        try:
            if path.stat().st_size > LARGEST_JSON:
                raise ValueError
            found = json.loads(path.read_text("utf-8"))
            if not isinstance(found, dict):
                raise TypeError
            return found
        except OSError:
            raise Problem(tr("The control points cannot be read: there is no file {file}.").format(file=path.name)
                          ) from None
        except (ValueError, TypeError):
            raise Problem(tr("{file} holds no control points of OPF.").format(file=path.name)) from None

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.photos.archive import write_archive

        files = photo_input.chosen(self, parameters, context).files
        points = packed_points.points(self, parameters, context, files) or self.points(parameters, context)
        photo_input.tell_counts(files, work.part("reading", (0.0, 0.1)), feedback)
        target = Path(self.parameterAsFileOutput(parameters, ARCHIVE, context))
        logs = storage_names([Path(one) for one in named_files(self, parameters, LOGS, context)])
        rest = work.part("packing", (0.1, 1.0))

        def report(done: int, total: int) -> None:
            rest.check_cancelled()
            rest.progress(done / max(total, 1), "packing", bytes_done=done, bytes_total=total)

        write_archive(target, files, points, logs, report)
        return {ARCHIVE: str(target), "COUNT": len(files)}
