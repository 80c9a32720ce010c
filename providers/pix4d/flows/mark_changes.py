"""Marks brought to where the user put them: new ones registered, others moved or taken away (notes, section 13.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from ...work import Work
from ..client import Pix4dClient
from ..project_records import Mark
from .control_points import SAME, delete_marks, register_marks

Pair = tuple[str, str]
"""The name of a point, and the storage key of a photo."""
Place = tuple[float, float]
"""Pixels from the top left corner, to the right and down."""


@dataclass(frozen=True)
class Changed:
    """How many marks."""

    added: int
    moved: int
    removed: int


def change_marks(
    api: Pix4dClient, project_id: str, placed: Mapping[Pair, Place], removed: Set[Pair], work: Work
) -> Changed:
    """Have the marks of ``placed`` where they are given, and none of ``removed``; others are left alone.

    New ones are registered first, all or none, so that a refusal (:class:`RowsRefused`) changes nothing. Done again, it
    goes on where it was: what is there already is not sent.
    """
    api = api.during(work)
    there = {(str(one["gcp"]), str(one["photo"])): one for one in api.marks.list(project_id)
             if one.get("gcp") and one.get("photo")}
    new = [{"gcp": pair[0], "photo": pair[1], "x": x, "y": y} for pair, (x, y) in placed.items() if pair not in there]
    moves = [(str(there[pair]["id"]), place) for pair, place in placed.items()
             if pair in there and not _is_at(there[pair], place)]
    gone = [str(there[pair]["id"]) for pair in sorted(removed) if pair in there]
    added = len(register_marks(api, project_id, new, work)) if new else 0
    _move(api, project_id, moves, work)
    if gone:
        delete_marks(api, project_id, gone, work)
    return Changed(added, len(moves), len(gone))


def _is_at(mark: Mark, place: Place) -> bool:
    x, y = mark.get("x"), mark.get("y")
    return x is not None and y is not None and abs(x - place[0]) <= SAME and abs(y - place[1]) <= SAME


def _move(api: Pix4dClient, project_id: str, moves: Sequence[tuple[str, Place]], work: Work) -> None:
    for number, (identity, (x, y)) in enumerate(moves):
        work.check_cancelled()
        api.marks.move(project_id, identity, x, y)
        work.progress((number + 1) / len(moves), "working")
