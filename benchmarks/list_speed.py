"""Listing many rasters, 20 to a page as the platform gives them: the plugin beside the vendor's client and ``curl``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from .local_platform import CURL, PICTERRA_KEY, LocalPlatform
from .measure import Run, program, python, rounds, table
from .vendor import GENERATIONS

WAYS = "benchmarks.list_ways"
BASE = "curl"
PAGE = 20


def measured(folder: Path, rasters: int, count: int) -> dict[str, Any]:
    """The measurement ``list``. ``curl`` asks for all pages by one command, on one connection."""
    with LocalPlatform(folder / "sandbox", "--page-size", str(PAGE)) as platform:
        platform.sandbox.control("POST", "picterra/rasters", {"count": rasters})
        pages = -(-rasters // PAGE)

        def ours(way: str) -> Run:
            return python(WAYS, way, rasters, environment=platform.environment())

        ways = {
            BASE: lambda: by_curl(platform, folder / "page.json", pages),
            "plugin, client": partial(ours, "client"),
            "plugin, choice of a raster": partial(ours, "lister"),
        }
        for one in GENERATIONS:
            ways[f"vendor's client {one}"] = partial(
                python, WAYS, f"vendor-{one}", rasters, environment=platform.environment(one)
            )
        missed: dict[str, str] = {}
        runs = rounds(ways, count, missed=missed)
    return {"rasters": rasters, "pages": pages, "base": BASE, "ways": table(runs, 0, BASE, missed)}


def by_curl(platform: LocalPlatform, target: Path, pages: int) -> Run:
    """All pages, each written over the one before."""
    address = f"{platform.root}rasters/?page_number=[1-{pages}]"
    try:
        return program(*CURL, "-H", f"X-Api-Key: {PICTERRA_KEY}", "-o", target, address)
    finally:
        target.unlink(missing_ok=True)
