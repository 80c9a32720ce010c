"""Deliveries of catalog entries to stores. The clouds themselves are not imitated: what arrives lies in a folder per
store, which a control call lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from . import stac
from .recipes import product_of
from .records import Delivery, Entry, Store, Task
from .work.product import products
from .world import World

ENDED = ("SUCCESS", "FAILED")


def deliver(world: World, entries: list[Entry], store: str, path: str, user: str, task: Task | None = None
            ) -> list[Delivery]:
    """Begin to deliver entries; ``task`` when an order asked for it."""
    return [_begin(world, one, world.state.stores[store], path, user, task) for one in entries]


def _begin(world: World, entry: Entry, store: Store, path: str, user: str, task: Task | None) -> Delivery:
    now = world.now()
    one = Delivery(world.new_id(), entry.id, task.id if task is not None else None, entry.item, store.id, path,
                   f"{entry.order or 'order'}/{entry.id}.zip", user, now, updated=now)
    world.state.deliveries[one.id] = one
    place = place_of(world, store, one)
    place.parent.mkdir(parents=True, exist_ok=True)
    if task is not None:
        entry.delivery_status = "CREATED"

    def finish(outcome: Any) -> None:
        _end(world, one, entry, task, "SUCCESS")

    def fail(words: str) -> None:
        place.unlink(missing_ok=True)
        _end(world, one, entry, task, "FAILED")

    details = stac.item(world, entry.scene, "http://127.0.0.1", catalog=True)
    world.start("delivery", world.settings.pixxel_delivery_seconds, finish=finish, fail=fail, work=products,
                arguments=(place, [product_of(world, entry, details)]))
    return one


def _end(world: World, one: Delivery, entry: Entry, task: Task | None, status: str) -> None:
    one.status, one.updated = status, world.now()
    if task is not None:
        entry.delivery_status = status
        task.delivery_status = "SUCCESSFUL" if status == "SUCCESS" else "FAILED"


def place_of(world: World, store: Store, one: Delivery) -> Path:
    """Where the file of a delivery lies."""
    parts = [*store.configs.get("path_prefix", "").split("/"), *one.path.split("/"), *one.target.split("/")]
    return folder_of(world, store).joinpath(*[part for part in parts if part])


def folder_of(world: World, store: Store) -> Path:
    """The bucket of a store."""
    return world.folder / "stores" / store.id
