"""In which order the tree shows what a branch holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum

from ...core.translation import tr
from ...providers.capabilities import Entry
from ..nodes.description import kind_of

SortKey = tuple[int, str, str]


class Order(Enum):
    """The orders of the sort menu."""

    PLATFORM = "platform"
    NAME = "name"
    DATE = "date"
    STATE = "state"


def title(order: Order) -> str:
    """What the sort menu calls it."""
    titles: dict[Order, Callable[[], str]] = {
        Order.PLATFORM: lambda: tr("As the platform lists it"),
        Order.NAME: lambda: tr("By name"),
        Order.DATE: lambda: tr("Newest first"),
        Order.STATE: lambda: tr("By state"),
    }
    return titles[order]()


def natural(text: str) -> str:
    """A text whose numbers sort by their value: "raster 9" before "raster 10"."""
    return re.sub(r"\d+", lambda digits: digits[0].zfill(12), text.casefold())


def sort_key(platform_key: str, order: Order, entry: Entry) -> SortKey:
    """By what entries of one branch are sorted; headings stay in front."""
    kind = kind_of(platform_key, entry.kind)
    if kind.group:
        return (0, "", "")
    name = natural(entry.name or entry.id)
    if order is Order.NAME:
        return (1, name, "")
    if order is Order.STATE:
        return (1, kind.state(entry), name)
    date = entry.details.get(kind.date, "") if kind.date else ""
    return (1, "".join(chr(0x10FFFF - ord(letter)) for letter in date) or chr(0x10FFFF), name)
