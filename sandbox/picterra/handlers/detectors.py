"""Detectors: create, list, read, edit, delete (section 9.4)."""

from __future__ import annotations

from typing import Any

from ...errors import detail, invalid
from ...platform import Answer, Call
from .. import answers, removal
from ..records import DEFAULT_CONFIGURATION, Detector, DetectorClass
from ..world import World
from .rasters import TRUE
from .registry import operation

TILE_SIZES = range(128, 1025, 32)
DEFAULT_NAME = "New detector"


@operation("listDetectors")
def list_detectors(world: World, call: Call) -> Answer:
    """A page of detectors, newest first."""
    return world.pages.answer(call, world.services.settings.page_size, world.state.version,
                              lambda: _search(world, call), answers.detector)


def _search(world: World, call: Call) -> list[Detector]:
    """Shared ones are those of other accounts that this key may use."""
    query = call.query
    found = [one for one in reversed(world.state.detectors.values()) if world.state.role(call.account, one)]
    if "search" in query:
        found = [one for one in found if query["search"].lower() in one.name.lower()]
    if "user_tag" in query:
        found = [one for one in found if one.user_tag == query["user_tag"]]
    if "is_shared" in query:
        found = [one for one in found if (one.owner != call.account.name) == (query["is_shared"] in TRUE)]
    if "is_runnable" in query:
        found = [one for one in found if one.runnable == (query["is_runnable"] in TRUE)]
    return found


@operation("createDetector")
def create_detector(world: World, call: Call) -> Answer:
    """A new detector with one class named after it (A31)."""
    name = call.body.get("name", DEFAULT_NAME)
    if not name.strip():
        raise invalid("name", "This field may not be blank.")
    configuration = {**DEFAULT_CONFIGURATION, **_configuration(call)}
    state = world.state
    one = Detector(state.new_id(), call.account.name, name, world.services.clock.now(), configuration,
                   [DetectorClass(state.new_id(), name, state.color(len(state.detectors)))])
    state.detectors[one.id] = one
    return Answer(201, {"id": one.id})


@operation("getDetector")
def get_detector(world: World, call: Call) -> Answer:
    """One detector with its classes."""
    return Answer(200, answers.detector(world.state.detector(call.account, call.path["detector_id"])))


@operation("editDetector")
def edit_detector(world: World, call: Call) -> Answer:
    """Change the name or the settings that are sent."""
    one = world.state.detector(call.account, call.path["detector_id"], change=True)
    if "name" in call.body and not call.body["name"].strip():
        raise invalid("name", "This field may not be blank.")
    configuration = _configuration(call)
    one.name = call.body.get("name", one.name)
    one.configuration.update(configuration)
    return Answer(204)


def _configuration(call: Call) -> dict[str, Any]:
    """The settings sent, unknown ones left out (A8). Settings that the plan keeps at their defaults give 403 (A2)."""
    sent = {name: value for name, value in call.body["configuration"].items() if name in DEFAULT_CONFIGURATION}
    if "tile_size" in sent and sent["tile_size"] not in TILE_SIZES:
        raise invalid("tile_size", "Must be a multiple of 32 from 128 to 1024.")
    refused = sorted(name for name, value in sent.items()
                     if name in call.account.forbidden and value != DEFAULT_CONFIGURATION[name])
    if refused:
        raise detail(403, f"Your plan does not allow changing {', '.join(refused)}.")
    return sent


@operation("deleteDetector")
def delete_detector(world: World, call: Call) -> Answer:
    """Delete a detector; layers that it made stay (A32)."""
    removal.remove_detector(world, world.state.detector(call.account, call.path["detector_id"], change=True))
    return Answer(204)
