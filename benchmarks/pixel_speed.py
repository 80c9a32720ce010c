"""Geodata Pixel: photos and rasters uploaded, and very many images made into a layer, by the plugin and by the vendor's
client.

Validation in the sandbox reads no pixels meanwhile: it would take the processor from both ways alike. What became of
the files is counted after each run. The vendor's client looks whether the platform is ready every three seconds.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import pixel_files
from .local_platform import LocalPlatform
from .measure import ROOT, Run, python, rounds, table
from .pixel_ways import VENDOR

MODULE = "benchmarks.pixel_ways"
BASE = "vendor's client 1.2.8"
RULES = {"format": "GTiff", "data_type": "uint8", "num_bands": 3, "srid": 32632, "cell_size": [0.1, 0.1]}
PREFIX = {BASE: "vendor", "plugin": "plugin"}


def measured(folder: Path, photos: tuple[int, int], rasters: tuple[int, int], images: int,
             count: int) -> dict[str, dict[str, Any]]:
    """The measurements ``Pixel photos``, ``Pixel rasters`` and ``Pixel images to a layer``. ``photos`` and ``rasters``:
    how many, and bytes of each."""
    if not (ROOT / "build" / "vendor_clients" / VENDOR).is_dir():
        raise RuntimeError("Install the vendors' clients first: tools/vendor_clients.sh.")
    found: dict[str, dict[str, Any]] = {}
    with LocalPlatform(folder / "sandbox") as platform:
        sent = pixel_files.photos(folder / "photos", *photos)
        found["Pixel photos"] = {"photos": photos[0], **_uploaded(platform, "images", folder / "photos", sent, count)}
        shutil.rmtree(folder / "photos")
        sent = pixel_files.rasters(folder / "rasters", *rasters)
        found["Pixel rasters"] = {"rasters": rasters[0],
                                  **_uploaded(platform, "rasters", folder / "rasters", sent, count)}
        shutil.rmtree(folder / "rasters")
        found["Pixel images to a layer"] = {"images": images, **_layers(platform, folder, images, count)}
    return found


def _environment(platform: LocalPlatform) -> dict[str, str]:
    ready = platform.sandbox.ready["pixel"]
    return {"PIXEL_TENANT": ready["tenant"], "PIXEL_USERNAME": ready["username"], "PIXEL_PASSWORD": ready["password"],
            "PIXEL_API_URL": ready["root"], "PIXEL_AUTH_SERVER_URL": ready["login"],
            "PIXEL_CLIENT_NO_VERSION_CHECK": "true", "NO_PROXY": "*", "no_proxy": "*"}


def _fresh(platform: LocalPlatform, kind: str) -> str:
    """A new data collection on an empty platform, written ``project/collection``."""
    platform.empty()
    platform.sandbox.settings(pixel_read_all=False)
    control = platform.sandbox.control
    project = control("POST", "pixel/projects", {"area": pixel_files.AREA})["projects"][0]
    rules = {"rules": RULES} if kind == "RGB" else {}
    made = control("POST", "pixel/collections", {"project": project, "type": kind, **rules})
    return f"{project}/{made['collections'][0]}"


def _uploaded(platform: LocalPlatform, what: str, source: Path, size: int, count: int) -> dict[str, Any]:
    expected = len(list(source.iterdir()))

    def way(prefix: str) -> Callable[[], Run]:
        def run() -> Run:
            os.sync()  # what earlier runs left to be written
            place = _fresh(platform, "image" if what == "images" else "RGB")
            found = python(MODULE, f"{prefix}_{what}", place, source, environment=_environment(platform))
            there = platform.sandbox.control("GET", "pixel/")[what]
            if there != expected:
                raise RuntimeError(f"{prefix}: {there} of {expected} {what} are there.")
            return replace(found, facts={**found.facts, "there": there})

        return run

    missed: dict[str, str] = {}
    runs = rounds({title: way(prefix) for title, prefix in PREFIX.items()}, count, missed=missed)
    return {"bytes": size, "base": BASE, "ways": table(runs, size, BASE, missed)}


def _layers(platform: LocalPlatform, folder: Path, images: int, count: int) -> dict[str, Any]:
    place = _fresh(platform, "image")
    platform.sandbox.control("POST", "pixel/images", {"collection": int(place.partition("/")[2]), "count": images})
    target = folder / "images.gpkg"

    def way(prefix: str) -> Callable[[], Run]:
        def run() -> Run:
            target.unlink(missing_ok=True)
            found = python(MODULE, f"{prefix}_layer", place, target, environment=_environment(platform))
            if found.facts["features"] != images:
                raise RuntimeError(f"{prefix}: {found.facts['features']} of {images} images are in the layer.")
            return found

        return run

    missed: dict[str, str] = {}
    runs = rounds({title: way(prefix) for title, prefix in PREFIX.items()}, count, missed=missed)
    return {"base": BASE, "ways": table(runs, 0, BASE, missed)}
