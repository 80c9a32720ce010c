"""A raster as map tiles (section 9.13): the template of their addresses, which is itself the secret."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ...capabilities import Tiles
from ...errors import InputProblem, Kind, ServerFault
from ..records import Raster

LEVELS = range(31)
#: Where Web Mercator ends, in degrees.
NORTHMOST = 85.06


def tiles_of(raster: Raster, raster_id: str) -> Tiles:
    """What the platform offers. Rows are counted from the south, in both known forms of the address.

    Raises :class:`InputProblem` when it offers none (yet), :class:`ServerFault` for an address that is no template.
    """
    template = raster.get("tms_url")
    if not template:
        problem = "no_tiles_yet" if raster.get("status") == "processing" else "no_tiles"
        raise InputProblem(problem, name=raster.get("name") or raster_id)
    return Tiles(_checked(template), _zoom(raster), _extent(raster), from_south=True)


def _checked(template: str) -> str:
    """The template, when tiles can be asked for by it."""
    parts = urlsplit(template) if isinstance(template, str) else urlsplit("")
    wanted = all(place in template for place in ("{z}", "{x}")) and re.search(r"\{-?y\}", template)
    if parts.scheme not in ("http", "https") or not parts.hostname or not wanted:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "unusable_address"})
    return template


def _zoom(raster: Raster) -> tuple[int, int] | None:
    lowest, highest = raster.get("tiles_min_zoom"), raster.get("tiles_max_zoom")
    if not isinstance(lowest, int) or not isinstance(highest, int) or lowest > highest:
        return None
    return (lowest, highest) if lowest in LEVELS and highest in LEVELS else None


def _extent(raster: Raster) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the footprint in degrees. None where it is not told, or lies on longitude 180."""
    footprint = raster.get("footprint")
    places = list(_places(footprint.get("coordinates"))) if isinstance(footprint, dict) else []
    if not places:
        return None
    west, east = min(x for x, _ in places), max(x for x, _ in places)
    south, north = (max(-NORTHMOST, min(NORTHMOST, pick(y for _, y in places))) for pick in (min, max))
    on_map = -180 <= west < east <= 180 and south < north
    return (west, south, east, north) if on_map and east - west <= 180 else None


def _places(coordinates: object) -> Iterator[tuple[float, float]]:
    """The corners in nested coordinates; what is no number is left out."""
    if not isinstance(coordinates, list):
        return
    numbers = [float(one) for one in coordinates[:2] if isinstance(one, (int, float)) and not isinstance(one, bool)]
    if len(numbers) == 2:
        yield numbers[0], numbers[1]
        return
    for one in coordinates:
        yield from _places(one)
