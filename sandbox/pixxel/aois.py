"""Areas of interest on their way: scenes are brought in as one mosaic per day (sections 8 and 9)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from .recipes import recipe_of
from .records import Aoi, Asset, Json
from .satellites import SATELLITES
from .scenes import Scene
from .searching import geojson
from .work.cube import Empty, Recipe, make, square_metres
from .world import World


def bring_in(world: World, aoi: Aoi, scenes: list[Scene]) -> None:
    """Begin to make the mosaics of an AOI. Its state follows them."""
    days: dict[str, list[Scene]] = {}
    for one in scenes:
        days.setdefault(one.day.isoformat(), []).append(one)
    files: list[tuple[Path, Recipe]] = []
    for day, group in sorted(days.items()):
        ring = geojson(shapely.union_all([shapely.Polygon(one.ring) for one in group]))
        part = shape(aoi.geometry).intersection(shape(ring))
        area = geojson(part) if part.geom_type == "Polygon" else geojson(shapely.box(*part.bounds))
        asset = Asset(world.new_id(), aoi.id, f"mosaic_{day.replace('-', '_')}", "mosaic", day,
                      [one.name for one in SATELLITES[aoi.satellite].bands], area, world.now(),
                      file=world.new_path(".tif"), items=[one.id for one in group], updated=world.now())
        aoi.assets.append(asset)
        files.append((asset.file or Path(), recipe_of(world, group[0], [aoi.geometry, ring])))

    def finish(facts: list[Json | None]) -> None:
        _arrived(world, aoi, facts)

    def fail(words: str) -> None:
        _arrived(world, aoi, [None] * len(aoi.assets))

    world.start("aoi", world.settings.pixxel_aoi_seconds, finish=finish, fail=fail, work=make_all, arguments=(files,))


def make_all(files: list[tuple[Path, Recipe]]) -> list[Json | None]:
    """Make cubes in a worker process; None for one that shows nothing."""
    found: list[Json | None] = []
    for path, recipe in files:
        try:
            found.append(make(path, recipe))
        except Empty:
            found.append(None)
    return found


def _arrived(world: World, aoi: Aoi, facts: list[Json | None]) -> None:
    for asset, fact in zip([one for one in aoi.assets if one.kind == "mosaic"], facts):
        asset.status, asset.updated = ("failed" if fact is None else "success"), world.now()
        asset.progress = 100 if fact is not None else 0
        asset.resolution = fact["resolution"] if fact is not None else 0.0
        for one in asset.items:
            aoi.images[one] = {"date": asset.date, "status": asset.status}
    good = sum(one is not None for one in facts)
    aoi.status = "success" if good == len(facts) else "partial_success" if good else "failed"
    aoi.progress, aoi.updated = 100 if good else aoi.progress, world.now()


def look(world: World, aoi: Aoi) -> Aoi:
    """An AOI that has only started is running when it is looked at again."""
    if aoi.status in ("started", "running"):
        aoi.progress = max(aoi.progress, world.progress(aoi.created, world.settings.pixxel_aoi_seconds))
    return aoi


def answer(world: World, one: Aoi) -> Json:
    """An AOI (section 8); its times are spelled with +00:00."""
    return {"aoi_id": one.id, "name": one.name, "description": one.description, "satellite_id": one.satellite,
            "project_id": one.project, "images": dict(one.images),
            "eo_bands": [each.name for each in SATELLITES[one.satellite].bands], "geometry": one.geometry,
            "progress": one.progress, "status": one.status, "is_favourite": False,
            "created_at": world.moment(one.created, "T +00:00"), "updated_at": world.moment(one.updated, "T +00:00"),
            "user_id": one.user, "area_in_sq_m": one.square_m, "centroid": one.centroid}


def _size(area: Json) -> tuple[float, list[float]]:
    """Square metres and centre, also of what a scene only touches."""
    try:
        return square_metres(area)
    except Empty:
        centre = shape(area).centroid
        return 0.0, [round(centre.x, 6), round(centre.y, 6)]


def asset_answer(world: World, one: Asset, host: str) -> Json:
    """An asset (section 9)."""
    area, centre = _size(one.geometry)
    shown: dict[str, Any] = {
        "id": one.id, "aoi_id": one.aoi, "name": one.name, "description": "", "asset_type": one.kind,
        "band_list": one.bands, "area_in_sq_m": area, "centroid": centre,
        "date": one.date, "geometry": one.geometry,
        "path": path_of(world, one, host), "progress": one.progress, "resolution": one.resolution,
        "status": one.status, "visualization_id": one.visualization, "created_at": world.moment(one.created),
        "updated_at": world.moment(one.updated)}
    return shown


def path_of(world: World, one: Asset, host: str) -> str:
    """Where an asset is said to lie; nobody but the platform can read it there."""
    return f"{world.services.blobs.host(host)}/_stac/pixxel/assets/{one.id}.tif"
