"""Entries of images added to the Descartes Labs catalog, by the plugin and by the vendor's last client that had it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from .descarteslabs_ways import VENDOR, entry, layer
from .local_platform import LocalPlatform
from .measure import ROOT, Run, python, rounds, table

MODULE = "benchmarks.descarteslabs_ways"
BASE = "vendor's client 1.12.1"
WAYS = {BASE: "vendor", "plugin": "plugin", "plugin, one run for each": "plugin_runs"}


def measured(folder: Path, images: int, count: int) -> dict[str, dict[str, Any]]:
    """The measurement ``Descartes Labs entries``. Each run adds to a product of its own."""
    if not (ROOT / "build" / "vendor_clients" / VENDOR).is_dir():
        raise RuntimeError("Install the vendors' clients first: tools/vendor_clients.sh.")
    with LocalPlatform(folder / "sandbox") as platform:
        from descarteslabs_calls import environment
        from sandbox_descarteslabs import CatalogCalls
        from sandbox_descarteslabs import environment as plugins

        home = folder / "home"
        home.mkdir()
        layer(images, home).write_text(json.dumps(_collection(images)), "utf-8")
        variables = {
            **environment(platform.sandbox), **plugins(platform.sandbox), "DESCARTESLABS_ENV": "gcp-production",
            "NO_PROXY": "*", "no_proxy": "*"}

        def way(name: str) -> Run:
            platform.empty()
            calls = CatalogCalls(platform.sandbox)
            product = calls.product()
            found = python(MODULE, name, product, images, home, environment=variables)
            there = calls.sent("POST", "metadata/v1/summary", json={"products": [product]})["count"]
            if there != images or found.facts["added"] != images:
                raise RuntimeError(f"{name}: {there} of {images} entries are there.")
            return replace(found, facts={**found.facts, "there": there})

        ways: dict[str, Callable[[], Run]] = {title: partial(way, name) for title, name in WAYS.items()}
        missed: dict[str, str] = {}
        runs = rounds(ways, count, once=("plugin, one run for each",), missed=missed)
        shutil.rmtree(home)
    return {"Descartes Labs entries": {"images": images, "base": BASE, "ways": table(runs, 0, BASE, missed)}}


def _collection(images: int) -> dict[str, Any]:
    """The same entries as features, an id and the properties by their names."""
    features = []
    for number in range(images):
        known = entry(number)
        shape = known.pop("geometry")
        extra = json.dumps(known.pop("extra_properties"))
        features.append({
            "type": "Feature", "geometry": shape,
            "properties": {"image_id": f"image-{number}", **known, "extra_properties": extra}})
    return {"type": "FeatureCollection", "features": features}
