"""Windows of the desk that a platform's entries can be opened in, beside the algorithms of their menu.

A service adds its own at start and takes them back; ``menus.fill`` offers those that fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QMimeData

    from .nodes.description import Place


@dataclass(frozen=True)
class EntryWindow:
    """``fits`` tells whether it is offered for these entries of one connection and kind; ``open`` opens it.

    ``instead_of`` names algorithms that are not offered beside it: the window runs them. ``drop`` takes what is dropped
    onto such an entry, and says whether it did.
    """

    name: str
    title: Callable[[], str]
    tip: Callable[[], str]
    icon: str
    fits: Callable[[Sequence[Place]], bool]
    open: Callable[[Sequence[Place]], None]
    instead_of: tuple[str, ...] = ()
    drop: Callable[[Place, QMimeData], bool] | None = None


_windows: list[EntryWindow] = []


def add(window: EntryWindow) -> None:
    """Offer it from now on."""
    _windows.append(window)


def remove(window: EntryWindow) -> None:
    """Offer it no more."""
    _windows.remove(window)


def fitting(places: Sequence[Place]) -> list[EntryWindow]:
    """Those for these entries."""
    return [one for one in _windows if one.fits(places)]
