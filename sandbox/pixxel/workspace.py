"""What a fresh workspace holds beside projects: preset indices, and the workflows that were made in the console."""

from __future__ import annotations

import uuid

from .records import Index
from .satellites import SATELLITES, Satellite
from .work.arithmetic import bands_of
from .world import World

NAMES = uuid.UUID("0c0f3b52-6a5e-4f0a-9a6b-0c7a2f6b1d10")
LONG_AGO = 1.7e9


def own_id(name: str) -> str:
    """An identifier that is the same in every sandbox."""
    return str(uuid.uuid5(NAMES, name))


def fill(world: World) -> None:
    """Fill it."""
    for satellite in SATELLITES.values():
        for one in presets(satellite):
            world.state.indices[one.id] = one


def presets(satellite: Satellite) -> list[Index]:
    """The indices that every workspace has."""
    if satellite.code == "S2":
        red, edge, near, green = "B04", "B05", "B08", "B03"
    else:
        red, edge, near, green = "B015", "B018", "B027", "B008"
    full = satellite.full_scale
    rows = (
        ("NDVI", "Vigour of vegetation", f"({near}-{red})/({near}+{red})", "index", "rdylgn", [-1, 1]),
        ("NDWI", "Open water", f"({green}-{near})/({green}+{near})", "index", "blues", [-1, 1]),
        ("NDRE", "Chlorophyll by the red edge", f"({near}-{edge})/({near}+{edge})", "index", "viridis", [-1, 1]),
        ("True colour", "As seen from above", ",".join(satellite.rgb), "composite", "greys", [0, round(0.35 * full)]),
        ("Near infrared", "Brightness in the near infrared", near, "grayscale", "greys", [0, round(0.6 * full)]))
    return [Index(own_id(f"{satellite.code} {name}"), name, words, expression, kind, colours, list(scale), satellite.id,
                  bands_of(expression), "preset", LONG_AGO)
            for name, words, expression, kind, colours, scale in rows]
