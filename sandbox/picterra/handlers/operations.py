"""Long-running jobs (section 7)."""

from __future__ import annotations

from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from ..world import World
from .registry import operation

SIGNED = "signed:"
"""Begins the key of an object in results as they are kept; each reading signs it anew."""


@operation("getOperation")
def get_operation(world: World, call: Call) -> Answer:
    """State and outcome of a job. The id stays valid after the end, addresses in the results are always fresh."""
    job = world.jobs.get(call.path["operation_id"])
    if job is None or job.account != call.account.name:
        raise not_found()
    return Answer(200, {"type": job.kind, "status": job.status, "metadata": job.metadata,
                        "results": _signed(world, job.results, call.host), "errors": job.errors})


def _signed(world: World, value: Any, host: str) -> Any:
    if isinstance(value, dict):
        return {name: _signed(world, one, host) for name, one in value.items()}
    if isinstance(value, list):
        return [_signed(world, one, host) for one in value]
    if isinstance(value, str) and value.startswith(SIGNED):
        return world.blobs.address("GET", value.removeprefix(SIGNED), host)
    return value
