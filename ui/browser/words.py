"""Texts of the Browser's items. Names from a platform are data: they are never read as markup."""

from __future__ import annotations

import html

from ...core import connections, messages
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..nodes.description import Fact, Place

LONGEST = 70


def connections_shown() -> list[tuple[str, str]]:
    """Platform and name of the saved connections, and those of which the environment holds all."""
    return [(one.platform, one.name) for one in connections.available() if one.platform in PLATFORMS]


def environment(platform: str) -> str:
    """The connection without a name."""
    return tr("{platform} (from the environment)").format(platform=PLATFORMS[platform].title)


def name_of(place: Place) -> str:
    """One line, with the state where it is worth a word."""
    entry, kind = place.entry, place.kind
    name = messages.clean(place.name)
    state = kind.state(entry) if entry.state and entry.state not in kind.usual else ""
    return f"{name} ({state})" if state else name


def shortened(sentence: str) -> str:
    """What fits a row; the whole is in its tool tip."""
    return sentence if len(sentence) <= LONGEST else sentence[: LONGEST - 1].rstrip() + "…"


def plain_tip(text: str) -> str:
    """A tool tip whose lines are shown as they are."""
    return "<p>" + "<br>".join(html.escape(line) for line in text.splitlines()) + "</p>"


def tip(place: Place) -> str:
    """Name, kind and state, what is known, and the id."""
    entry, kind = place.entry, place.kind
    lines = [messages.clean(place.name)]
    if not kind.group:
        state = kind.state(entry)
        lines.append(f"{kind.title()}, {state}" if state else kind.title())
    for fact in kind.facts:
        value = entry.details.get(fact.member, "")
        if value:
            lines.append(f"{fact.title()}: {_shown(fact, value)}")
    return plain_tip("\n".join(lines))


def _shown(fact: Fact, value: str) -> str:
    return "\n".join(messages.clean(line) for line in fact.told(value).splitlines())
