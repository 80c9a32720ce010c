"""Sentences that only Picterra's flows need. Templates; facts stand in braces."""

from __future__ import annotations


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {}


def progress() -> dict[str, str]:
    """``work.progress`` message keys to what is happening."""
    return {}
