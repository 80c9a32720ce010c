"""Bundles that are put together in the background (sections 9, 13.3, 16, 17)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .records import Bundle
from .world import World


def begin(world: World, kind: str, of: str, name: str, work: Callable[..., Any], arguments: tuple[Any, ...]) -> Bundle:
    """Begin a bundle: ``work(path, *arguments)`` writes it in a worker process."""
    one = Bundle(world.new_id(), kind, of, world.now(), name=name)
    world.state.bundles[one.id] = one
    place = world.new_path(".zip")

    def finish(outcome: Any) -> None:
        one.status, one.path = "success", place

    def fail(words: str) -> None:
        place.unlink(missing_ok=True)
        one.status, one.words = "failed", words

    world.start("bundle", world.settings.pixxel_bundle_seconds, finish=finish, fail=fail, work=work,
                arguments=(place, *arguments))
    return one


def look(one: Bundle) -> str:
    """Its status: created, in_progress, success, failed. The first look after its beginning finds it in progress."""
    if one.status == "created":
        one.status = "in_progress"
    return one.status
