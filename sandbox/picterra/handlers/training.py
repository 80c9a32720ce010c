"""The training set of a detector and its training (section 9.5)."""

from __future__ import annotations



from ...errors import invalid

from ...platform import Answer, Call
from .. import answers
from ..records import Annotations
from ..world import World
from .registry import operation


@operation("listDetectorRasters")
def list_detector_rasters(world: World, call: Call) -> Answer:
    """A page of the rasters in the training set."""
    one = world.state.detector(call.account, call.path["detector_id"])
    rasters = [world.state.rasters[raster_id] for raster_id in reversed(one.training)]
    rasters.sort(key=lambda raster: raster.created, reverse=True)
    return world.pages.answer(call, world.services.settings.page_size, world.state.version, lambda: rasters,
                              lambda raster: answers.raster(world, raster, call.host))


@operation("addRasterToDetector")
def add_raster(world: World, call: Call) -> Answer:
    """Put a raster into the training set; adding it again is allowed (A38)."""
    one = world.state.detector(call.account, call.path["detector_id"], change=True)
    raster = world.state.rasters.get(call.body["raster_id"])
    if raster is None or world.state.role(call.account, raster) is None:
        raise invalid("raster_id", "There is no such raster.")
    one.training.setdefault(raster.id, Annotations())
    return Answer(201)
