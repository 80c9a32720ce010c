"""ArcGIS services are started, stopped, refreshed and deleted; each is followed to its end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterBoolean

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import CONFIRM, helped, typed_name
from .services import SERVICE_ID, SUPERUSER, ServiceAlgorithm

REFRESH_DATA, STOP_FIRST = "REFRESH_DATA", "STOP_FIRST"


class _Action(ServiceAlgorithm):
    """``action`` is what is asked for; ``states`` those in which menus offer it."""

    journaled = True
    goes_on = True
    needs_role = SUPERUSER
    action = ""
    states: tuple[str, ...] = ()

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service(self.states)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import services

        self.check_needs(work)
        kind, number = self.service(parameters, context)
        with_data = self.with_data(parameters, context)
        return self.outputs_of(kind, services.act(self.platform.api, kind, number, self.action, work, with_data))

    def with_data(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool | None:
        """Whether data are published anew; None where nobody asks."""
        return None


class StartService(_Action):
    """From now on it answers."""

    called = "startservice"
    action = "start"
    states = ("stopped", "failed")

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Start service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr("Publishes an ArcGIS service and waits until it runs. “Add service to map” shows it then.")
        )

    def words(self) -> str:
        return tr("publish,arcgis")


class StopService(_Action):
    """It answers no more."""

    called = "stopservice"
    action = "stop"
    states = ("started",)

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Stop service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Stops an ArcGIS service and waits until it does. Layers of it show nothing then."))


class RefreshService(_Action):
    """What it serves is published anew."""

    called = "refreshservice"
    action = "refresh"
    states = ("started",)

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Refresh service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr(
                "Publishes a running service anew and waits for the end: needed after images, optimised rasters or"
                " options were changed."
            )
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Whether what is new in the data collections is published too, not only changed options.")
        self.addParameter(helped(QgsProcessingParameterBoolean(REFRESH_DATA, tr("With its data"), True), words))

    def with_data(self, parameters: dict[str, Any], context: QgsProcessingContext) -> bool | None:
        return self.parameterAsBoolean(parameters, REFRESH_DATA, context)


class DeleteService(ServiceAlgorithm):
    """Away for good."""

    called = "deleteservice"
    journaled = True
    needs_role = SUPERUSER

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr("Deletes an ArcGIS service for good. Its data stay. One that runs has to be stopped first.")
        )

    def words(self) -> str:
        return tr("remove")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        words = tr("Stops the service before it is deleted, should it run.")
        self.addParameter(helped(QgsProcessingParameterBoolean(STOP_FIRST, tr("Stop it first"), False), words))
        self.addParameter(typed_name(tr("The service is deleted for good; layers of it show nothing any more.")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().problems(parameters, context)
        yield from self.required(parameters, context, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import services

        self.check_needs(work)
        kind, number = self.service(parameters, context)
        stop_first = self.parameterAsBoolean(parameters, STOP_FIRST, context)
        typed = self.text(parameters, CONFIRM, context)
        services.delete(self.platform.api, kind, number, typed, work, stop_first)
        return {SERVICE_ID: f"{kind}/{number}", "SERVICE_NAME": typed, "STATUS": "", "URL": "", "WMS_URL": ""}
