"""Harvest services: made, changed, deleted and listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixel import field_mapping
from ...providers.work import Work
from ..parameters.plain import given, string, typed_name
from ..tables import declare_table, write_table
from .common import COLLECTION, collection_parameter
from .harvest_common import (
    AUTH,
    CHECK,
    DESCRIPTION,
    ITEM,
    MAPPING,
    NAME,
    SERVICE,
    SOURCE,
    TOKENS,
    WHERE,
    HarvestAlgorithm,
)


class CreateHarvestService(HarvestAlgorithm):
    """A new service, which does not run yet."""

    called = "createharvestservice"
    journaled = True
    answers = {"create": Answer("SERVICE_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a service that brings photos from a feature layer of ArcGIS into a data collection of images: the"
            " attachments of its features, with name, place and the camera's values from fields of the layer. It does"
            " not run yet: “Start harvest service” lets it."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("image"))
        self.addParameter(string(NAME, tr("Name"), tr("What the service is called."), optional=False))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("What it is for.")))
        self.declare_source(required=True)
        self.declare_mapping(changes=False)
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Harvest service id")))
        self.addOutput(QgsProcessingOutputString("COLLECTION_ID", tr("Data collection")))
        self.addOutput(QgsProcessingOutputNumber("FEATURES", tr("Features that the where clause chooses; -1: unknown")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION, NAME, SOURCE, AUTH)
        yield from self.place_problems(parameters, context)
        yield from self.source_problems(parameters, context, changes=False)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import harvest

        place, login = self.place(parameters, context), self.login(parameters, context)
        where = self.text(parameters, WHERE, context)
        mapping = field_mapping.parse(self.text(parameters, MAPPING, context))
        tokens, item = (self.text(parameters, name, context) for name in (TOKENS, ITEM))
        details: Any = {
            "name": self.text(parameters, NAME, context),
            "description": self.text(parameters, DESCRIPTION, context),
            "url": self.text(parameters, SOURCE, context),
            "auth": harvest.auth_of(login, tokens, item),
            **({"field_mappings": mapping} if mapping else {}),
            **({"where_clause": where} if where else {}),
        }
        features = None
        if self.parameterAsBoolean(parameters, CHECK, context):
            features = harvest.check_source(self.source(parameters, context, login, work), mapping, where)
            if features is not None:
                feedback.pushInfo(tr("{count} features of the source are chosen.").format(count=features))
        service_id = harvest.create(self.platform.api, place, details, work)
        return {
            "SERVICE_ID": service_id, "COLLECTION_ID": str(place), "FEATURES": -1 if features is None else features
        }


class UpdateHarvestService(HarvestAlgorithm):
    """Change a service."""

    called = "updateharvestservice"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Change harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Changes a harvest service. What is left empty stays as it is. The mapping of fields is changed by"
            " operations: add, update or remove a member, add or remove a field that is copied into the metadata. What"
            " was harvested before does not change."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        self.addParameter(string(NAME, tr("Name"), tr("The new name.")))
        self.addParameter(string(DESCRIPTION, tr("Description"), tr("The new description.")))
        self.declare_source(required=False)
        self.declare_mapping(changes=True)
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Harvest service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)
        yield from self.source_problems(parameters, context, changes=True)
        if not any(given(parameters, name) for name in (NAME, DESCRIPTION, SOURCE, AUTH, MAPPING, WHERE)):
            yield tr("Nothing is to be changed. Give at least one of the settings.")
        if not given(parameters, AUTH) and (given(parameters, TOKENS) or given(parameters, ITEM)):
            yield tr("An address for tokens or an item id belongs to a login. Give the login of the source, too.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import harvest

        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        login = self.login(parameters, context)
        tokens, item = (self.text(parameters, name, context) for name in (TOKENS, ITEM))
        changes: Any = {
            member: self.text(parameters, name, context)
            for name, member in ((NAME, "name"), (DESCRIPTION, "description"), (SOURCE, "url"), (WHERE, "where_clause"))
            if given(parameters, name)
        }
        if login is not None:
            changes["auth"] = harvest.auth_of(login, tokens, item)
        mapping = field_mapping.parse_changes(self.text(parameters, MAPPING, context))
        if mapping:
            changes["field_mappings"] = mapping
        if self.parameterAsBoolean(parameters, CHECK, context):
            self._check(parameters, context, feedback, work, login, changes)
        harvest.update(self.platform.api, place, service_id, changes, work)
        return {"SERVICE_ID": service_id}

    def _check(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        login: Any, changes: dict[str, Any],
    ) -> None:
        """Hold what is changed about the source against it. Without a login it is not asked: the platform keeps that
        which it has, and does not give it away."""
        from ...providers.pixel.flows import harvest

        if not {"url", "auth", "where_clause", "field_mappings"} & set(changes):
            return
        if login is None:
            feedback.pushInfo(tr("The source is not asked, since its login is not given here."))
            return
        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        present = self.platform.api.during(work).harvest.get(place, service_id)
        source = self.source(parameters, context, login, work, address=present.get("url") or "")
        where = changes.get("where_clause") or present.get("where_clause") or ""
        harvest.check_source(source, changes.get("field_mappings", {}), where)


class DeleteHarvestService(HarvestAlgorithm):
    """A service's end."""

    called = "deleteharvestservice"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deletes a harvest service for good, with the list of its tasks. The images that it brought stay.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        self.addParameter(typed_name(tr("The harvest service is deleted for good.")))
        self.addOutput(QgsProcessingOutputString("SERVICE_ID", tr("Harvest service id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)
        yield from self.required(parameters, context, "CONFIRM")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import harvest

        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        harvest.delete(self.platform.api, place, service_id, self.text(parameters, "CONFIRM", context), work)
        return {"SERVICE_ID": service_id}


class ListHarvestServices(HarvestAlgorithm):
    """Services as a table."""

    called = "listharvestservices"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List harvest services")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the harvest services of a data collection of images, and whether they run.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter("image"))
        self.addParameter(string("SEARCH", tr("Search"), tr("Only services with this text in their name.")))
        declare_table(self, "SERVICE_IDS", tr("Harvest service ids"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)
        yield from self.place_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        api, search = self.platform.api.during(work), self.text(parameters, "SEARCH", context)
        records = entries(api.harvest.list(self.place(parameters, context), {"name": search} if search else None))
        columns = [("id", "long"), ("name", "text"), ("description", "text"), ("url", "text"),
                   ("where_clause", "text"), ("auth_type", "text"), ("running", "boolean"), ("last_run_at", "text"),
                   ("created_at", "text")]
        return write_table(self, parameters, context, work, records, columns, "SERVICE_IDS")


class GetHarvestService(HarvestAlgorithm):
    """One service, for models."""

    called = "getharvestservice"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get harvest service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, source, where clause, mapping of fields and state of a harvest service.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        for name, title in (
            ("SERVICE_ID", tr("Harvest service id")), ("NAME", tr("Name")), ("DESCRIPTION", tr("Description")),
            ("SOURCE", tr("Address of the source")), ("WHERE", tr("Where clause")),
            ("FIELD_MAPPING", tr("Mapping of fields")), ("LAST_RUN", tr("Last run")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputBoolean("RUNNING", tr("Running")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.service_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        place, service_id = self.place(parameters, context), self.text(parameters, SERVICE, context)
        one = self.platform.api.during(work).harvest.get(place, service_id)
        return {
            "SERVICE_ID": service_id,
            "NAME": one.get("name") or "",
            "DESCRIPTION": one.get("description") or "",
            "SOURCE": one.get("url") or "",
            "WHERE": one.get("where_clause") or "",
            "FIELD_MAPPING": field_mapping.dump(dict(one.get("field_mappings") or {})),
            "LAST_RUN": one.get("last_run_at") or "",
            "RUNNING": bool(one.get("running")),
        }
