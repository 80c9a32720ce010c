"""What a fresh workspace holds beside projects: preset indices, and the workflows that were made in the console."""

from __future__ import annotations

import json
import uuid

from .records import Index, Json, Workflow
from .satellites import SATELLITES, Satellite
from .state import CROPS, USER, WATER
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
    for flow in workflows():
        world.state.workflows[flow.id] = flow


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


PLOT: Json = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.65, 14.42], [75.65, 14.45], [75.61, 14.45],
                                                  [75.61, 14.42]]]}
SCENE = "TD2_000812_20240117_L2A_20240402_01002031"


def component(name: str, block: str, **inputs: str) -> Json:
    """A block in a graph, with the inputs that do not come from another one."""
    return {"name": name, "block": {"name": block, "version": "1.0.0"},
            "inputs": [{"name": one, "value": value} for one, value in inputs.items()]}


def workflows() -> list[Workflow]:
    """The graphs: two that run, and one that cannot."""
    scene = component("scene", "scene", item_id=SCENE, geometry=json.dumps(PLOT))
    vigour = component("vigour", "index-threshold", expression="(B027-B015)/(B027+B015)", threshold="0.5")
    zones = component("zones", "kmeans", classes="4")
    water = component("water", "index-threshold", expression="(B008-B027)/(B008+B027)", threshold="0")
    to_vigour, to_zones, to_water = ({"from": "scene.image", "to": f"{one}.input_image"}
                                     for one in ("vigour", "zones", "water"))
    broken = {"from": "vigour.mask_image", "to": "zones.input_image", "err": "missing input", "reason":
              "input_image of vigour is not connected", "component_name": "vigour"}
    rows: tuple[tuple[str, str, str, Json, list[Json]], ...] = (
        (CROPS, "Crop vigour", "Where crops grow well, and zones of similar fields",
         {"components": [scene, vigour, zones], "connections": [to_vigour, to_zones]}, []),
        (CROPS, "Half a graph", "Not finished in the console yet",
         {"components": [vigour, zones], "connections": []}, [broken]),
        (WATER, "Open water", "Lakes of one scene", {"components": [scene, water], "connections": [to_water]}, []))
    return [Workflow(own_id(f"workflow {name}"), project, name, words, spec, USER, LONG_AGO, list(errors))
            for project, name, words, spec, errors in rows]
