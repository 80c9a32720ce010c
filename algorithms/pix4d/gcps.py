"""Ground control points: registered and changed by a layer or table, listed as a layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsGeometry,
    QgsPoint,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped
from ..tables import declare_table, write_table
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .point_rows import PointRows

RENAME = "RENAME"
ENOUGH_MARKS = 2
COLUMNS = [("id", "long"), ("name", "text"), ("point_type", "text"), ("x", "real"), ("y", "real"), ("z", "real"),
           ("xy_accuracy", "real"), ("z_accuracy", "real"), ("marks", "integer")]


class RegisterGcps(PointRows):
    """All rows of a layer, or none."""

    called = "registergcps"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Register control points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Registers the points of a layer or table as ground control points (GCP) or check points of a project, in"
            " the project's coordinate reference system, which has to be set before. Either all are registered or none:"
            " rows that cannot be taken are written to “Refused rows” with the reason. Points that get no marks are"
            " looked for by PIX4D itself during processing (AutoGCP), if none of the project's points has any."
        )

    def words(self) -> str:
        return tr("gcp,ground control,check point,autogcp,survey,csv,targets")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_rows()
        rename = QgsProcessingParameterBoolean(RENAME, tr("Rewrite names that could not be changed later"), False)
        words = tr(
            "PIX4D can register a name such as P-1, but never change or delete that point. Ticked, it becomes P_1;"
            " otherwise such rows are refused."
        )
        self.addParameter(helped(rename, words))
        self.declare_outcome(tr("Names of the registered points"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.control_points import register_gcps

        rename = self.parameterAsBoolean(parameters, RENAME, context)
        return self.carried_out(parameters, context, feedback, work, register_gcps, rename)


class ChangeGcps(PointRows):
    """Points that are there, from a layer."""

    called = "changegcps"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change control points by a layer")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives the control points of a project the types, coordinates and accuracies that a layer or table has for"
            " their names; what it has no column for stays. Points that are the same already are not touched, those"
            " that the layer does not have stay as they are. Rows whose name the project does not have are written to"
            " “Refused rows”, and then nothing is changed."
        )

    def words(self) -> str:
        return tr("gcp,edit,update,push,ground control")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_rows()
        self.declare_outcome(tr("Names of the changed points"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.control_points import change_gcps

        columns = self.columns(parameters, context)
        silent = [member for member, column in (
            ("point_type", columns.kind), ("xy_accuracy", columns.xy_accuracy), ("z_accuracy", columns.z_accuracy)
        ) if not column]

        def change(api: Any, project_id: str, points: Any, work: Work) -> list[str]:
            told = [{name: value for name, value in one.items() if name not in silent} for one in points]
            return change_gcps(api, project_id, told, work)

        return self.carried_out(parameters, context, feedback, work, change)


class ListGcps(Pix4dAlgorithm):
    """The control points as a layer."""

    called = "listgcps"
    kind = "control_points"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List control points")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the ground control points and check points of a project as a layer of points with heights, in the"
            " project's coordinate reference system, and in how many photos each is marked. A point counts when it is"
            " marked in at least two photos; when none is marked at all, PIX4D looks for them itself (AutoGCP)."
        )

    def words(self) -> str:
        return tr("gcp,ground control,check point,pull,layer")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        declare_table(self, "GCP_NAMES", tr("Names of the points"), "point_z")
        self.addOutput(QgsProcessingOutputString("SYSTEM", tr("Coordinate reference system of the project")))
        self.addOutput(QgsProcessingOutputNumber("UNMARKED", tr("Number of points marked in fewer than two photos")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.crs_rules import layer_crs
        from ...providers.pix4d.flows import control_points

        api, project_id = self.platform.api.during(work), self.text(parameters, PROJECT, context)
        definition, _ = control_points.system_of(api, project_id)
        gcps = api.gcps.list(project_id)
        marks = Counter(str(one.get("gcp")) for one in api.marks.list(project_id))
        records = [{**one, "marks": marks[one["name"]]} for one in gcps]
        crs = layer_crs(definition)
        outcome = write_table(self, parameters, context, work, records, COLUMNS, "GCP_NAMES", "point_z", _point, crs,
                              "name")
        few = sum(one["marks"] < ENOUGH_MARKS for one in records)
        if records and not marks:
            feedback.pushInfo(tr("No point is marked: PIX4D looks for all of them itself when it processes (AutoGCP)."))
        elif few:
            feedback.pushWarning(
                tr("{count} points are marked in fewer than two photos and will not count.").format(count=few)
            )
        return {**outcome, "SYSTEM": definition, "UNMARKED": few}


def _point(record: Mapping[str, Any]) -> QgsGeometry:
    place = [record.get(axis) for axis in ("x", "y", "z")]
    if not all(isinstance(one, (int, float)) for one in place):
        return QgsGeometry()
    return QgsGeometry(QgsPoint(*(float(one) for one in place)))
