"""Visualizations on their way, and their legends (section 11)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import numpy

from .aois import asset_answer
from .records import Aoi, Asset, Index, Json, Visualization
from .state import WORKSPACE
from .work.index import bins, compute, measured, values_of
from .world import World

Step = tuple[Path, Path, str, str, tuple[float, float], Optional[float]]


def begin(world: World, aoi: Aoi, index: Index, sources: list[Asset], one: Visualization) -> None:
    """Begin to compute an index of some mosaics."""
    steps: list[Step] = []
    for source in sources:
        path = world.new_path(".tif")
        aoi.assets.append(Asset(world.new_id(), aoi.id, f"{index.name}_{source.date.replace('-', '_')}",
                                "visualization", source.date, index.bands, source.geometry, world.now(), file=path,
                                visualization=one.id, items=source.items, updated=world.now()))
        low, high = index.rescale
        steps.append((source.file or Path(), path, index.expression, index.expression_type, (low, high),
                      one.resolution))

    def finish(facts: list[Json]) -> None:
        for asset, fact in zip(assets_of(aoi, one), facts):
            asset.status, asset.progress, asset.resolution = "success", 100, fact["resolution"]
            asset.updated = world.now()
        for asset in assets_of(aoi, one):
            one.legend[key_of(asset)] = {mode: usual(asset, index, mode) for mode in modes(index)}
        one.status, one.progress, one.updated = "success", 100, world.now()

    def fail(words: str) -> None:
        for asset in assets_of(aoi, one):
            asset.status, asset.updated = "failed", world.now()
        one.status, one.updated = "failed", world.now()

    world.start("visualization", world.settings.pixxel_aoi_seconds, finish=finish, fail=fail, work=compute_all,
                arguments=(steps,))


def compute_all(steps: list[Step]) -> list[Json]:
    """Compute in a worker process."""
    return [compute(*one) for one in steps]


def modes(index: Index) -> tuple[str, ...]:
    """The legends of an index: presets two, custom indices one, pictures none."""
    if index.expression_type != "index":
        return ()
    return ("dynamic", "theoretical") if index.type == "preset" else ("dynamic",)


def usual(asset: Asset, index: Index, mode: str) -> list[Json]:
    """The legend that is computed from the data: equal classes between their extremes, or over the rescale range."""
    if asset.file is None:
        return []
    low, high = extremes(asset) if mode == "dynamic" else index.rescale
    return measured(asset.file, bins(low, high, index.colormap))


def extremes(asset: Asset) -> tuple[float, float]:
    """Smallest and largest value of a rendered asset."""
    values = values_of(asset.file or Path())
    return (float(numpy.nanmin(values)), float(numpy.nanmax(values))) if numpy.isfinite(values).any() else (0.0, 1.0)


def assets_of(aoi: Aoi, one: Visualization) -> list[Asset]:
    """The rendered assets of a visualization."""
    return [each for each in aoi.assets if each.visualization == one.id]


def key_of(asset: Asset) -> str:
    """A date as legends are keyed."""
    return asset.date.replace("-", "_")


def list_answer(world: World, one: Visualization) -> Json:
    """A row of the list; its times are spelled with a space."""
    return {"id": one.id, "aoi_id": one.aoi, "index_id": one.index, "status": one.status, "progress": one.progress,
            "tenant_id": WORKSPACE, "user_id": one.user, "created_at": world.moment(one.created, "  +00:00"),
            "updated_at": world.moment(one.updated, "  +00:00")}


def answer(world: World, aoi: Aoi, one: Visualization, host: str) -> Json:
    """A visualization with its assets and legends."""
    index = world.state.indices[one.index]
    shown: dict[str, Any] = {
        **list_answer(world, one), "index_name": index.name, "expression": index.expression,
        "expression_type": index.expression_type, "rescale": index.rescale, "type": "custom",
        "assets": [asset_answer(world, each, host) for each in assets_of(aoi, one)], "metadata": {"legend": one.legend}}
    return shown
