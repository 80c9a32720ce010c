"""Control calls that fill the platform at once, without uploads: for lists, search and benchmarks.

Seeded objects lie on a grid in the bounds of their project's area; their metadata follow from their number.
"""

from __future__ import annotations

import math
import os
import shutil
from collections.abc import Iterator
from itertools import islice, repeat
from pathlib import Path
from typing import Any

from .records import Collection, Image, PointCloud, Raster
from .registry import control
from .world import World

Query = dict[str, str]
Body = dict[str, Any]
_PLAIN = (int, float, str, list, tuple, dict, Path)


def _bounds(area: dict[str, Any]) -> tuple[float, float, float, float]:
    points = [one for ring in area["coordinates"] for one in ring]
    return (min(one[0] for one in points), min(one[1] for one in points),
            max(one[0] for one in points), max(one[1] for one in points))


def _cells(world: World, collection: Collection, count: int) -> Iterator[tuple[float, float, float, float]]:
    """West, south, east, north of each cell of the grid, row by row from the south-west."""
    west, south, east, north = _bounds(world.state.projects[collection.project].area)
    columns = max(1, math.ceil(math.sqrt(count)))
    width, height = (east - west) / columns, (north - south) / columns
    for number in range(count):
        row, column = divmod(number, columns)
        yield west + column * width, south + row * height, west + (column + 1) * width, south + (row + 1) * height


def _start(world: World, body: Body) -> tuple[Collection, int, str]:
    world.state.changed()
    return world.state.collections[int(body["collection"])], int(body.get("count", 1)), str(body.get("name", "seed"))


def _files(world: World, body: Body) -> Iterator[Path | None]:
    """The file of each of them, one link after another to one copy of what was given; None without a file."""
    source = Path(body["file"]) if body.get("file") else None
    copy = world.new_path(source.suffix) if source is not None else None
    if source is not None and copy is not None:
        shutil.copyfile(source, copy)
        yield copy
    while source is not None and copy is not None:
        link = world.new_path(source.suffix)
        os.link(copy, link)
        copy = link
        yield link
    yield from repeat(None)


@control("POST images")
def images(world: World, query: Query, body: Body) -> dict[str, Any]:
    """``{"collection": id, "count"?: 1, "name"?: "seed", "file"?: path, "tags"?: [...], "metadata"?: {...}}``."""
    collection, count, name = _start(world, body)
    files, now, first = _files(world, body), world.clock.now(), 0
    for number, (west, south, east, north) in enumerate(_cells(world, collection, count)):
        path = next(files)
        size = path.stat().st_size if path is not None else 0
        one = Image(world.new_id(), collection.id, f"{name}_{number:06d}", now, f"{name}_{number:06d}.jpg", size, path,
                    (round((west + east) / 2, 7), round((south + north) / 2, 7)),
                    f"2025-05-{number % 28 + 1:02d}T{number % 24:02d}:00:00",
                    camera={"cam_heading": float(number % 360), "cam_pitch": 60.0, "hfov": 70.0, "vfov": 50.0,
                            "far_dist": 50.0},
                    tags=list(body.get("tags", ())), json_metadata={"strip": number // 100, **body.get("metadata", {})})
        world.state.images.add(one)
        first = first or one.id
    return {"first": first, "count": count}


@control("POST rasters")
def rasters(world: World, query: Query, body: Body) -> dict[str, Any]:
    """As for images, with ``"capture_date"?`` for all of them; their footprints are the cells of the grid."""
    collection, count, name = _start(world, body)
    files, now, first = _files(world, body), world.clock.now(), 0
    rules = collection.rules or {}
    for number, (west, south, east, north) in enumerate(_cells(world, collection, count)):
        path = next(files)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        one = Raster(world.new_id(), collection.id, f"{name}_{number:06d}", now, rules.get("format", "GTiff"),
                     rules.get("data_type", "uint8"), rules.get("num_bands", 3), rules.get("srid", 25833),
                     tuple(rules.get("cell_size", (1.0, 1.0))), 1000, 1000, {"type": "Polygon", "coordinates": [ring]},
                     f"{name}_{number:06d}.tif", path.stat().st_size if path is not None else 0, path,
                     capture_date=str(body.get("capture_date") or f"2025-05-{number % 28 + 1:02d}T00:00:00"),
                     tags=list(body.get("tags", ())),
                     json_metadata={"strip": number // 100, **body.get("metadata", {})})
        world.state.rasters.add(one)
        first = first or one.id
    return {"first": first, "count": count}


@control("POST point_clouds")
def point_clouds(world: World, query: Query, body: Body) -> dict[str, Any]:
    """As for images."""
    collection, count, name = _start(world, body)
    files, now, first = _files(world, body), world.clock.now(), 0
    for number, (west, south, east, north) in enumerate(_cells(world, collection, count)):
        path = next(files)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        one = PointCloud(world.new_id(), collection.id, f"{name}_{number:06d}", now,
                         footprint={"type": "Polygon", "coordinates": [ring]}, file_name=f"{name}_{number:06d}.laz",
                         file_size=path.stat().st_size if path is not None else 0, file=path,
                         tags=list(body.get("tags", ())), json_metadata=dict(body.get("metadata", {})))
        world.state.clouds.add(one)
        first = first or one.id
    return {"first": first, "count": count}


@control("GET objects/{kind}")
def objects(world: World, query: Query, body: Body) -> list[dict[str, Any]]:
    """``?collection=id&limit=100``: of any table of the state, as they are kept, whatever is hidden."""
    table: Any = getattr(world.state, query["kind"])
    found = table.of(int(query["collection"])) if "collection" in query else list(table.values())
    return [{name: _plain(value) for name, value in vars(one).items() if value is None or isinstance(value, _PLAIN)}
            for one in islice(found, int(query.get("limit", 100)))]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (int, float, str)) else str(value)
