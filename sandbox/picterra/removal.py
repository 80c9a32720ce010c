"""What goes with a resource that is deleted (A32)."""

from __future__ import annotations

from pathlib import Path

from .records import Annotations, Detector, Raster, VectorLayer
from .world import World


def _delete(path: Path | None) -> None:
    if path is not None:
        path.unlink(missing_ok=True)


def remove_layer(world: World, layer: VectorLayer) -> None:
    """A vector layer and its file."""
    del world.state.layers[layer.id]
    world.blobs.withdraw(f"layers/{layer.id}/")
    _delete(layer.path)


def remove_annotations(some: Annotations) -> None:
    """The files of a detector's annotations on one raster."""
    for one in some.files():
        _delete(one.path)


def remove_raster(world: World, raster: Raster) -> None:
    """A raster with its file, layers, markers, detection areas and annotations."""
    state = world.state
    del state.rasters[raster.id]
    for layer in [one for one in state.layers.values() if one.raster_id == raster.id]:
        remove_layer(world, layer)
    for marker in [one for one in state.markers.values() if one.raster_id == raster.id]:
        del state.markers[marker.id]
    for detector in state.detectors.values():
        removed = detector.training.pop(raster.id, None)
        if removed is not None:
            remove_annotations(removed)
    world.blobs.withdraw(f"rasters/{raster.id}.tif")
    slot = world.blobs.slot(raster.slot) if raster.slot is not None else None
    if slot is not None:
        world.blobs.close_slot(slot)
    if raster.detection_areas is not None:
        _delete(raster.detection_areas.path)
    if raster.path is not None:
        _delete(raster.path)
        _delete(raster.path.with_name(raster.path.name + ".ovr"))


def remove_detector(world: World, detector: Detector) -> None:
    """A detector with its model, annotations and markers; layers that it made stay."""
    state = world.state
    del state.detectors[detector.id]
    for folder in state.folders.values():
        if detector.id in folder.detectors:
            folder.detectors.remove(detector.id)
    for marker in [one for one in state.markers.values() if one.detector_id == detector.id]:
        del state.markers[marker.id]
    for each in detector.training.values():
        remove_annotations(each)
    _delete(detector.model)
