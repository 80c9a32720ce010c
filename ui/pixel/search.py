"""How Pixel's rasters and images are looked for, and the algorithm that lists what a search finds."""

from __future__ import annotations

import json
from typing import Any

from ...core.translation import tr
from ...providers.search import Query
from ..search.filters import PlatformFilter

ON, IMAGES, RASTERS = "on", "images", "rasters"

FILTERS = (
    PlatformFilter(
        ON,
        lambda: tr("Pixel: look for"),
        lambda: tr("Rasters or images. “Search” among the algorithms finds projects and others, too."),
        values=(("", lambda: tr("Rasters")), (IMAGES, lambda: tr("Images"))),
    ),
)

#: The algorithm that lists what a query finds, as a layer.
LISTS = "pixel_search"


def listing(query: Query, area: str) -> dict[str, Any] | None:
    """Its parameters for a query, without the connection; None with a limit of clouds, which it does not know, and with
    a comma in the tag, where it would begin another one. ``area``: as WKT in EPSG:4326, empty for none."""
    if query.max_cloud is not None or "," in query.tag:
        return None
    tests = [
        {operator: [{"var": "capture_date"}, moment]}
        for operator, moment in ((">=", query.captured_after), ("<=", query.captured_before)) if moment
    ]
    parameters: dict[str, Any] = {
        "ON": query.further.get(ON) or RASTERS,
        "TEXT": query.text,
        "TAGS": query.tag,
        "AREA_TEXT": f"CRS=EPSG:4326;{area}" if area else "",
        "FILTER": json.dumps(tests[0] if len(tests) == 1 else {"and": tests}) if tests else "",
    }
    return {name: value for name, value in parameters.items() if value}
