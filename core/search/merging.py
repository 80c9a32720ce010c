"""What many connections found, as one list of rows with the same columns whatever the platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..layers.time import moment
from ..platforms import PLATFORMS
from .everywhere import Outcome
from .lane import Found

#: Name and kind of each column. ``connection`` is what the parameter CONNECTION takes, empty for the environment;
#: ``cloud_cover`` and ``covered``, how much of the area an image covers, are percent; ``quick_look`` is a file.
COLUMNS = (
    ("platform", "text"), ("connection", "text"), ("kind", "text"), ("id", "text"), ("name", "text"),
    ("datetime", "moment"), ("cloud_cover", "real"), ("covered", "real"), ("tag", "text"), ("state", "text"),
    ("quick_look", "text"),
)


def merged(outcomes: Iterable[Outcome]) -> Iterator[tuple[Outcome, Found]]:
    """All that was found, in the order of the connections. What two connections to the same place both found is given
    once, for the first of them."""
    seen = set()
    for outcome in outcomes:
        for found in outcome.found:
            key = (outcome.addressee.home, found.hit.entry.kind, found.hit.entry.id)
            if key not in seen:
                seen.add(key)
                yield outcome, found


def row(found: Found, quick_look: str = "") -> Mapping[str, Any]:
    """The columns of one image; what is not known is None."""
    hit = found.hit
    return {
        "platform": PLATFORMS[found.platform].title,
        "connection": found.connection,
        "kind": hit.entry.kind,
        "id": hit.entry.id,
        "name": hit.entry.name or hit.entry.id,
        "datetime": moment(hit.captured),
        "cloud_cover": None if hit.cloud is None else float(hit.cloud),
        "covered": None if found.covered is None else round(100 * found.covered, 2),
        "tag": hit.tag or None,
        "state": hit.entry.state or None,
        "quick_look": quick_look or None,
    }
