"""Entries of the catalog as they are now, in the words of requests: what fills a form, and what of a form is new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputProblem
from .properties import AS_ASKED, RULES, Rule, value_of

STORED = {"resolution_unit": {"m": "meters"}, "type": {"classification": "class"}}
"""Words that stored documents have for those of requests (notes, section 6)."""
EMPTY: dict[str, Any] = {
    "text": "", "texts": [], "access": [], "places": [], "numbers": [], "integers": [], "colors": [], "object": {}}
"""What a property is emptied with, by its kind; dates, choices and other numbers cannot be (by the contract)."""
NULL = {"band": ("nodata", "wavelength_unit")}
"""Those that may be null."""
KEPT = {"product": ("title", "description"), "image": ("files",)}
"""Those without which there is no product, and what says which files an image has."""
DECIMALS = 12
"""Of the numbers in forms: eight significant digits of a pixel in degrees, and no false ones of a wavelength."""
SECONDS = len("2021-06-14T10:00:00")


def as_asked(kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer tells, as a request would say it; what a request cannot say is left out."""
    asked: dict[str, Any] = {}
    for name, rule in RULES[kind].items():
        told = next((one for one, other in AS_ASKED.items() if other == name), name)
        value = found.get(told) if told in found else found.get(name)
        value = STORED.get(name, {}).get(value, value) if isinstance(value, str) else value
        if value in (None, "", [], {}):
            continue
        try:
            asked[name] = value_of(rule, name, value)
        except InputProblem:
            continue
    return asked


def exact(kind: str, details: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with the catalog's own value where a form could only show it with less precision."""
    known = as_asked(kind, found)
    return {name: known[name] if name in known and _shown_as(RULES[kind].get(name), known[name], value) else value
            for name, value in details.items()}


def new(kind: str, details: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What of it is not so already."""
    known = {**found, **as_asked(kind, found)}
    return {name: value for name, value in exact(kind, details, found).items() if known.get(name) != value}


def can_be_empty(kind: str) -> list[str]:
    """The properties that a change can empty."""
    kept, null = KEPT.get(kind, ()), NULL.get(kind, ())
    return [name for name, rule in RULES[kind].items()
            if name in null or (rule.kind in EMPTY and not rule.count and name not in kept)]


def empty(kind: str, name: str) -> Any:
    """What a property is emptied with. Raises :class:`InputProblem` for one that cannot be."""
    if name not in can_be_empty(kind):
        raise InputProblem("wrong_property", property="EMPTY", given=name, allowed=", ".join(can_be_empty(kind)))
    return None if name in NULL.get(kind, ()) else EMPTY[RULES[kind][name].kind]


def _shown_as(rule: Rule | None, known: Any, given: Any) -> bool:
    """Whether a form that shows ``known`` gives ``given``."""
    kind = "" if rule is None else rule.kind
    if kind == "moment" and isinstance(given, str):
        return str(known)[:SECONDS] == given[:SECONDS]
    if kind == "number" and isinstance(known, (int, float)):
        return bool(round(known, DECIMALS) == given)
    return False
