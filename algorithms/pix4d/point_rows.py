"""Control points from a layer or table: which field holds what, and what becomes of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterCrs,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)

from ...core.control_points.axes import AxisOrder
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, helped
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .refused_table import declare_refused, platform_reasons, taken, told_refusal

if TYPE_CHECKING:  # QGIS starts without what only a running algorithm needs
    from ...core.control_points import rows

INPUT, TABLE_CRS, AXES = "INPUT", "TABLE_CRS", "AXES"
FIELDS = {
    "name": "NAME_FIELD", "x": "X_FIELD", "y": "Y_FIELD", "z": "Z_FIELD", "kind": "TYPE_FIELD",
    "xy_accuracy": "XY_ACCURACY_FIELD", "z_accuracy": "Z_ACCURACY_FIELD",
}
ORDERS = (AxisOrder.EAST_FIRST, AxisOrder.NAMED, AxisOrder.DECLARED)

Flow = Callable[[Any, str, Any, Work], "list[str]"]
"""Of the client, the project, the points and the work; gives their names."""


class PointRows(Pix4dAlgorithm):
    """What reads GCPs from a layer or table."""

    kind = "control_points"

    def declare_rows(self) -> None:
        """Declare project, layer and which of its fields holds what."""
        self.addParameter(project_parameter())
        source = QgsProcessingParameterFeatureSource(INPUT, tr("Points"), [QgsProcessing.SourceType.TypeVector])
        words = tr("A layer of points, or a table, such as a CSV file, with their coordinates.")
        self.addParameter(helped(source, words))
        found = tr("Empty: it is found by its usual names.")
        for what, title, help_text in (
            ("name", tr("Names"), tr("Letters, digits and underscores; each name once.")),
            ("z", tr("Heights"), tr("In the project's system. Without a field: the heights of the points themselves.")),
            ("kind", tr("Types"), tr("GCP or CHECKPOINT; empty cells are GCPs.")),
            ("xy_accuracy", tr("Horizontal accuracies"), tr("In the unit of the project's system.")),
            ("z_accuracy", tr("Vertical accuracies"), tr("In the unit of the project's system.")),
            ("x", tr("X coordinates"), tr("Only for a table without points on the map.")),
            ("y", tr("Y coordinates"), tr("Only for a table without points on the map.")),
        ):
            field = QgsProcessingParameterField(FIELDS[what], title, parentLayerParameterName=INPUT, optional=True)
            field = helped(field, f"{help_text} {found}")
            self.addParameter(field if what in ("name", "z", "kind") else advanced(field))
        crs = QgsProcessingParameterCrs(TABLE_CRS, tr("Coordinate reference system of the table"), optional=True)
        self.addParameter(advanced(helped(crs, tr("Of coordinates in fields. Empty: that of the project."))))
        orders = [
            tr("X runs east or west, Y north or south"),
            tr("As the system names its axes: where it calls the north axis X, that is X"),
            tr("In the order in which the system declares its axes"),
        ]
        axes = QgsProcessingParameterEnum(AXES, tr("Order of the coordinates in the table"), orders, False, 0)
        words = tr(
            "PIX4D takes X as the east-like value and Y as the north-like one, whatever the system says. Published"
            " coordinates of some countries are given the other way round, as in Japan (X north, Y east) and South"
            " Africa (X south, Y west): the second choice exchanges them."
        )
        self.addParameter(advanced(helped(axes, words)))

    def columns(self, parameters: dict[str, Any], context: QgsProcessingContext) -> rows.Columns:
        """The chosen fields, and the usual ones where none is chosen."""
        from ...core.control_points import rows

        source = self.source(parameters, context)
        return rows.completed(
            rows.Columns(**{what: self.text(parameters, name, context) for what, name in FIELDS.items()}), source
        )

    def source(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The layer or table."""
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is None:
            raise QgsProcessingException(self.invalidSourceError(parameters, INPUT))
        return source

    def declare_outcome(self, names: str) -> None:
        """Declare what comes of it; ``names`` is the title of the names of the points."""
        declare_refused(self)
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))
        self.addOutput(QgsProcessingOutputString("GCP_NAMES", names))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...core.control_points import rows

        yield from self.required(parameters, context, PROJECT)
        source = self.parameterAsSource(parameters, INPUT, context)
        if source is not None:
            yield from rows.column_problems(self.columns(parameters, context), source)

    def carried_out(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        work: Work,
        flow: Flow,
        rename: bool = False,
    ) -> dict[str, Any]:
        """``flow`` with all rows, in the project's system; or the rows that are refused, by us or by the platform."""
        from ...core.control_points import rows
        from ...core.messages import sentence
        from ...providers.errors import InputProblem
        from ...providers.pix4d.flows import control_points
        from ...providers.pix4d.flows.refused_rows import RowsRefused

        project_id = self.text(parameters, PROJECT, context)
        definition, _ = control_points.system_of(self.platform.api.during(work), project_id)
        if not definition:
            raise InputProblem("gcp_needs_system")
        found = self._rows(parameters, context, definition, rename)
        names: list[str] = []
        if found.problems:
            reasons: dict[int, str] = {one.feature: one.words for one in found.problems}
            words = rows.told([one.words for one in found.problems])
            outcome = self._refused(parameters, context, feedback, reasons, words)
        else:
            for old, new in found.renamed:
                feedback.pushInfo(tr("“{old}” is sent as “{new}”.").format(old=old, new=new))
            try:
                names = flow(self.platform.api, project_id, found.points, work)
                outcome = taken(len(names))
            except RowsRefused as error:
                reasons = dict(platform_reasons(error.rows, found.features))
                outcome = self._refused(parameters, context, feedback, reasons, sentence(error))
        return {**outcome, "PROJECT_ID": project_id, "GCP_NAMES": ",".join(names)}

    def _rows(
        self, parameters: dict[str, Any], context: QgsProcessingContext, definition: str, rename: bool
    ) -> rows.Found:
        """A method of its own, so that no frame below which requests fail holds the layer: a failure keeps its frames
        until Python looks for garbage, which may be after QGIS has ended."""
        from ...core.control_points import rows

        wanted = rows.Wanted(
            definition,
            self.parameterAsCrs(parameters, TABLE_CRS, context),
            ORDERS[self.parameterAsEnum(parameters, AXES, context)],
            rename,
            context.transformContext(),
        )
        return rows.look_at_points(self.source(parameters, context), self.columns(parameters, context), wanted)

    def _refused(
        self,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
        reasons: dict[int, str],
        words: str,
    ) -> dict[str, Any]:
        source = self.source(parameters, context)
        return told_refusal(self, parameters, context, feedback, source, reasons, words)
