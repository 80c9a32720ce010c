"""The filter language of the search (notes, section 11), as JSON text::

    {"and": [{"==": [{"var": "project_name"}, "Ring road bridges"]}, {"in": [{"var": "tags"}, ["crack", "rust"]]}]}

A filter is a comparison, or several filters under ``and`` or ``or``. There is no ``not``: each operator has its
negation. :func:`parse` gives it as ``POST /search/`` takes it; :func:`unknown_fields` compares it with ``searchInfo``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from typing import Any

from ..errors import InputProblem

GROUPS = ("and", "or")
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
PATTERNS = ("~", "!~")
MEMBERSHIPS = ("contains", "!contains")
LISTS = ("in", "!in")
OPERATORS = (*COMPARISONS, *PATTERNS, *MEMBERSHIPS, *LISTS)
METADATA = "json_metadata"
DEEPEST = 20
Filter = dict[str, Any]


def parse(text: str) -> Filter | None:
    """The filter of a text, looked at to its last value; None for an empty text. Raises :class:`InputProblem`."""
    if not text.strip():
        return None
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        raise InputProblem("pixel_filter_json") from None
    return checked(given)


def dump(given: Filter | None) -> str:
    """The text of a filter; empty for none."""
    return "" if given is None else json.dumps(given, ensure_ascii=False)


def checked(given: Any, depth: int = 0) -> Filter:
    """The filter itself. Raises :class:`InputProblem` where the platform's grammar does not know what stands there."""
    if depth > DEEPEST:
        raise InputProblem("pixel_filter_deep", most=str(DEEPEST))
    if not isinstance(given, dict) or len(given) != 1:
        raise InputProblem("pixel_filter_shape", found=_short(given))
    ((operator, inside),) = given.items()
    if operator in GROUPS:
        if not isinstance(inside, list) or not inside:
            raise InputProblem("pixel_filter_group", operator=operator)
        return {operator: [checked(one, depth + 1) for one in inside]}
    if operator not in OPERATORS:
        raise InputProblem("pixel_filter_operator", operator=_short(operator), allowed=" ".join(OPERATORS))
    if not isinstance(inside, list) or len(inside) != 2 or not _is_field(inside[0]):
        raise InputProblem("pixel_filter_comparison", operator=operator, found=_short(inside))
    _look_at_value(operator, inside[0]["var"], inside[1])
    return {operator: inside}


def fields_of(given: Filter | None) -> Iterator[str]:
    """The fields that are compared, as often as they are."""
    for operator, inside in (given or {}).items():
        if operator in GROUPS:
            for one in inside:
                yield from fields_of(one)
        else:
            yield str(inside[0]["var"])


def unknown_fields(given: Filter | None, filterable: Collection[str]) -> list[str]:
    """The fields that cannot be filtered by, each once: ``filterable`` is that of ``searchInfo``. With
    ``json_metadata`` in it all of its keys can be; a key that no object has yet is not listed there."""
    found = dict.fromkeys(fields_of(given))
    free = METADATA in filterable
    return [one for one in found if one not in filterable and not (free and one.startswith(f"{METADATA}."))]


def check_fields(given: Filter | None, filterable: Collection[str], on: str) -> None:
    """Raise :class:`InputProblem` when the filter names fields that ``on`` cannot be filtered by."""
    unknown = unknown_fields(given, filterable)
    if unknown:
        raise InputProblem(
            "pixel_filter_fields", fields=", ".join(unknown), on=on, allowed=", ".join(sorted(filterable))
        )


def _look_at_value(operator: str, field: str, value: Any) -> None:
    if operator in LISTS:
        fine = isinstance(value, list) and bool(value) and all(one is None or _is_plain(one) for one in value)
        problem = "pixel_filter_list"
    elif operator in PATTERNS:
        fine, problem = isinstance(value, str), "pixel_filter_pattern"
    elif operator in ("==", "!="):
        fine, problem = value is None or _is_plain(value), "pixel_filter_value"
    else:
        fine, problem = _is_plain(value), "pixel_filter_value"
    if not fine:
        raise InputProblem(problem, field=field, operator=operator, found=_short(value))


def _is_field(given: Any) -> bool:
    return isinstance(given, dict) and list(given) == ["var"] and isinstance(given["var"], str) and bool(given["var"])


def _is_plain(value: Any) -> bool:
    """A text or a finite number; what is true or false is no value of the grammar."""
    if isinstance(value, bool):
        return False
    return isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:59]}…"
