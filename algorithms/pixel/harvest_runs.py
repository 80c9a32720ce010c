"""Harvest services at work: started, stopped, their tasks; and what a source has to offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import choice, given, helped, string
from ..tables import declare_table, write_table
from .harvest_common import AUTH, SERVICE, SOURCE, WHERE, HarvestAlgorithm

WAIT = "WAIT"
STATES = ("pending", "submitted", "in_progress", "completed", "failed")
COUNTED = ("COMPLETED", "FAILED")


class StartHarvestService(HarvestAlgorithm):
    """Let it bring what is new."""

    called = "startharvestservice"
    journaled = True
    goes_on = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Start harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lets a harvest service bring what its source has. By itself it waits until all tasks of the service have"
            " ended, and tells how many failed; “List harvest tasks” says why. To cancel is to stop waiting: the"
            " service goes on, and “Stop harvest service” ends it."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service("stopped")
        wait = QgsProcessingParameterBoolean(WAIT, tr("Wait for its tasks"), defaultValue=True)
        self.addParameter(helped(wait, tr("Untick it to go on as soon as the service runs.")))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Harvest service id")))
        self.addOutput(QgsProcessingOutputNumber("COMPLETED", tr("Tasks of the service that are completed")))
        self.addOutput(QgsProcessingOutputNumber("FAILED", tr("Tasks of the service that failed")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import harvest
        from ...providers.steps import entries

        api = self.platform.api
        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        if not harvest.start(api, place, service_id, work):
            feedback.pushInfo(tr("The service was running already."))
        if self.parameterAsBoolean(parameters, WAIT, context):
            counted = harvest.follow(api, place, service_id, work)
            if counted.get("failed"):
                words = tr("{count} tasks of the service failed. “List harvest tasks” says why.")
                feedback.reportError(words.format(count=counted["failed"]))
        else:
            counted = harvest.counts(entries(api.during(work).harvest.tasks(place, service_id)))
        return {"SERVICE_ID": service_id, **{name: counted.get(name.lower(), 0) for name in COUNTED}}


class StopHarvestService(HarvestAlgorithm):
    """Let it bring no more."""

    called = "stopharvestservice"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Stop harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Stops a harvest service. What it brought stays; what it had begun with may not come.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service("running")
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Harvest service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import harvest

        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        if not harvest.stop(self.platform.api, place, service_id, work):
            feedback.pushInfo(tr("The service did not run."))
        return {"SERVICE_ID": service_id}


class ListHarvestTasks(HarvestAlgorithm):
    """Tasks as a table."""

    called = "listharvesttasks"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List harvest tasks")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the tasks of a harvest service, one for each feature of the source: its state, why it failed, and"
            " the image that it became. Of new tasks each is told once, whoever asks."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        self.addParameter(choice("STATUS", tr("State"), tr("Only tasks in this state. Empty: in any."), STATES))
        new = QgsProcessingParameterBoolean("GET_NEW", tr("New tasks only"), defaultValue=False)
        words = tr("Only tasks that were not listed this way before. They are listed this way once.")
        self.addParameter(helped(new, words))
        declare_table(self, "TASK_IDS", tr("Task ids"))
        self.addOutput(QgsProcessingOutputString("IMAGE_IDS", tr("Image ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)
        yield from self.unknown(parameters, "STATUS")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        status = self.parameterAsEnumString(parameters, "STATUS", context) if given(parameters, "STATUS") else ""
        new = self.parameterAsBoolean(parameters, "GET_NEW", context)
        images: list[str] = []

        def rows() -> Iterator[dict[str, Any]]:
            for one in entries(self.platform.api.during(work).harvest.tasks(place, service_id, status, new)):
                result = one.get("result")
                image = str(result.get("resource_id") or "") if isinstance(result, dict) else ""
                if image:
                    images.append(image)
                yield {**one, "image_id": int(image) if image.isdigit() else None}

        columns = [("id", "long"), ("status", "text"), ("name", "text"), ("external_id", "text"), ("detail", "text"),
                   ("image_id", "long"), ("created_at", "text")]
        found = write_table(self, parameters, context, work, rows(), columns, "TASK_IDS")
        return {**found, "IMAGE_IDS": ",".join(images)}


class ListSourceFields(HarvestAlgorithm):
    """What a source has, before a service is made for it."""

    called = "listsourcefields"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List fields of a source")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Asks a feature layer of ArcGIS from this computer which fields it has, and how many features a where"
            " clause chooses. Nothing is sent to the platform."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_source(required=False)
        self.parameterDefinition(AUTH).setHelp(tr("Login of the source. Empty: the layer is open to all."))
        self.addParameter(string(WHERE, tr("Where clause"), tr("Which features are counted. Empty: all.")))
        declare_table(self, "FIELDS", tr("Names of the fields"))
        self.addOutput(QgsProcessingOutputString("GEOMETRY", tr("Kind of geometry")))
        self.addOutput(QgsProcessingOutputNumber("FEATURES", tr("Features that are chosen; -1: unknown")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SOURCE)
        yield from self.address_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        source = self.source(parameters, context, self.login(parameters, context), work)
        layer, count = source.layer(), source.count(self.text(parameters, WHERE, context))
        rows = ({"name": one.name, "type": one.type, "alias": one.alias} for one in layer.fields)
        columns = [("name", "text"), ("type", "text"), ("alias", "text")]
        found = write_table(self, parameters, context, work, rows, columns, "FIELDS", identity="name")
        return {**found, "GEOMETRY": layer.geometry, "FEATURES": -1 if count is None else count}
