"""Where something is: everything of a data collection is found through its project, too (notes, section 18)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Union

from ..errors import InputProblem

Identity = Union[str, int]
"""Identities are whole numbers on the platform, and text everywhere in the plugin."""


@dataclass(frozen=True)
class Place:
    """A data collection, written ``project/collection``: ``10/6``."""

    project: str
    collection: str

    def __str__(self) -> str:
        return f"{self.project}/{self.collection}"

    @property
    def values(self) -> dict[str, Any]:
        """What fills the paths, as keyword arguments."""
        return {"project_id": self.project, "data_collection_id": self.collection}


def place_of(text: str) -> Place:
    """A data collection as it is written. Raises :class:`InputProblem` (``not_a_place``) for anything else."""
    pieces = [piece.strip() for piece in text.split("/")]
    if len(pieces) != 2 or not all(piece.isascii() and piece.isdigit() for piece in pieces):
        raise InputProblem("not_a_place", text=text)
    return Place(pieces[0], pieces[1])


def pair_of(text: str, first: tuple[str, ...]) -> tuple[str, str]:
    """A type and a number as they are written, ``Image/4`` or ``project/10``; ``first`` are the types that there are.

    Raises :class:`InputProblem` (``not_a_pair``) for anything else.
    """
    kind, _, identity = (piece.strip() for piece in text.partition("/"))
    if kind not in first or not (identity.isascii() and identity.isdigit()):
        raise InputProblem("not_a_pair", text=text, allowed=", ".join(f"{one}/4" for one in first))
    return kind, identity


def number(identity: Identity) -> Identity:
    """An identity as bodies hold it: a whole number where it is one."""
    text = str(identity).strip()
    return int(text) if text.isascii() and text.isdigit() else text


def numbers(identities: Iterable[Identity]) -> list[Identity]:
    """Identities as bodies hold them."""
    return [number(one) for one in identities]
