"""Listing many rasters, 20 to a page as the platform gives them: the plugin beside the vendor's client and ``curl``."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import Any

from . import transfer_speed
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
        ways["ceiling (2 x curl)"] = lambda: ceiling(platform, pages)
        missed: dict[str, str] = {}
        runs = rounds(ways, count, missed=missed)
    return {"rasters": rasters, "pages": pages, "base": BASE, "ways": table(runs, 0, BASE, missed)}


def asked(platform: LocalPlatform, target: object, pages: int) -> tuple[object, ...]:
    """The command that asks for all pages, each written over the one before."""
    address = f"{platform.root}rasters/?page_number=[1-{pages}]"
    return (*CURL, "-H", f"X-Api-Key: {PICTERRA_KEY}", "-o", target, address)


def ceiling(platform: LocalPlatform, pages: int) -> Run:
    """Two at once, counted for one of them: what the sandbox, which makes the pages, and the machine can do at all."""
    return transfer_speed.ceiling(*map(shlex.quote, map(str, asked(platform, "/dev/null", pages))))


def by_curl(platform: LocalPlatform, target: Path, pages: int) -> Run:
    """All pages by one command."""
    try:
        return program(*asked(platform, target, pages))
    finally:
        target.unlink(missing_ok=True)
