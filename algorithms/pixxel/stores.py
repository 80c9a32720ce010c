"""Stores: buckets of one's own that imagery is sent to, and the deliveries to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
)

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.order_records import BUCKETS, DELIVERED
from ...providers.work import Work
from ..parameters.plain import CONFIRM, advanced, choice, given, helped, string, typed_name
from ..tables import declare_table, write_table
from . import listers
from .catalog import catalogs_parameter, order_items_parameter, selection_of, selection_problems
from .common import PixxelAlgorithm, picked
from .waiting import declare_waiting, waits

if TYPE_CHECKING:
    from ...core.foreign_logins import ForeignLogin

STORE, NAME, TYPE, BUCKET, REGION, PREFIX, LABELS, AUTH, ACCOUNT, TENANT = (
    "STORE", "NAME", "TYPE", "BUCKET", "REGION", "PATH_PREFIX", "LABELS", "AUTH_CONFIG", "ACCOUNT", "TENANT"
)
COLUMNS = [
    ("id", "text"), ("name", "text"), ("type", "text"), ("bucket", "text"), ("region", "text"),
    ("path_prefix", "text"), ("labels", "text"), ("created_at", "text"), ("updated_at", "text"),
]
DELIVERY_COLUMNS = [
    ("delivery_id", "text"), ("catalog_id", "text"), ("task_id", "text"), ("status", "text"), ("store", "text"),
    ("path", "text"), ("target_path", "text"), ("created_at", "text"), ("updated_at", "text"),
]


class _Stores(PixxelAlgorithm):
    kind = "uploads"


def store_parameter() -> Any:
    """The choice of a store."""
    return picked(STORE, tr("Store"), listers.stores, tr("Id of the store. The button lists them."), "store")


class ListStores(_Stores):
    """Stores of the workspace."""

    called = "liststores"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List stores")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the buckets that imagery can be sent to. The platform never gives their secrets back.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "STORE_IDS", tr("Store ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        rows = (
            {**one, **(one.get("configs") or {}),
             "labels": ",".join(f"{name}={value}" for name, value in (one.get("labels") or {}).items())}
            for one in self.platform.api.during(work).stores.list()
        )
        return write_table(self, parameters, context, work, rows, COLUMNS, "STORE_IDS")


class CreateStore(_Stores):
    """A bucket is made known."""

    called = "createstore"
    journaled = True
    answers = {"create": Answer("STORE_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create store")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes a bucket known to the platform, so that imagery can be sent to it: S3, Azure Blob or Google Cloud"
            " Storage. Its secret is taken from an authentication configuration of QGIS of the kind “Basic” and is kept"
            " nowhere else: as user name and password the access key id and the secret access key (S3), the client id"
            " and the client secret (Azure). For Google the password is the whole text of the service account's JSON"
            " file; without a user name the project id is the one in it."
        )

    def words(self) -> str:
        return tr("bucket,s3,azure,google,delivery")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(string(NAME, tr("Name"), tr("What it is called; no other store has it."), optional=False))
        self.addParameter(choice(TYPE, tr("Type"), tr("Whose bucket it is."), tuple(BUCKETS), "S3"))
        self.addParameter(string(BUCKET, tr("Bucket"), tr("Name of the bucket or container."), optional=False))
        self.addParameter(string(REGION, tr("Region"), tr("Such as eu-central-1."), optional=False))
        self.addParameter(string(PREFIX, tr("Path"), tr("A folder in the bucket that all is put below.")))
        login = QgsProcessingParameterAuthConfig(AUTH, tr("Secret"))
        words = tr("An authentication configuration of the kind “Basic”. The secret itself is kept in QGIS only.")
        self.addParameter(helped(login, words))
        words = tr("Name of the storage account. Azure needs it, the others do not.")
        self.addParameter(string(ACCOUNT, tr("Storage account (Azure)"), words))
        words = tr("Id of the tenant, or directory, of the client. Azure needs it, the others do not.")
        self.addParameter(string(TENANT, tr("Tenant id (Azure)"), words))
        words = tr("Labels of your own, as in team=plots,year=2025.")
        self.addParameter(advanced(string(LABELS, tr("Labels"), words)))
        self.addOutput(QgsProcessingOutputString("STORE_ID", tr("Store id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, NAME, BUCKET, REGION, AUTH)
        yield from self.unknown(parameters, TYPE)
        azure = self.parameterAsEnumString(parameters, TYPE, context) == "AZBLOB"
        if azure and not (given(parameters, ACCOUNT) and given(parameters, TENANT)):
            yield tr("Azure needs the name of the storage account and the id of the tenant.")
        if not azure and (given(parameters, ACCOUNT) or given(parameters, TENANT)):
            yield tr("Storage account and tenant are for Azure only. Choose the type AZBLOB, or leave them empty.")
        try:
            labels_of(self.text(parameters, LABELS, context))
        except Problem as problem:
            yield str(problem)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        """Read the secret here, where QGIS can ask for the master password."""
        from ...core import foreign_logins

        self._login = foreign_logins.load(self.parameterAsString(parameters, AUTH, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import create

        kind = self.parameterAsEnumString(parameters, TYPE, context)
        values = [self.text(parameters, name, context) for name in (ACCOUNT, TENANT)] if kind == "AZBLOB" else []
        values += login_for(kind, self._login)
        configs = {"bucket": BUCKET, "region": REGION, "path_prefix": PREFIX}
        details: Any = {
            "name": self.text(parameters, NAME, context), "type": kind,
            "configs": {member: self.text(parameters, name, context) for member, name in configs.items()
                        if given(parameters, name)},
            "secrets": dict(zip(BUCKETS[kind], values)),
            "labels": labels_of(self.text(parameters, LABELS, context)) or None,
        }
        api = self.platform.api
        making, asked = api.during(work, to_the_end=True), api.during(work)

        def ids() -> set[str]:
            return {one["id"] for one in asked.stores.list() if one.get("name") == details["name"]}

        return {"STORE_ID": create(work, "create", lambda: making.stores.create(details)["id"], ids)}


def login_for(kind: str, login: ForeignLogin) -> tuple[str, str]:
    """The id and the secret for a type of store. Raises :class:`Problem` where the id is missing."""
    if login.username:
        return login.username, login.password
    if kind != "GCS":
        raise Problem(tr("The authentication configuration has no user name. Enter the id there, as the help says."))
    project = ""
    with suppress(ValueError, KeyError, TypeError):
        project = str(json.loads(login.key)["project_id"])
    if not project:
        raise Problem(tr(
            "The password in the authentication configuration is no JSON with a project id. Paste the whole text of the"
            " service account's file there."
        ))
    return project, login.key


def labels_of(text: str) -> dict[str, str]:
    """Labels as they are written, ``name=value``. Raises :class:`Problem`."""
    found: dict[str, str] = {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise Problem(tr("“{text}” is no label. Give it as in team=plots.").format(text=part))
        found[name] = value
    return found


class DeleteStore(_Stores):
    """A bucket is forgotten."""

    called = "deletestore"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Delete store")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Makes the platform forget a bucket and its secrets. What lies in the bucket stays. The platform refuses"
            " while a delivery to it is under way."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(store_parameter())
        self.addParameter(typed_name(tr("The name of the store. Nothing in the bucket is deleted.")))
        self.addOutput(QgsProcessingOutputString("STORE_ID", tr("Store id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, STORE, CONFIRM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.errors import InputProblem, Kind, PlatformError
        from ...providers.steps import delete_once, require_name

        store_id, api = self.text(parameters, STORE, context), self.platform.api.during(work)

        def name() -> str:
            found = next((one for one in api.stores.list() if one["id"] == store_id), None)
            if found is None:
                raise InputProblem("no_store", id=store_id)
            return str(found.get("name") or "")

        def read() -> None:
            if all(one["id"] != store_id for one in api.stores.list()):
                raise PlatformError(Kind.NOT_FOUND)

        require_name(work, name, self.text(parameters, CONFIRM, context))
        delete_once(work, lambda: api.stores.delete(store_id), read)
        return {"STORE_ID": store_id}


class Deliver(_Stores):
    """Imagery is sent to a bucket."""

    called = "deliver"
    journaled = True
    goes_on = True
    answers = {"deliver": Answer("DELIVERY_IDS", several=True)}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Deliver to store")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform send imagery of the catalog to a bucket, and waits until it is there. A delivery cannot"
            " be stopped."
        )

    def words(self) -> str:
        return tr("bucket,send,s3,azure,google")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(catalogs_parameter(optional=True))
        self.addParameter(order_items_parameter())
        self.addParameter(store_parameter())
        self.addParameter(string("PATH", tr("Path in the store"), tr("A folder, such as pixxel/plots.")))
        declare_waiting(self)
        self.addOutput(QgsProcessingOutputString("DELIVERY_IDS", tr("Ids of the deliveries")))
        self.addOutput(QgsProcessingOutputString("STATUSES", tr("States, in the order of the ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from selection_problems(self, parameters, context)
        yield from self.required(parameters, context, STORE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import orders

        target = {"config": self.text(parameters, STORE, context), "path": self.text(parameters, "PATH", context)}
        wanted: Any = {
            **selection_of(self, parameters, context),
            "cloud_info": {name: value for name, value in target.items() if value},
        }
        ids, states = orders.deliver(self.platform.api, [wanted], work), {}
        minutes = waits(self, parameters, context)
        if minutes:
            states = orders.follow_deliveries(self.platform.api, ids, work, minutes)
            bad = [one for one, state in states.items() if state.upper() not in DELIVERED]
            if bad:
                words = tr("{count} of {total} deliveries failed: {ids}.")
                raise Problem(words.format(count=len(bad), total=len(ids), ids=", ".join(bad)))
        return {"DELIVERY_IDS": ",".join(ids), "STATUSES": ",".join(states.get(one, "") for one in ids)}


class ListDeliveries(_Stores):
    """Deliveries and their states."""

    called = "listdeliveries"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List deliveries")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists what was sent to stores, with its state and where it was put.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Its id. The button lists them. Empty: all.")
        entry = picked("CATALOG", tr("Catalog entry"), listers.catalogs, words, "catalog", optional=True)
        item = picked("ORDER_ITEM", tr("Order item"), listers.order_items, words, "order_item", optional=True)
        words = tr("Its id. Empty: all.")
        delivery, task = string("DELIVERY", tr("Delivery"), words), string("TASK", tr("Order task"), words)
        for one in (entry, item, advanced(delivery), advanced(task)):
            self.addParameter(one)
        declare_table(self, "DELIVERY_IDS", tr("Ids of the deliveries"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        names = ("DELIVERY", "CATALOG", "TASK", "ORDER_ITEM")
        filters: Any = {name.lower() + "_id": self.text(parameters, name, context) for name in names}
        found = self.platform.api.during(work).deliveries.list(filters)
        rows = ({**one, **_target(one)} for one in found)
        return write_table(
            self, parameters, context, work, rows, DELIVERY_COLUMNS, "DELIVERY_IDS", identity="delivery_id"
        )


def _target(one: Mapping[str, Any]) -> dict[str, Any]:
    target = one.get("cloud_delivery") or {}
    return {"store": target.get("config"), "path": target.get("path")}
