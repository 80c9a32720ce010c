"""Markers: comments pinned to a point (section 9.9)."""

from __future__ import annotations

from ...errors import invalid, not_found
from ...platform import Answer, Call
from .. import answers
from ..records import Marker
from ..world import World
from .registry import operation


@operation("listRasterMarkers")
def list_markers(world: World, call: Call) -> Answer:
    """A page of all markers on a raster, newest first."""
    raster = world.state.raster(call.account, call.path["raster_id"])
    found = [one for one in reversed(world.state.markers.values()) if one.raster_id == raster.id]
    return world.pages.answer(call, world.services.settings.page_size, world.state.version, lambda: found,
                              lambda one: answers.marker(world, one))


@operation("createRasterMarker")
def create_on_raster(world: World, call: Call) -> Answer:
    """A marker on a raster."""
    return _create(world, call, world.state.raster(call.account, call.path["raster_id"]).id, None)


@operation("createDetectorMarker")
def create_in_detector(world: World, call: Call) -> Answer:
    """A marker on a raster within a detector."""
    detector = world.state.detector(call.account, call.path["detector_id"])
    raster = world.state.raster(call.account, call.path["raster_id"])
    if raster.id not in detector.training:
        raise not_found()
    return _create(world, call, raster.id, detector.id)


def _create(world: World, call: Call, raster_id: str, detector_id: str | None) -> Answer:
    point = call.body["marker"]
    longitude, latitude = point["coordinates"][:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise invalid("marker", "Longitude must be between -180 and 180, latitude between -90 and 90.")
    one = Marker(world.state.new_id(), call.account.name, {"type": "Point", "coordinates": [longitude, latitude]},
                 call.body["text"], raster_id, detector_id, world.services.clock.now())
    world.state.markers[one.id] = one
    return Answer(201, answers.marker(world, one))
