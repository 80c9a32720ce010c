"""ArcGIS services: which there are, what is known of one, and to whom they can be limited."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputBoolean,
    QgsProcessingOutputString,
    QgsProcessingParameterString,
)

from ...core.choices import Choice
from ...core.translation import tr
from ...providers.pixel.places import pair_of
from ...providers.pixel.service_records import SERVICE_TYPES
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.plain import choice, given, string
from ..tables import declare_table, write_table
from .common import PLATFORM, PixelAlgorithm

SERVICE, SERVICE_ID, TYPE, GDO_USERS = "SERVICE", "SERVICE_ID", "TYPE", "GDO_USERS"
SUPERUSER = "superuser"
COLUMNS = [
    ("service", "text"), ("id", "long"), ("type", "text"), ("name", "text"), ("description", "text"),
    ("status", "text"), ("url", "text"), ("wms_url", "text"), ("public", "boolean"), ("gdo_users", "text"),
    ("srid", "integer"), ("wms", "boolean"), ("data_collection_ids", "text"), ("created_at", "text"),
    ("updated_at", "text"),
]


# ---------------------------------------------------------------------- choices
def services(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """All services by name."""
    return _services(platform, search, SERVICE_TYPES)


def image_services(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Image services by name."""
    return _services(platform, search, ("Image",))


def feature_services(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Feature services by name."""
    return _services(platform, search, ("Feature",))


def _services(platform: Any, search: str, kinds: Iterable[str]) -> Iterator[Choice]:
    for kind in kinds:
        for page in platform.api.arcgis.list(kind, {"name": search}):
            for one in page.records:
                if search.casefold() in str(one.get("name")).casefold():
                    yield Choice(f"{kind}/{one['id']}", str(one.get("name") or one["id"]), str(one.get("status") or ""))


def gdo_users(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Users that services can be limited to."""
    for name in platform.api.arcgis.gdo_users():
        if search.casefold() in name.casefold():
            yield Choice(name, name, "")


_LISTERS = {"": services, "Image": image_services, "Feature": feature_services}


def service_parameter(kind: str = "", states: tuple[str, ...] = ()) -> QgsProcessingParameterString:
    """The choice of a service, as ``Image/4``; ``kind``: only those of a type."""
    words = tr("Type and number of the service, as in {example}. The button lists those of the tenant.")
    return choice_parameter(
        SERVICE,
        tr("Service"),
        _LISTERS[kind],
        platform=PLATFORM,
        kind=f"service.{kind.lower()}" if kind else "service",
        states=states,
        help=words.format(example=f"{kind or 'Image'}/4"),
    )


class ServiceAlgorithm(PixelAlgorithm):
    """What the algorithms of services share. ``of_type`` limits those of one service to a type."""

    kind = "services"
    of_type = ""

    def declare_service(self, states: tuple[str, ...] = ()) -> None:
        """Declare ``SERVICE``, and what is told of it."""
        self.addParameter(service_parameter(self.of_type, states))
        self.declare_outputs()

    def declare_outputs(self) -> None:
        """Declare what is told of a service."""
        for name, title in (
            (SERVICE_ID, tr("Service")), ("SERVICE_NAME", tr("Name of the service")), ("STATUS", tr("Status")),
            ("URL", tr("Address")), ("WMS_URL", tr("Address of the WMS")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if self.parameterDefinition(SERVICE) is not None:
            yield from self.required(parameters, context, SERVICE)
            self.service(parameters, context)

    def service(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[str, str]:
        """Type and number. Raises ``InputProblem`` for what is none."""
        allowed = (self.of_type,) if self.of_type else SERVICE_TYPES
        return pair_of(self.text(parameters, SERVICE, context), allowed)

    def outputs_of(self, kind: str, one: Any) -> dict[str, Any]:
        """What is told of a service."""
        from ...providers.pixel.flows.services import as_row

        row = as_row(kind, one)
        return {
            SERVICE_ID: row["service"], "SERVICE_NAME": row.get("name") or "", "STATUS": row.get("status") or "",
            "URL": row["url"], "WMS_URL": row["wms_url"],
        }


class ListServices(ServiceAlgorithm):
    """Services as a table."""

    called = "listservices"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List services")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the ArcGIS image and feature services of the tenant: whether they run, their addresses, and whether"
            " they are public or open to some GDO users only."
        )

    def words(self) -> str:
        return tr("arcgis,wms,rest,published")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(choice(TYPE, tr("Type"), tr("Only services of this type."), SERVICE_TYPES))
        self.addParameter(string("NAME", tr("Name"), tr("Only those with this text in their name.")))
        declare_table(self, "SERVICES", tr("Services"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, TYPE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows.services import rows

        kinds = [self.parameterAsEnumString(parameters, TYPE, context)] if given(parameters, TYPE) else []
        found = rows(self.platform.api.during(work), kinds, self.text(parameters, "NAME", context))
        return write_table(self, parameters, context, work, found, COLUMNS, "SERVICES", identity="service")


class GetService(ServiceAlgorithm):
    """One service, for models."""

    called = "getservice"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get service")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives name, status, addresses, data collections and all options of a service.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_service()
        for name, title in (
            ("DESCRIPTION", tr("Description")), ("OPTIONS", tr("Options")), ("USERS", tr("GDO users")),
            ("COLLECTION_IDS", tr("Numbers of the data collections")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputBoolean("PUBLIC", tr("Whether it is public")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows.services import as_row

        kind, number = self.service(parameters, context)
        one = self.platform.api.during(work).arcgis.get(kind, number)
        row = as_row(kind, one)
        return {
            **self.outputs_of(kind, one),
            "DESCRIPTION": one.get("description") or "",
            "OPTIONS": json.dumps(one.get("options") or {}, ensure_ascii=False, sort_keys=True),
            "USERS": row["gdo_users"],
            "COLLECTION_IDS": row["data_collection_ids"],
            "PUBLIC": row["public"],
        }


class ListGdoUsers(ServiceAlgorithm):
    """The users that services can be limited to."""

    called = "listgdousers"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List GDO users")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the users of Geodata Online that a service can be limited to. Their passwords are not known to the"
            " platform: whoever is to see a limited service has one of them."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, GDO_USERS, tr("GDO users"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = ({"name": one} for one in self.platform.api.during(work).arcgis.gdo_users())
        return write_table(self, parameters, context, work, found, [("name", "text")], GDO_USERS, identity="name")
