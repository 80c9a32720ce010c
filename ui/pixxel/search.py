"""Where Pixxel's imagery is looked for, and the algorithms that list what a search finds."""

from __future__ import annotations

from typing import Any

from ...core.layers.time import local_moment
from ...core.translation import tr
from ...providers.search import Query
from ..search.filters import PlatformFilter

ON, CATALOG, SCENES, SATELLITE = "on", "catalog", "scenes", "satellite"


def _satellites() -> Any:
    from ...algorithms.pixxel import listers

    return listers.satellites


FILTERS = (
    PlatformFilter(
        ON,
        lambda: tr("Pixxel: look in"),
        lambda: tr("The archive of the platform's own imagery, what was delivered to you, or all satellites."),
        values=(
            ("", lambda: tr("Archive")),
            (CATALOG, lambda: tr("Catalog")),
            (SCENES, lambda: tr("All satellites")),
        ),
    ),
    PlatformFilter(
        SATELLITE,
        lambda: tr("Pixxel: satellite"),
        lambda: tr("Only scenes of this satellite. It says nothing where the catalog is looked through."),
        lister=_satellites,
    ),
)

#: The algorithm that lists what a query finds, as a layer.
LISTS = "pixxel_searcharchive"


def listing(query: Query, area: str) -> dict[str, Any] | None:
    """Its parameters for a query, without the connection; None for what it does not find or narrow: the catalog, other
    satellites, names and tags. ``area``: as WKT in EPSG:4326, empty for none."""
    if any(query.further.values()) or query.text or query.tag:
        return None
    parameters: dict[str, Any] = {
        "START": local_moment(query.captured_after),
        "END": local_moment(query.captured_before),
        "AREA_TEXT": f"CRS=EPSG:4326;{area}" if area else "",
    }
    found = {name: value for name, value in parameters.items() if value}
    return found if query.max_cloud is None else {**found, "CLOUD": query.max_cloud}
