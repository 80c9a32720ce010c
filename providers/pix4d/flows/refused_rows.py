"""A bulk registration that was refused, traced back to the rows that it was refused for (notes, section 13)."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InputProblem, Refused
from ...http.failures import scrub, words_of

Row = Mapping[str, object]


@dataclass(frozen=True)
class RefusedRow:
    """``index`` counts what was given from 0. ``problem``: ``name_taken``, ``photo_unknown``, ``point_unknown``,
    ``mark_there`` or ``refused``, of which the platform says ``words``."""

    index: int
    problem: str
    words: str = ""


class RowsRefused(InputProblem):
    """Nothing was registered, and these rows are why."""

    def __init__(self, problem: str, rows: Sequence[RefusedRow], words: str = "", **facts: str) -> None:
        super().__init__(problem, **facts)
        self.rows = list(rows)
        self.words = words


def names_taken(points: Sequence[Row], taken: set[str], words: str = "") -> RowsRefused | None:
    """The rows whose names the platform has already, and those that stand twice; None without any."""
    names = [str(one["name"]) for one in points]
    counts = Counter(names)
    rows = [RefusedRow(index, "name_taken", words) for index, name in enumerate(names)
            if name in taken or counts[name] > 1]
    if not rows:
        return None
    shown = ", ".join(dict.fromkeys(names[one.index] for one in rows))
    return RowsRefused("gcp_names_taken", rows, words, names=shown)


def by_index(answer: Any, member: str, rows: Sequence[Row], words: str) -> RowsRefused | None:
    """A refusal whose messages stand in the order of what was sent, ``{"gcps": [{}, {"x": ["..."]}]}``."""
    told = answer.get(member) if isinstance(answer, dict) else None
    if not isinstance(told, list) or len(told) != len(rows) or not all(isinstance(one, dict) for one in told):
        return None
    found = [RefusedRow(index, "refused", scrub(words_of(one))) for index, one in enumerate(told) if one]
    if not found:
        return None
    return RowsRefused("rows_refused", found, words, numbers=", ".join(str(one.index + 1) for one in found))


def refused_marks(error: Refused, marks: Sequence[Row]) -> RowsRefused | None:
    """Which marks a refusal is about; None when it names none of them."""
    answer = error.answer
    if not isinstance(answer, dict):
        return None
    photos, points = _texts(answer.get("photos")), _texts(answer.get("gcps"))
    unknown_photos, unknown_points = set(photos), set(points)
    if photos or points:
        rows = []
        for index, one in enumerate(marks):
            if one["photo"] in unknown_photos:
                rows.append(RefusedRow(index, "photo_unknown", str(one["photo"])))
            elif one["gcp"] in unknown_points:
                rows.append(RefusedRow(index, "point_unknown", str(one["gcp"])))
        if rows:
            return RowsRefused("marks_unknown", rows, photos=_listed(photos), points=_listed(points))
    pairs = pairs_in(str(answer.get("detail") or ""))
    rows = [RefusedRow(index, "mark_there", error.words) for index, one in enumerate(marks)
            if (one["photo"], one["gcp"]) in pairs]
    if rows:
        shown = _listed([f"{marks[one.index]['gcp']} on {marks[one.index]['photo']}" for one in rows])
        return RowsRefused("marks_there", rows, marks=shown)
    return by_index(answer, "marks", marks, error.words)


def pairs_in(detail: str) -> set[tuple[str, str]]:
    """Photo and point of the Python-style list in ``Attempt to create existing mark(s): [['photo', 'point'], ...]``."""
    match = re.search(r"\[\s*\[.*\]\s*\]", detail, re.DOTALL)
    if match is None:
        return set()
    try:
        found = ast.literal_eval(match.group())
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return set()
    return {(one[0], one[1]) for one in found
            if isinstance(one, list) and len(one) == 2 and all(isinstance(part, str) for part in one)}


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(texts) if texts else "–"
