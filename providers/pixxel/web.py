"""Pages of the web application that people look at. No address of a single thing is documented."""

from __future__ import annotations

from urllib.parse import urlsplit

VENDOR = "pixxel.space"
CONSOLE = "https://aurora.pixxel.space/"


def console_page(root: str) -> str:
    """The vendor's console. Empty where the API is not the vendor's."""
    host = urlsplit(root).hostname or ""
    return CONSOLE if host.endswith("." + VENDOR) else ""
