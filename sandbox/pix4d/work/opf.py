"""The OPF project: cameras as they came and as they were used, control points, point cloud (OPF 1.0)."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import numpy as np

from .block import Block, View
from .camera_files import angles
from .point_cloud import Cloud
from .records import ControlPoint
from .shelf import Shelf

FOLDER = "opf"
MOST_POINTS = 50_000
NAMESPACE = uuid.UUID("5d6f2a0e-3a56-4b8e-9b6b-1d3f0c1f7a44")
FORMATS = {"camera_list": "camera-list", "input_cameras": "input-cameras", "scene_reference_frame":
           "scene-reference-frame", "projected_input_cameras": "projected-input-cameras",
           "input_control_points": "input-control-points", "projected_control_points": "projected-control-points",
           "calibrated_cameras": "calibrated-cameras"}


def camera_id(key: str) -> int:
    """An unsigned number of 64 bits that belongs to a photo for good; most need all of them."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")


def write_opf(shelf: Shelf, block: Block, name: str, project: str, points: Sequence[ControlPoint],
              cloud: Cloud | None) -> None:
    """``opf/project.opf`` and all that it names. Photos are named by their place in the project's folder."""
    sensors = {view.photo.key: camera_id(f"{view.facts.make} {view.facts.model} {view.facts.width} "
                                         f"{view.facts.height} {view.focal:.3f}") for view in block.views}
    parts: dict[str, dict[str, Any]] = {
        "camera_list": {"cameras": [{"id": camera_id(view.photo.key), "uri": "../" + quote(_relative(view.photo.key))}
                                    for view in block.views]},
        "input_cameras": _input_cameras(block, sensors),
        "scene_reference_frame": {"crs": block.system.opf(), "base_to_canonical": {
            "scale": [block.unit] * 3, "shift": (-block.origin * block.unit).tolist(),
            "swap_xy": block.system.swapped}},
        "projected_input_cameras": _projected(block, sensors),
        "calibrated_cameras": _calibrated(block, sensors),
    }
    if points:
        parts["input_control_points"] = _control_points(block, points)
        parts["projected_control_points"] = {"projected_gcps": [
            {"id": point.name, "coordinates": _canonical(block, np.array(point.position) - block.origin),
             "sigmas": _sigmas(point, block.unit)} for point in points if point.position is not None]}
    for part, content in parts.items():
        whole = {"format": f"application/opf-{FORMATS[part]}+json", "version": "1.0", **content}
        shelf.place(f"{FOLDER}/{part}.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    if cloud is not None:
        _point_cloud(shelf, block, cloud)
    document = {"format": "application/opf-project+json", "version": "1.0", "id": project, "name": name,
                "description": "", "generator": {"name": "Imagery Hub sandbox", "version": "1.0"},
                "items": _items(parts, project, cloud is not None)}
    shelf.place(f"{FOLDER}/project.opf").write_text(json.dumps(document, indent=1), encoding="utf-8")
    shelf.add("opf_project", "opf_project", f"{FOLDER}/project.opf")
    for output_type, part in (("opf_scene_ref_frame", "scene_reference_frame"), ("input_cameras", "input_cameras"),
                              ("calibrated_cameras", "calibrated_cameras")):
        shelf.add(output_type, output_type, f"{FOLDER}/{part}.json")


def _relative(key: str) -> str:
    """A photo's place in the folder of its project, ``user-.../project-.../``."""
    return key.split("/", 2)[-1]


def _items(parts: dict[str, Any], project: str, with_cloud: bool) -> list[dict[str, Any]]:
    sources = {"input_cameras": ["camera_list"], "projected_input_cameras": ["input_cameras", "scene_reference_frame"],
               "input_control_points": ["input_cameras"],
               "projected_control_points": ["input_control_points", "scene_reference_frame"],
               "calibration": ["projected_input_cameras", "projected_control_points"],
               "point_cloud": ["scene_reference_frame", "calibration"]}
    kinds = [part for part in parts if part != "calibrated_cameras"] + ["calibration"]
    kinds += ["point_cloud"] if with_cloud else []

    def named(kind: str) -> str:
        return str(uuid.uuid5(NAMESPACE, f"{project} {kind}"))

    def resources(kind: str) -> list[dict[str, str]]:
        if kind == "point_cloud":
            return [{"uri": "point_cloud.gltf", "format": "model/gltf+json"},
                    *({"uri": f"point_cloud_{part}.glbin", "format": "application/gltf-buffer+bin"}
                      for part in ("positions", "colors"))]
        part = "calibrated_cameras" if kind == "calibration" else kind
        return [{"uri": f"{part}.json", "format": f"application/opf-{FORMATS[part]}+json"}]

    return [{"id": named(kind), "type": kind, "name": kind.replace("_", " "), "resources": resources(kind),
             "sources": [{"id": named(source), "type": source} for source in sources.get(kind, ())
                         if source in kinds]} for kind in kinds]


# ---------------------------------------------------------------------- cameras
def _time(moment: str) -> str:
    try:
        return datetime.strptime(moment + "Z", "%Y:%m:%d %H:%M:%S%z").replace(tzinfo=None).isoformat()
    except ValueError:
        return "1970-01-01T00:00:00"


def _internals(view: View) -> dict[str, Any]:
    return {"type": "perspective", "focal_length_px": view.focal, "principal_point_px": list(view.facts.centre),
            "radial_distortion": [0.0, 0.0, 0.0], "tangential_distortion": [0.0, 0.0]}


def _one_per_sensor(block: Block, sensors: dict[str, int]) -> dict[int, View]:
    return {sensors[view.photo.key]: view for view in block.views}


def _input_cameras(block: Block, sensors: dict[str, int]) -> dict[str, Any]:
    captures = []
    for view in block.views:
        number = camera_id(view.photo.key)
        longitude, latitude, height = view.facts.place or (0.0, 0.0, 0.0)
        captures.append({
            "id": number, "reference_camera_id": number, "rig_model_source": "not_applicable",
            "height_above_takeoff_m": view.facts.above_start, "time": _time(view.facts.moment),
            "geolocation": {"crs": {"definition": "EPSG:4979"}, "coordinates": [latitude, longitude, height],
                            "sigmas": [0.02, 0.02, 0.05]},
            "cameras": [{"id": number, "sensor_id": sensors[view.photo.key], "model_source": "generic_from_exif",
                         "pixel_type": "uint8" if view.brightest < 256 else "uint16", "image_orientation": 1,
                         "pixel_range": {"min": 0, "max": view.brightest}}]})
    return {"captures": captures, "sensors": [
        {"id": number, "name": f"{view.facts.make} {view.facts.model}".strip() or "Camera",
         "bands": [{"name": name, "weight": 1.0 / view.picture.shape[2]} for name in _bands(view)],
         "image_size_px": [view.facts.width, view.facts.height], "internals": _internals(view), "pixel_size_um":
         (view.facts.focal_millimetres or 8.8) * 1000 / view.focal, "shutter_type": "global"}
        for number, view in _one_per_sensor(block, sensors).items()]}


def _bands(view: View) -> list[str]:
    if view.facts.band is not None:
        return [view.facts.band]
    return ["Red", "Green", "Blue"] if view.picture.shape[2] == 3 else ["Grey"]


def _canonical(block: Block, place: np.ndarray) -> list[float]:
    """Processing coordinates: metres from the block's origin."""
    return [float(value) for value in place * block.unit]


def _projected(block: Block, sensors: dict[str, int]) -> dict[str, Any]:
    return {"captures": [{"id": camera_id(view.photo.key), "geolocation": {
        "position": _canonical(block, view.position), "sigmas": [0.02, 0.02, 0.05]}, "orientation": {
            "angles_deg": list(angles(view.turn)), "sigmas_deg": [1.0, 1.0, 1.0]}} for view in block.views],
        "sensors": [{"id": number} for number in _one_per_sensor(block, sensors)]}


def _calibrated(block: Block, sensors: dict[str, int]) -> dict[str, Any]:
    return {"cameras": [{"id": camera_id(view.photo.key), "sensor_id": sensors[view.photo.key],
                         "position": _canonical(block, view.position), "orientation_deg": list(angles(view.turn))}
                        for view in block.views],
            "sensors": [{"id": number, "internals": _internals(view)}
                        for number, view in _one_per_sensor(block, sensors).items()]}


# ---------------------------------------------------------------------- control points and points
def _sigmas(point: ControlPoint, unit: float) -> list[float]:
    across, up = point.accuracy
    return [(across or 0.02) * unit, (across or 0.02) * unit, (up or 0.02) * unit]


def _control_points(block: Block, points: Sequence[ControlPoint]) -> dict[str, Any]:
    def marks(point: ControlPoint) -> list[dict[str, Any]]:
        return [{"camera_id": camera_id(mark.photo), "position_px": [mark.x, mark.y], "accuracy": 1.0}
                for mark in point.marks]

    def geolocation(point: ControlPoint) -> dict[str, Any]:
        x, y, z = point.position or (0.0, 0.0, 0.0)
        pair = [y, x] if block.system.swapped else [x, y]
        return {"crs": block.system.opf(), "coordinates": [*pair, z], "sigmas": _sigmas(point, 1.0)}

    return {"gcps": [{"id": point.name, "geolocation": geolocation(point), "is_checkpoint": point.checkpoint,
                      "marks": marks(point)} for point in points if point.position is not None],
            "mtps": [{"id": point.name, "is_checkpoint": point.checkpoint, "marks": marks(point)}
                     for point in points if point.position is None]}


def _point_cloud(shelf: Shelf, block: Block, cloud: Cloud) -> None:
    """glTF with points; its y is up, so the node turns it back."""
    thin = max(1, -(-len(cloud.places) // MOST_POINTS))
    places = (cloud.places[::thin] * block.unit).astype("<f4")
    colours = np.column_stack([cloud.colours[::thin], np.full(len(places), 255)]).astype(np.uint8)
    buffers = {"positions": places.tobytes(), "colors": colours.tobytes()}
    for part, content in buffers.items():
        shelf.place(f"{FOLDER}/point_cloud_{part}.glbin").write_bytes(content)
    described = {
        "asset": {"version": "2.0", "generator": "Imagery Hub sandbox",
                  "extensions": {"OPF_asset_version": {"version": "1.0"}}},
        "extensionsUsed": ["OPF_asset_version"], "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0, "matrix": [1, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1]}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "COLOR_0": 1}, "mode": 0}]}],
        "buffers": [{"uri": f"point_cloud_{part}.glbin", "byteLength": len(content)}
                    for part, content in buffers.items()],
        "bufferViews": [{"buffer": number, "byteOffset": 0, "byteLength": len(content), "target": 34962}
                        for number, content in enumerate(buffers.values())],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(places), "type": "VEC3",
             "min": places.min(axis=0).tolist(), "max": places.max(axis=0).tolist()},
            {"bufferView": 1, "componentType": 5121, "normalized": True, "count": len(places), "type": "VEC4"}],
    }  # fmt: skip
    shelf.place(f"{FOLDER}/point_cloud.gltf").write_text(json.dumps(described), encoding="utf-8")
