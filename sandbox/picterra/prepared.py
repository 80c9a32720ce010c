"""Prepared detection results, for benchmarks: a given file, or any number of made polygons. Run in worker processes.

A description is ``{"polygons": 1000000}`` (squares on a grid over the raster, shared out among the classes in turn,
``"vertices"`` per ring) or ``{"classes": {"<class name>": {"multipolygon": PATH, "featurecollection": PATH}}}``, where
one of the two files is enough; a FeatureCollection must hold one Polygon feature per line.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import layer_files
from .layer_files import FEATURE, HEAD, MULTIPOLYGON, TAIL
from .learning import Detected, Found


@dataclass
class PreparedPlan:
    """What to prepare for which classes (name to id), over which footprint (a GeoJSON Polygon with ``bbox``)."""

    description: dict[str, Any]
    classes: dict[str, str]
    footprint: dict[str, Any]
    folder: Path
    per_part: int


def make_prepared(plan: PreparedPlan) -> Detected:
    """Bring prepared results into the form of a detection's."""
    plan.folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, (name, class_id) in enumerate(plan.classes.items()):
        multipolygon = plan.folder / f"{number}-multipolygon.geojson"
        collection = plan.folder / f"{number}-features.geojson"
        if "polygons" in plan.description:
            _make_squares(plan, number, multipolygon, collection)
        else:
            _bring(plan.description["classes"].get(name, {}), multipolygon, collection)
        found.append(Found(class_id, multipolygon, layer_files.index(collection, plan.per_part)))
    merged = plan.folder / "all.geojson"
    if len(found) == 1:
        os.link(found[0].multipolygon, merged)
    else:
        layer_files.merge_multipolygons([one.multipolygon for one in found], merged)
    return Detected(merged, found)


def _bring(files: dict[str, str], multipolygon: Path, collection: Path) -> None:
    """Put given files in place, making the one that is missing from the other."""
    if "multipolygon" in files:
        multipolygon.symlink_to(Path(files["multipolygon"]).resolve(strict=True))
    if "featurecollection" in files:
        collection.symlink_to(Path(files["featurecollection"]).resolve(strict=True))
    if not files:
        multipolygon.write_bytes(MULTIPOLYGON + b"]}")
    if "multipolygon" not in files and files:
        layer_files.join_features(collection, multipolygon)
    elif "featurecollection" not in files:
        layer_files.split_multipolygon(multipolygon, collection)


def _make_squares(plan: PreparedPlan, number: int, multipolygon: Path, collection: Path) -> None:
    """Rings on a grid; the polygon of index i belongs to class i modulo the number of classes."""
    total = int(plan.description["polygons"])
    corners = int(plan.description.get("vertices", 4))
    west, south, east, north = plan.footprint["bbox"]
    columns = max(1, math.ceil(math.sqrt(total)))
    rows = max(1, math.ceil(total / columns))
    width, height = (east - west) / columns, (north - south) / rows
    ring = [(0.5 + 0.35 * math.cos(2 * math.pi * (one + 0.5) / corners),
             0.5 + 0.35 * math.sin(2 * math.pi * (one + 0.5) / corners)) for one in range(corners)]
    ring.append(ring[0])
    with (multipolygon.open("wb", buffering=layer_files.BLOCK) as shapes,
          collection.open("wb", buffering=layer_files.BLOCK) as features):
        shapes.write(MULTIPOLYGON)
        features.write(HEAD)
        separator = b"\n"
        for index in range(number, total, len(plan.classes)):
            left, bottom = west + (index % columns) * width, south + (index // columns) * height
            points = ",".join(f"[{left + x * width:.9f},{bottom + y * height:.9f}]" for x, y in ring)
            coordinates = f"[[{points}]]".encode("ascii")
            shapes.write(separator + coordinates)
            features.write(separator + FEATURE + coordinates + b"}}")
            separator = b",\n"
        shapes.write(b"\n]}")
        features.write(b"\n" + TAIL + b"\n")
