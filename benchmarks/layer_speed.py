"""A million polygons to a layer: the plugin beside ``ogr2ogr`` and beside QGIS opening the file as it is.

``python -m benchmarks.layer_speed [rounds] [polygons] [1]``. Two files are measured: a collection of polygons, and one
MultiPolygon beyond the size that GDAL takes as one feature. QGIS opening the file as it is takes minutes: only with 1.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .measure import ROOT, Run, cores, keep, program, python, rounds, show, table

FOLDER = ROOT / "build" / "bench"
WAYS = "benchmarks.layer_ways"
CORNERS = 8


def polygons(count: int) -> Iterator[str]:
    """Small octagons side by side, written as the vendor's client writes them: blanks after commas, 9 decimals."""
    side = math.isqrt(count) + 1
    turns = [(math.cos(angle), math.sin(angle)) for angle in (2 * math.pi * one / CORNERS for one in range(CORNERS))]
    for index in range(count):
        x, y = 7.4 + index % side * 2e-5, 46.9 + index // side * 2e-5
        ring = [f"[{x + 8e-6 * cosine:.9f}, {y + 6e-6 * sine:.9f}]" for cosine, sine in turns]
        yield f"[[{', '.join([*ring, ring[0]])}]]"


def collection(path: Path, count: int) -> Path:
    """A feature for each polygon."""
    head = '{"type": "Feature", "properties": {"class_name": "tree"}, "geometry": {"type": "Polygon", "coordinates": '
    items = (head + one + "}}" for one in polygons(count))
    return _file(path, items, '{"type": "FeatureCollection", "features": [', "]}")


def multipolygon(path: Path, count: int) -> Path:
    """One feature for all."""
    head = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"class_name": "tree"}, '
    return _file(path, polygons(count), head + '"geometry": {"type": "MultiPolygon", "coordinates": [', "]}}]}")


def _file(path: Path, items: Iterator[str], head: str, tail: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii") as file:
        file.write(head)
        for number, item in enumerate(items):
            file.write((", " if number else "") + item)
        file.write(tail)
    return path


def ogr2ogr(source: Path) -> Run:
    """GDAL's own conversion."""
    target = source.with_name(f"{source.stem}-ogr2ogr.gpkg")
    target.unlink(missing_ok=True)
    try:
        return program("ogr2ogr", "-f", "GPKG", "-explodecollections", target, source)
    finally:
        target.unlink(missing_ok=True)


def refusal(source: Path) -> str:
    """What ``ogr2ogr`` says of a file, in one line; empty where it converts it."""
    target = source.with_name("refused.gpkg")
    command = ["ogr2ogr", "-f", "GPKG", "-explodecollections", str(target), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    target.unlink(missing_ok=True)
    return " ".join(done.stderr.split())[:300] if done.returncode else ""


def main(count: int = 3, number: int = 1_000_000, opened: int = 0) -> None:
    many = collection(FOLDER / "collection.geojson", number)
    one = multipolygon(FOLDER / "multipolygon.geojson", number)
    separate = rounds({
        "ogr2ogr": lambda: ogr2ogr(many),
        "plugin": lambda: python(WAYS, "plugin", many),
        "plugin, in a thread": lambda: python(WAYS, "plugin_beside_main", many),
    }, count)
    if opened:
        separate["QGIS opens the file"] = [python(WAYS, "qgis_opens", many)]
    together = {"ogr2ogr on the collection": separate["ogr2ogr"]}
    together |= rounds({
        "plugin": lambda: python(WAYS, "plugin", one),
        "plugin, in a thread": lambda: python(WAYS, "plugin_beside_main", one),
    }, count)
    for name, runs, base, source in (
        ("polygons as a collection", separate, "ogr2ogr", many),
        ("polygons as one MultiPolygon", together, "ogr2ogr on the collection", one),
    ):
        rows = table(runs, source.stat().st_size, base)
        show(name, rows)
        kept = {"polygons": number, "bytes": source.stat().st_size, "ways": rows, "machine": cores()}
        keep(name, {**kept, "ogr2ogr_refuses": refusal(source)})
    many.unlink()
    one.unlink()


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
