"""Analysis: the modules that there are, and services, which are modules set up for use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.choices import Choice
from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import choice, given, helped, string, typed_name
from ..tables import declare_table, write_table
from .common import PLATFORM, PixelAlgorithm
from .named_values import nested, shown, values_parameter, values_problems

SERVICE, NAME, MODULE, CONFIG, ENABLED = "SERVICE", "NAME", "MODULE", "CONFIG", "ENABLED"
YES_NO = ("yes", "no")
MODULES = [("name", "text"), ("description", "text")]
SERVICES = [("id", "long"), ("name", "text"), ("module_name", "text"), ("enabled", "boolean"), ("config", "text")]


class AnalysisAlgorithm(PixelAlgorithm):
    """What all of analysis share."""

    kind = "analysis"

    def words(self) -> str:
        return tr("analyse,modules,detection")


def modules(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Modules by name."""
    for one in platform.api.analysis.modules():
        name = str(one.get("name") or "")
        if name and search.casefold() in name.casefold():
            yield Choice(name, name, str(one.get("description") or ""))


def services(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Services by name, with the module that each is made of."""
    for page in platform.api.analysis.services({"name": search}):
        for one in page.records:
            yield Choice(str(one["id"]), str(one.get("name") or one["id"]), str(one.get("module_name") or ""))


def service_parameter() -> Any:
    """The choice of a service, by its number."""
    words = tr("Number of the analysis service. The button lists those of the tenant.")
    return choice_parameter(SERVICE, tr("Analysis service"), services, platform=PLATFORM, kind="analysis_service",
                            help=words)


class ListAnalysisModules(AnalysisAlgorithm):
    """Modules as a table."""

    called = "listanalysismodules"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List analysis modules")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the modules of which analysis services can be made.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "MODULE_NAMES", tr("Names of the modules"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.platform.api.during(work).analysis.modules()
        return write_table(self, parameters, context, work, found, MODULES, "MODULE_NAMES", identity="name")


class ListAnalysisServices(AnalysisAlgorithm):
    """Services as a table."""

    called = "listanalysisservices"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List analysis services")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the analysis services with their modules and settings, all of them or those that are on.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(NAME, tr("Name"), tr("Only services whose name holds this.")))
        words = tr("“yes”: only those that are on. “no”: only those that are off. Empty: all.")
        self.addParameter(choice(ENABLED, tr("Switched on"), words, YES_NO))
        declare_table(self, "SERVICE_IDS", tr("Service ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, ENABLED)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        filters: dict[str, Any] = {"name": self.text(parameters, NAME, context)}
        if given(parameters, ENABLED):
            filters["enabled"] = self.parameterAsEnumString(parameters, ENABLED, context) == YES_NO[0]
        pages = self.platform.api.during(work).analysis.services(filters)
        rows = ({**one, "config": shown(one.get("config"))} for one in entries(pages))
        return write_table(self, parameters, context, work, rows, SERVICES, "SERVICE_IDS")


class CreateAnalysisService(AnalysisAlgorithm):
    """A module set up."""

    called = "createanalysisservice"
    journaled = True
    needs_role = "creator"
    answers = {"create": Answer("SERVICE_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create analysis service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Sets up an analysis module under a name, with settings of its own."))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(NAME, tr("Name"), tr("What the service is called."), optional=False))
        words = tr("Name of the module. The button lists those of the tenant.")
        self.addParameter(choice_parameter(MODULE, tr("Module"), modules, platform=PLATFORM, help=words))
        words = tr("Settings of the module, as its documentation names them.")
        self.addParameter(values_parameter(CONFIG, tr("Settings"), words))
        on = QgsProcessingParameterBoolean(ENABLED, tr("Switched on"), True)
        self.addParameter(helped(on, tr("Tasks of a service that is off cannot be run.")))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME, MODULE)
        yield from values_problems(self.cells(parameters, CONFIG, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import analysis

        self.check_needs(work)
        details = {
            "name": self.text(parameters, NAME, context),
            "module_name": self.text(parameters, MODULE, context),
            "enabled": self.parameterAsBoolean(parameters, ENABLED, context),
            "config": nested(self.cells(parameters, CONFIG, context)),
        }
        return {"SERVICE_ID": analysis.create_service(self.platform.api, details, work)}


class EditAnalysisService(AnalysisAlgorithm):
    """Its name, its settings, and whether it is on."""

    called = "editanalysisservice"
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit analysis service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr(
            "Changes the name and the settings of an analysis service, and switches it on or off. What is left empty"
            " stays as it is; settings that are not given stay, too."
        ))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(service_parameter())
        self.addParameter(string(NAME, tr("Name"), tr("The new name.")))
        words = tr("“no”: its tasks cannot be run any more.")
        self.addParameter(choice(ENABLED, tr("Switched on"), words, YES_NO))
        self.addParameter(values_parameter(CONFIG, tr("Settings"), tr("Those that are to change.")))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Service id")))

    def changes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The members that are given."""
        found: dict[str, Any] = {
            "name": self.text(parameters, NAME, context), "config": nested(self.cells(parameters, CONFIG, context)),
        }
        found = {name: value for name, value in found.items() if value}
        if given(parameters, ENABLED):
            found["enabled"] = self.parameterAsEnumString(parameters, ENABLED, context) == YES_NO[0]
        return found

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SERVICE)
        yield from self.unknown(parameters, ENABLED)
        wrong = list(values_problems(self.cells(parameters, CONFIG, context)))
        yield from wrong
        if not wrong and not self.changes(parameters, context):
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        self.check_needs(work)
        service = self.text(parameters, SERVICE, context)
        self.platform.api.during(work).analysis.update(service, self.changes(parameters, context))
        return {"SERVICE_ID": service}


class DeleteAnalysisService(AnalysisAlgorithm):
    """A service's end."""

    called = "deleteanalysisservice"
    journaled = True
    needs_role = "creator"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete analysis service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Deletes an analysis service with its tasks for good. Tasks under way are stopped."))

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(service_parameter())
        self.addParameter(typed_name(tr("The service and all of its tasks are deleted for good.")))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, SERVICE, "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import analysis

        self.check_needs(work)
        service = self.text(parameters, SERVICE, context)
        analysis.delete_service(self.platform.api, service, self.text(parameters, "CONFIRM", context), work)
        return {"SERVICE_ID": service}
