"""Vector layers on the platform: made from a file, offered in parts and as a whole."""

from __future__ import annotations

from pathlib import Path

from ..segments import Content, Slice
from .layer_files import HEAD, TAIL, LayerFile
from .records import VectorLayer
from .world import World

MEDIA_TYPE = "application/geo+json"


def part_key(layer_id: str, number: int) -> str:
    """Storage key of a part."""
    return f"layers/{layer_id}/{number}.geojson"


def whole_key(layer_id: str) -> str:
    """Storage key of the whole layer."""
    return f"layers/{layer_id}/all.geojson"


def add(world: World, file: LayerFile, *, owner: str, name: str, color: str, raster_id: str,
        detector_id: str | None = None) -> VectorLayer:
    """A new layer on a raster; its file belongs to the layer from now on."""
    state = world.state
    layer = VectorLayer(state.new_id(), owner, name, color, raster_id, detector_id, world.services.clock.now(),
                        file.path, file.count, file.parts)
    state.layers[layer.id] = layer
    for number, part in enumerate(layer.parts):
        segments = (HEAD, Slice(file.path, part.offset, part.length), TAIL)
        world.blobs.offer(part_key(layer.id, number), Content(MEDIA_TYPE, segments))
    world.blobs.offer(whole_key(layer.id), Content.of_file(file.path, MEDIA_TYPE))
    return layer


def new_file(world: World) -> Path:
    """A place for a new layer's file."""
    return world.state.place("layers", world.state.new_id() + ".geojson")
