"""Marks placed, moved and removed: what the marks dock sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterMatrix,
)

from ...core.translation import tr
from ...providers.work import Work
from .common import PROJECT, Pix4dAlgorithm, project_parameter

MARKS, REMOVED = "MARKS", "REMOVED"


class ChangeMarks(Pix4dAlgorithm):
    """Puts marks where they belong, whether they are there already or not."""

    called = "changemarks"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change marks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Brings the marks of a project to where they are given. A point that is not marked in a photo yet is"
            " marked, a mark that lies elsewhere is moved, and those of the second table are removed. All other marks"
            " stay as they are.\n\nThe dock “Imagery Marks” fills in both tables: there, points are marked by clicking"
            " in photos.\n\nNew marks are registered first, all or none: if the platform refuses one, nothing"
            " is changed."
        )

    def words(self) -> str:
        return tr("mark,marks,tie point,control point,photo,pixel")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        point, photo = tr("Point"), tr("Photo")
        placed = QgsProcessingParameterMatrix(
            MARKS, tr("Marks"), headers=[point, photo, tr("X"), tr("Y")], optional=True
        )
        placed.setHelp(
            tr("Name of the control point or tie point, storage key of the photo, and where the point is: pixels to the"
               " right and down, from the top left corner of the photo.")
        )
        removed = QgsProcessingParameterMatrix(REMOVED, tr("Marks to remove"), headers=[point, photo], optional=True)
        removed.setHelp(tr("Name of the point and storage key of the photo in which it is not to be marked any more."))
        for table in (placed, removed):
            self.addParameter(table)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        for name, title in (
            ("ADDED", tr("Marks added")), ("MOVED", tr("Marks moved")), ("GONE", tr("Marks removed")),
        ):  # fmt: skip
            self.addOutput(QgsProcessingOutputNumber(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, PROJECT)
        cells, gone = self.cells(parameters, MARKS, context), self.cells(parameters, REMOVED, context)
        if not cells and not gone:
            yield tr("There is nothing to change. Give marks, or marks to remove.")
        if len(cells) % 4 or len(gone) % 2:
            yield tr("A row of a table is not complete. Give four values for a mark, and two for one to remove.")
            return
        for row in range(0, len(cells), 4):
            if _number(cells[row + 2]) is None or _number(cells[row + 3]) is None:
                words = tr("The mark of {point} in row {row} has no place in the photo. Give two numbers above 0.")
                yield words.format(point=cells[row], row=row // 4 + 1)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.mark_changes import change_marks

        cells, gone = self.cells(parameters, MARKS, context), self.cells(parameters, REMOVED, context)
        placed: dict[tuple[str, str], tuple[float, float]] = {
            (cells[row], cells[row + 1]): (_number(cells[row + 2]) or 0.0, _number(cells[row + 3]) or 0.0)
            for row in range(0, len(cells), 4)
        }
        removed = {(gone[row], gone[row + 1]) for row in range(0, len(gone), 2)}
        project = self.text(parameters, PROJECT, context)
        done = change_marks(self.platform.api, project, placed, removed - set(placed), work)
        words = tr("Marks added: {added}, moved: {moved}, removed: {removed}.")
        feedback.pushInfo(words.format(added=done.added, moved=done.moved, removed=done.removed))
        return {"PROJECT_ID": project, "ADDED": done.added, "MOVED": done.moved, "GONE": done.removed}


def _number(text: str) -> float | None:
    """A place along a side of a photo: above 0, as the platform wants it."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < 1e6 else None
