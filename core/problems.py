"""A failure that is already a sentence for the user."""

from __future__ import annotations


class Problem(Exception):
    """Says in one or two translated sentences what is wrong and what to do next. Holds no secret."""


class NotBegun(Problem):
    """What was asked for was refused before its first step, as what is not confirmed is. No job is kept of it."""
