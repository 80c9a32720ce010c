"""Below which kinds of entries an algorithm of Pixxel changes something: the tree is read anew there."""

from __future__ import annotations

CHANGES: dict[str, tuple[str, ...]] = {}
