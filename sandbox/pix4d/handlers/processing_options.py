"""Processing options and the check of well-known text (sections 10, 12 and 14)."""

from __future__ import annotations

from typing import Any

from ...errors import Refusal
from ...platform import Answer, Call
from .. import options
from ..reference_systems import wkt_refusal
from ..registry import operation
from ..world import World


@operation("getProcessingOptions")
def get_options(world: World, call: Call) -> Answer:
    """What is stored."""
    return Answer(200, world.project(call).options)


@operation("setProcessingOptions")
def set_options(world: World, call: Call) -> Answer:
    """Overwrites: what is left out returns to its default."""
    return _stored(world, call, options.overwritten(call.body))


@operation("replaceProcessingOptions")
def replace_options(world: World, call: Call) -> Answer:
    """The same by PUT."""
    return _stored(world, call, options.overwritten(call.body))


@operation("patchProcessingOptions")
def change_options(world: World, call: Call) -> Answer:
    """What is left out stays; null takes a member back to its default (A45)."""
    return _stored(world, call, options.merged(world.project(call, change=True).options, call.body))


def _stored(world: World, call: Call, wanted: dict[str, Any]) -> Answer:
    project = world.project(call, change=True)
    problems = options.wrong(wanted)
    if problems:
        raise Refusal(400, problems)
    project.options = wanted
    return Answer(200, wanted)


@operation("validateWkt")
def validate_wkt(world: World, call: Call) -> Answer:
    """Echoes what the retired engine could have used (A35)."""
    words = wkt_refusal(call.body["wkt_string"])
    if words:
        raise Refusal(400, {"wkt_string": [words]})
    return Answer(200, {"wkt_string": call.body["wkt_string"]})
