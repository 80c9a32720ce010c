"""What a fresh workspace holds beside projects: preset indices and the workflows that were made in the console."""

from __future__ import annotations

from .world import World


def fill(world: World) -> None:
    """Fill it."""
