"""Blocks by name and version, and what they take (notes, sections 15 and 16)."""

from __future__ import annotations

from ...errors import InputProblem
from ..client import PixxelClient
from ..work_records import DataType


def block_of(text: str) -> tuple[str, str]:
    """Name and version of ``kmeans/1.0.2``. Raises :class:`InputProblem` (``not_a_block``)."""
    name, _, version = text.partition("/")
    if not name.strip() or not version.strip():
        raise InputProblem("not_a_block", text=text)
    return name.strip(), version.strip()


def inputs_of(api: PixxelClient, block: str) -> dict[str, DataType]:
    """The inputs of a block, which is given as for :func:`block_of`, by their names; without values."""
    found = api.blocks.version(*block_of(block))
    return {str(one.get("name")): one for one in (found.get("spec") or {}).get("inputs") or ()}
