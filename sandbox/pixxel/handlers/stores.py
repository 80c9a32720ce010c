"""Stores and deliveries to them (sections 13.4 and 14)."""

from __future__ import annotations

from typing import Any

from ...platform import Answer, Call
from ..delivering import ENDED, deliver, folder_of
from ..records import Delivery, Entry, Json, Store
from ..refusals import bad, missing, refusal, taken
from ..registry import control, operation
from ..world import World
from .catalog import entries_of

SECRETS = {"S3": ("access_key_id", "secret_access_key"),
           "AZBLOB": ("account_name", "tenant_id", "client_id", "client_secret"),
           "GCS": ("project_id", "service_account_credentials")}


@operation("listStores")
def list_stores(world: World, call: Call) -> Answer:
    """All; secrets never come back."""
    return Answer(200, {"stores": [_store(world, one) for one in world.state.stores.values()]})


@operation("createStore")
def create_store(world: World, call: Call) -> Answer:
    """A new store; 409 for a name that is taken."""
    given = call.body
    if any(one.name == given["name"] for one in world.state.stores.values()):
        raise taken("store", given["name"])
    for name in SECRETS[given["type"]]:
        if not given["secrets"].get(name):
            raise bad(f"secrets.{name}", f"is required for {given['type']}")
    if not given["name"].strip():
        raise bad("name", "must not be empty")
    _check_path("configs.path_prefix", given["configs"].get("path_prefix", ""))
    configs = {name: given["configs"][name] for name in ("bucket", "region", "path_prefix") if name in given["configs"]}
    one = Store(world.new_id(), given["name"], given["type"], configs, given["secrets"], given.get("labels", {}),
                world.key(call).user, world.now())
    world.state.stores[one.id] = one
    return Answer(200, _store(world, one))


@operation("deleteStore")
def delete_store(world: World, call: Call) -> Answer:
    """Remove a store; 409 while a delivery to it is on its way (P18)."""
    one = world.found(world.state.stores, call.path["id"], "store")
    if any(each.store == one.id and each.status not in ENDED for each in world.state.deliveries.values()):
        raise refusal(409, "a delivery to this store is running")
    del world.state.stores[one.id]
    return Answer(204)


@operation("createDeliveries")
def create_deliveries(world: World, call: Call) -> Answer:
    """Deliver what is in the catalog; all is checked before anything begins."""
    wanted: list[tuple[list[Entry], str, str]] = []
    for place, given in enumerate(call.body["deliveries"]):
        store, path = given["cloud_info"]["config"], given["cloud_info"].get("path", "")
        if store not in world.state.stores:
            raise bad(f"deliveries[{place}].cloud_info.config", "there is no such store")
        _check_path(f"deliveries[{place}].cloud_info.path", path)
        wanted.append((entries_of(world, call, given), store, path))
    made = [one for entries, store, path in wanted
            for one in deliver(world, entries, store, path, world.key(call).user)]
    return Answer(201, {"deliveries": [_delivery(world, one) for one in made]})


@operation("listDeliveries")
def list_deliveries(world: World, call: Call) -> Answer:
    """All, or those of a delivery, an entry, a task or an order item."""
    names = {"delivery_id": "id", "catalog_id": "entry", "task_id": "task", "order_item_id": "item"}
    found = [one for one in world.state.deliveries.values()
             if all(call.query.get(name) in (None, getattr(one, own)) for name, own in names.items())]
    for one in found:
        if one.status == "CREATED":
            one.status = "IN_PROGRESS"
    return Answer(200, {"deliveries": [_delivery(world, one) for one in found]})


def _check_path(field: str, path: str) -> None:
    if path.startswith("/") or "\\" in path or "\0" in path or any(part in ("..", ".") for part in path.split("/")):
        raise bad(field, "must be a path inside the bucket")


def _store(world: World, one: Store) -> Json:
    moment = world.moment(one.created)
    return {"id": one.id, "name": one.name, "type": one.type, "configs": one.configs, "labels": one.labels,
            "created_at": moment, "updated_at": moment, "created_by": one.user}


def _delivery(world: World, one: Delivery) -> Json:
    return {"delivery_id": one.id, "catalog_id": one.entry, "task_id": one.task, "status": one.status,
            "cloud_delivery": {"config": one.store, "path": one.path}, "target_path": one.target,
            "created_at": world.moment(one.created), "created_by": one.user, "updated_at": world.moment(one.updated),
            "updated_by": one.user}


@control("GET stores/{id}")
def look_into(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """What has arrived in a store, paths and sizes, and the secrets that it was made with: the API never tells them."""
    one = world.state.stores.get(query["id"])
    if one is None:
        raise missing("store")
    folder = folder_of(world, one)
    return {"folder": str(folder), "secrets": one.secrets, "files": {str(each.relative_to(folder)): each.stat().st_size
                                             for each in sorted(folder.rglob("*.zip"))}}
