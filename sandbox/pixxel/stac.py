"""STAC items and collections (section 7.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from .open_addresses import address
from .satellites import COLLECTIONS, Collection, Satellite
from .scenes import FIRST_DAY, Scene
from .work.cube import to_zone, zone
from .world import World

STAC = "https://stac.example.invalid"
VERSION = "1.0.0"
EXTENSIONS = ["https://stac-extensions.github.io/eo/v1.0.0/schema.json",
              "https://stac-extensions.github.io/projection/v1.0.0/schema.json",
              "https://stac-extensions.github.io/view/v1.0.0/schema.json"]


@lru_cache(maxsize=8)
def _bands(satellite: Satellite) -> list[dict[str, Any]]:
    return [{"name": one.name, "center_wavelength": one.wavelength, "fwhm": one.width,
             **({"common_name": one.common_name} if one.common_name else {})} for one in satellite.bands]


@lru_cache(maxsize=20_000)
def placement(scene: Scene) -> tuple[int, tuple[int, int], tuple[float, ...]]:
    """EPSG code, rows and columns, and transform of a scene."""
    west, south, east, north = scene.box
    epsg = zone((west + east) / 2, (south + north) / 2)
    points = [to_zone(epsg).TransformPoint(x, y)[:2] for x, y in scene.ring[:4]]
    gsd = scene.of.gsd
    left, top = min(one[0] for one in points) // gsd * gsd, max(one[1] for one in points) // gsd * gsd + gsd
    width = int((max(one[0] for one in points) - left) // gsd) + 1
    height = int((top - min(one[1] for one in points)) // gsd) + 1
    return epsg, (height, width), (gsd, 0, left, 0, -gsd, top)


def taken(scene: Scene) -> str:
    """When a scene was taken, as its item tells it."""
    return scene.moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def properties(scene: Scene, catalog: bool = False) -> dict[str, Any]:
    """What can be asked about a scene. Catalog entries keep ``proj:epsg`` where archive items have ``proj:code``
    (section 3.7)."""
    epsg, shape, transform = placement(scene)
    west, south, east, north = scene.box
    own = COLLECTIONS[scene.collection].own
    found: dict[str, Any] = {
        "datetime": taken(scene), "created": f"{scene.created}T09:00:00Z",
        "updated": f"{scene.created}T09:00:00Z", "platform": scene.of.code,
        "constellation": "TD" if own else "sentinel-2", "instruments": ["VNIR" if own else "MSI"],
        "gsd": scene.of.gsd, "eo:cloud_cover": scene.cloud_cover, "proj:shape": list(shape),
        "proj:transform": list(transform), "rd:product_level": COLLECTIONS[scene.collection].level,
        "view:off_nadir": scene.off_nadir, "view:sun_azimuth": round(120 + 60 * scene.chance(3), 1),
        "view:sun_elevation": round(30 + 40 * scene.chance(4), 1),
        "view:scene_center_lon": round((west + east) / 2, 6), "view:scene_center_lat": round((south + north) / 2, 6)}
    if catalog:
        found.update({"proj:epsg": epsg, "sat:orbit_state": "descending", "sat:relative_orbit": scene.column % 12 + 1})
    else:
        found["proj:code"] = f"EPSG:{epsg}"
    return found


def item(world: World, scene: Scene, host: str, catalog: bool = False) -> dict[str, Any]:
    """A scene as a STAC item; ``bbox`` is text in the archive and numbers in the catalog (section 7.4)."""
    satellite = scene.of
    return {
        "id": scene.id, "type": "Feature", "collection": scene.collection, "stac_version": VERSION,
        "stac_extensions": EXTENSIONS, "bbox": [one if catalog else str(one) for one in scene.box],
        "geometry": {"type": "Polygon", "coordinates": [scene.ring]}, "properties": properties(scene, catalog),
        "assets": {
            "image": {"href": address(world, host, scene.id, "image.tif"), "type": "image/tiff", "title": "All bands",
                      "roles": ["data"], "eo:bands": _bands(satellite),
                      "raster:bands": [{"nodata": 0, "offset": 0, "scale": satellite.scale,
                                        "spatial_resolution": satellite.gsd}]},
            "thumbnail": {"href": address(world, host, scene.id, "thumbnail.jpg"), "type": "image/jpeg",
                          "title": "Quick look", "roles": ["thumbnail"]}},
        "links": [{"rel": "self", "type": "application/geo+json",
                   "href": f"{STAC}/collections/{scene.collection}/items/{scene.id}"}]}


def collection(world: World, one: Collection) -> dict[str, Any]:
    """A collection."""
    start = f"{FIRST_DAY}T00:00:00Z"
    return {"id": one.id, "type": "Collection", "title": one.title, "description": one.description,
            "license": "proprietary", "stac_version": VERSION, "stac_extensions": [], "summaries": {},
            "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[start, None]]}},
            "providers": [{"name": "Pixxel", "description": "Operator", "roles": ["producer"],
                           "url": "https://www.pixxel.space"}],
            "links": [], "created_at": start, "updated_at": start}
