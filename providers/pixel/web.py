"""Pages of the web application that people look at (notes, section 1)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

VENDOR = "geodatapixel.no"


def tenant_page(root: str, tenant: str) -> str:
    """The tenant's page; addresses of single objects are not documented. Empty where the API is not the vendor's."""
    host = urlsplit(root).hostname or ""
    return f"https://{VENDOR}/{quote(tenant.lower(), safe='')}" if host.endswith("." + VENDOR) else ""
