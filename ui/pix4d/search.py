"""PIX4D's processed projects are looked for without filters of their own."""

from __future__ import annotations

from ..search.filters import PlatformFilter

FILTERS: tuple[PlatformFilter, ...] = ()

#: No algorithm of the platform lists projects with their footprints: the search of all platforms does.
LISTS = ""
