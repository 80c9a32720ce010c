"""How the imagery of a scene is made (:mod:`.work.cube`), for the catalog, areas of interest and workflows."""

from __future__ import annotations

import json

from .records import Entry, Json
from .satellites import BANDSETS, SATELLITES, Band
from .scenes import Scene
from .work.cube import Recipe
from .work.product import Product
from .world import World


def recipe_of(world: World, scene: Scene, areas: list[Json], bands: tuple[Band, ...] | None = None,
              resolution: float | None = None) -> Recipe:
    """How to make the imagery of a scene in what the areas share."""
    satellite = SATELLITES[scene.satellite]
    return Recipe(tuple(json.dumps(one) for one in areas), resolution or float(satellite.gsd),
                  tuple((one.name, one.wavelength, one.width) for one in bands or satellite.bands),
                  scene.day.toordinal(), satellite.full_scale, "L1C" if scene.collection.endswith("l1c") else "L2A",
                  scene.cloud_cover, world.settings.pixxel_most_pixels,
                  {"item": scene.id, "TIFFTAG_DATETIME": scene.moment.strftime("%Y:%m:%d %H:%M:%S")})


def product_of(world: World, entry: Entry, details: Json) -> Product:
    """What a catalog entry is delivered as."""
    return Product(entry.scene.id, recipe_of(world, entry.scene, [entry.area], BANDSETS[entry.bandset].bands), details)
