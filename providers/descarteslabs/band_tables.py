"""The bands of a product as they are given together: a list of objects of JSON, each with its name and properties."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputProblem
from . import properties


@dataclass(frozen=True)
class Finding:
    """What is wrong with one band: ``place`` is its place in the list, from 0 on; ``member`` the property, empty where
    it is about several."""

    place: int
    member: str
    problem: InputProblem


def parse(text: str) -> list[dict[str, Any]]:
    """The bands of a text, unchecked; none for an empty one. Raises :class:`InputProblem` (``no_band_list``)."""
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise InputProblem("no_band_list")
    return found


def checked(bands: Sequence[Mapping[str, Any]], types: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The bands as requests hold them. ``types``: the data types of the layer's bands, where they have to fit.

    Raises the first problem of :func:`findings`; :class:`InputProblem` (``no_bands``) where there is none.
    """
    if not bands:
        raise InputProblem("no_bands")
    for one in findings(bands, types):
        raise one.problem
    return [_read(band) for band in bands]


def findings(bands: Sequence[Mapping[str, Any]], types: Sequence[str] = ()) -> list[Finding]:
    """What is wrong, band by band: types and ranges of single properties, what does not go together, names that come
    twice, and what the layer does not have (ASSUMED D24)."""
    found: list[Finding] = []
    names: set[str] = set()
    for place, band in enumerate(bands):
        found += _of_band(place, band, types)
        name = str(band.get("name") or "")
        if name and name in names:
            found.append(Finding(place, "name", InputProblem("same_band_name", name=name)))
        names.add(name)
    return found


def value_of(member: str, given: Any) -> Any:
    """One property as requests hold it. Raises :class:`InputProblem`."""
    if member == "name":
        properties.check_id(str(given))
        return str(given)
    if member not in properties.BAND:
        raise InputProblem("unknown_band_property", property=member)
    return properties.value_of(properties.BAND[member], member, given)


def _of_band(place: int, band: Mapping[str, Any], types: Sequence[str]) -> list[Finding]:
    found = []
    if not str(band.get("name") or "").strip():
        found.append(Finding(place, "name", InputProblem("band_without_name")))
    for member in ("srcband", "dtype", "data_range", "type"):
        if band.get(member) in (None, ""):
            found.append(Finding(place, member, InputProblem("band_lacks", property=member)))
    for member, given in band.items():
        if given in (None, ""):
            continue
        try:
            value_of(member, given)
        except InputProblem as error:
            found.append(Finding(place, member, error))
    if found:
        return found
    read = _read(band)
    try:
        properties.check("band", read)
    except InputProblem as error:
        return [Finding(place, str(error.facts.get("property") or ""), error)]
    return _against(place, read, types)


def _against(place: int, band: Mapping[str, Any], types: Sequence[str]) -> list[Finding]:
    """What the layer does not have. Of several files in one image only the first is the layer."""
    if not types or band.get("srcfile"):
        return []
    number = int(band["srcband"])
    if number > len(types):
        return [Finding(place, "srcband", InputProblem("no_such_band", number=str(number), count=str(len(types))))]
    there = types[number - 1]
    if there != band["dtype"]:
        return [Finding(place, "dtype", InputProblem("other_data_type", number=str(number), dtype=there))]
    return []


def _read(band: Mapping[str, Any]) -> dict[str, Any]:
    return {member: value_of(member, given) for member, given in band.items() if given not in (None, "")}
