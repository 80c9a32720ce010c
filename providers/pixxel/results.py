"""What insights and tasks of jobs say beside their rasters: values, notes and logs (notes, sections 15 to 17)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

RASTER = "raster"


def values_of(parts: object) -> dict[str, str]:
    """The results that are no raster, by their names; ``value`` is always text. ``parts`` are data types, as a list or,
    where the server sends it so (section 3.6), as the text of one."""
    return {str(one.get("name") or ""): str(one["value"]) for one in _plain(parts)}


def described(parts: object) -> list[str]:
    """The same for people: a line for each, with the block's description of it where there is one."""
    return [f"{one.get('description') or one.get('name') or ''}: {one['value']}" for one in _plain(parts)]


def rasters_of(parts: object) -> dict[str, str]:
    """The addresses of the results that are rasters, by their names. Whoever has one may be able to read the raster, so
    none is shown or kept."""
    return {str(one.get("name") or ""): str(one["value"]) for one in _valued(parts) if one.get("format") == RASTER}


def numbers_of(values: Mapping[str, str]) -> dict[str, float | str]:
    """Values as numbers, those that are some."""
    return {name: _number(value) for name, value in values.items()}


def logs_of(logs: object) -> list[str]:
    """The lines of ``info_logs``, whose shape no source tells: texts, or objects of plain members."""
    found = _parsed(logs)
    if isinstance(found, str):
        return found.splitlines()
    lines = [_line(one) for one in (found if isinstance(found, list) else [found])]
    return [one for one in lines if one]


def notes_of(disclaimer: object) -> list[str]:
    """What the platform wants to be known with a result."""
    listed = [disclaimer] if isinstance(disclaimer, str) else disclaimer
    return [str(one) for one in listed if str(one or "").strip()] if isinstance(listed, list) else []


def _plain(parts: object) -> list[Mapping[str, Any]]:
    return [one for one in _valued(parts) if one.get("format") != RASTER]


def _valued(parts: object) -> list[Mapping[str, Any]]:
    found = _parsed(parts)
    listed = found if isinstance(found, list) else ()
    return [one for one in listed if isinstance(one, Mapping) and _shown(one.get("value"))]


def _shown(value: object) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and str(value) != ""


def _parsed(found: object) -> object:
    if isinstance(found, str) and found.lstrip()[:1] in ("[", "{"):
        try:
            return json.loads(found)
        except ValueError:
            return found
    return found


def _line(one: object) -> str:
    if isinstance(one, Mapping):
        return " ".join(str(value) for value in one.values() if _shown(value))
    return str(one) if _shown(one) else ""


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
