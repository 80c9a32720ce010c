"""What a project has of results, as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.messages.pix4d_outputs import title
from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import helped
from ..tables import declare_table, write_table
from .common import PROJECT, Pix4dAlgorithm, project_parameter
from .output_choice import state_of

COLUMNS = [
    ("output_type", "text"),
    ("title", "text"),
    ("state", "text"),
    ("ready", "boolean"),
    ("belongs", "text"),
    ("result_types", "text"),
    ("output_id", "text"),
    ("file", "text"),
]


class ListOutputs(Pix4dAlgorithm):
    """Outputs as a table."""

    called = "listoutputs"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List outputs")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists what processing made of a project and what was registered: type, a name in words, whether it can be"
            " fetched, and what kind of thing it is (streamed, raster, point_cloud, scene, contours, cameras, project,"
            " report, archive, model, picture, facts). Other algorithms take the types that are listed here; types stay"
            " when a project is processed anew, ids do not. What is not ready has no file yet."
        )

    def words(self) -> str:
        return tr("orthomosaic,dsm,point cloud,mesh,report,results")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter())
        words = tr("Leave out what is being made, made on request only, or not there.")
        self.addParameter(helped(QgsProcessingParameterBoolean("READY", tr("Only what is ready"), False), words))
        declare_table(self, "OUTPUT_TYPES", tr("Types of the outputs"))
        self.addOutput(QgsProcessingOutputString("PROJECT_ID", tr("Project id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, PROJECT)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pix4d.flows.outputs import results

        project_id = self.text(parameters, PROJECT, context)
        only_ready = self.parameterAsBoolean(parameters, "READY", context)
        records = (
            {
                "id": one.type.name,
                "output_type": one.type.name,
                "title": title(one.type.name),
                "state": state_of(one.state),
                "ready": one.ready,
                "belongs": one.type.home.value,
                "result_types": ", ".join(one.results),
                "output_id": one.output_id,
                "file": one.file,
            }
            for one in results(self.platform.api.during(work), project_id)
            if one.ready or not only_ready
        )
        outputs = write_table(self, parameters, context, work, records, COLUMNS, "OUTPUT_TYPES")
        return {**outputs, "PROJECT_ID": project_id}
