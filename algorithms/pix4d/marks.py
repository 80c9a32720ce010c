"""Marks: where control points and tie points are seen in photos."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.plain import confirm, helped, number
from ..tables import declare_table, write_table
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .point_choice import mark_parameter
from .refused_table import declare_refused, platform_reasons, taken, told_refusal

INPUT, MARK, MARKS = "INPUT", "MARK", "MARKS"
FIELDS = {"point": "POINT_FIELD", "photo": "PHOTO_FIELD", "x": "X_FIELD", "y": "Y_FIELD"}
COLUMNS = [("id", "long"), ("gcp", "text"), ("gcp_id", "long"), ("photo", "text"), ("x", "real"), ("y", "real")]
MOST_PIXELS = 1e6


class RegisterMarks(Pix4dAlgorithm):
    """All rows of a table, or none."""

    called = "registermarks"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Register marks from a table")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Registers where control points and tie points are seen in photos, from a table with the name of the point,"
            " the photo and the pixel. A photo is named by its file name, or by its storage key. Either all marks are"
            " registered or none: rows that cannot be taken are written to “Refused rows” with the reason. A point"
            " counts when it is marked in at least two photos."
        )

    def words(self) -> str:
        return tr("mark,gcp,mtp,pixel,image coordinates,csv")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        source = QgsProcessingParameterFeatureSource(INPUT, tr("Table of marks"), [QgsProcessing.SourceType.TypeVector])
        self.addParameter(helped(source, tr("One row for each mark, such as a CSV file.")))
        for what, title, words in (
            ("point", tr("Points"), tr("Names of GCPs or tie points.")),
            ("photo", tr("Photos"), tr("File names or storage keys.")),
            ("x", tr("X in the photo"), tr("Pixels to the right from the outer corner of the top left pixel.")),
            ("y", tr("Y in the photo"), tr("Pixels down from the outer corner of the top left pixel.")),
        ):
            field = QgsProcessingParameterField(FIELDS[what], title, parentLayerParameterName=INPUT, optional=True)
            self.addParameter(helped(field, f"{words} {tr('Empty: it is found by its usual names.')}"))
        declare_refused(self)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MARK_IDS", tr("Numbers of the marks")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is None:
            return
        for what, title in (("point", tr("points")), ("photo", tr("photos")), ("x", "x"), ("y", "y")):
            name = self.text(parameters, FIELDS[what], context)
            if name and source.fields().lookupField(name) < 0:
                yield tr("The layer has no field “{field}”. Choose a field of the layer.").format(field=name)
            elif not getattr(self._columns(parameters, context, source), what):
                yield tr("Nothing tells the {what} of the marks. Choose the field that holds them.").format(what=title)

    def _columns(self, parameters: dict[str, Any], context: QgsProcessingContext, source: Any) -> Any:
        from ...core.control_points import mark_rows

        given = {what: self.text(parameters, name, context) for what, name in FIELDS.items()}
        return mark_rows.completed(mark_rows.MarkColumns(**given), source)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.control_points import rows
        from ...core.messages import sentence
        from ...providers.pix4d.flows import control_points
        from ...providers.pix4d.flows.photos import all_photos
        from ...providers.pix4d.flows.refused_rows import RowsRefused

        project_id = self.text(parameters, PROJECT, context)
        photos = {str(one.get("s3_key")): (one.get("width"), one.get("height"))
                  for one in all_photos(self.platform.api, project_id, work)}
        found = self._looked_at(parameters, context, photos)
        ids: list[str] = []
        if found.problems:
            reasons: dict[int, str] = {one.feature: one.words for one in found.problems}
            words = rows.told([one.words for one in found.problems])
            outcome = self._refused(parameters, context, feedback, reasons, words)
        else:
            try:
                ids = control_points.register_marks(self.platform.api, project_id, found.marks, work)
                outcome = taken(len(ids))
            except RowsRefused as error:
                reasons = dict(platform_reasons(error.rows, found.features))
                outcome = self._refused(parameters, context, feedback, reasons, sentence(error))
        return {**outcome, "PROJECT_ID": project_id, "MARK_IDS": ",".join(ids)}

    def _source(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, INPUT))
        return source

    def _looked_at(self, parameters: dict[str, Any], context: QgsProcessingContext, photos: Any) -> Any:
        """A method of its own, so that no frame below which requests fail holds the layer (see ``point_rows``)."""
        from ...core.control_points import mark_rows

        source = self._source(parameters, context)
        return mark_rows.look_at_marks(source, self._columns(parameters, context, source), photos)

    def _refused(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        reasons: dict[int, str],
        words: str,
    ) -> dict[str, Any]:
        source = self._source(parameters, context)
        return told_refusal(self, parameters, context, feedback, source, reasons, words)


class ListMarks(Pix4dAlgorithm):
    """The marks as a table."""

    called = "listmarks"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List marks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists where control points and tie points of a project are marked in photos, in pixels.")

    def words(self) -> str:
        return tr("mark,gcp,mtp,pixel,table")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_table(self, "MARK_IDS", tr("Numbers of the marks"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.platform.api.during(work).marks.list(self.text(parameters, PROJECT, context))
        return write_table(self, parameters, context, work, found, COLUMNS, "MARK_IDS")


class MoveMark(Pix4dAlgorithm):
    """Another place in the same photo."""

    called = "movemark"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Move mark")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Moves one mark within its photo. To change its point or photo, delete it and mark anew.")

    def words(self) -> str:
        return tr("mark,edit,pixel")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(mark_parameter(MARK, tr("Mark")))
        for name, title, words in (
            ("X", tr("X in the photo"), tr("Pixels to the right from the outer corner of the top left pixel.")),
            ("Y", tr("Y in the photo"), tr("Pixels down from the outer corner of the top left pixel.")),
        ):
            parameter = number(name, title, words, 0, MOST_PIXELS, 0)
            parameter.setDefaultValue(None)
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MARK_ID", tr("Number of the mark")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, MARK)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        project_id, identity = self.text(parameters, PROJECT, context), self.text(parameters, MARK, context)
        place = [self.parameterAsDouble(parameters, name, context) for name in ("X", "Y")]
        self.platform.api.during(work).marks.move(project_id, identity, *place)
        return {"PROJECT_ID": project_id, "MARK_ID": identity}


class DeleteMarks(Pix4dAlgorithm):
    """Some marks."""

    called = "deletemarks"
    kind = "control_points"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete marks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Deletes marks from the photos of a project; the points themselves stay. When one of the marks is not"
            " there, nothing is deleted."
        )

    def words(self) -> str:
        return tr("mark,remove,pixel")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        self.addParameter(mark_parameter(MARKS, tr("Marks"), several=True))
        words = tr("The marks are deleted; the platform cannot give them back.")
        self.addParameter(confirm(tr("Confirm: the marks are deleted"), words, destroys=True))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("MARK_IDS", tr("Numbers of the deleted marks")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of deleted marks")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT, MARKS)
        yield from self.unconfirmed(parameters, context, tr("The marks would be deleted."))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows import control_points

        project_id = self.text(parameters, PROJECT, context)
        ids = split_ids(self.text(parameters, MARKS, context))
        gone = control_points.delete_marks(self.platform.api, project_id, ids, work)
        return {"PROJECT_ID": project_id, "MARK_IDS": ",".join(gone), "COUNT": len(gone)}
