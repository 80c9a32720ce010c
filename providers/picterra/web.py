"""Pages of the web application (section 9.14: seen in the vendor's plugin, not verified)."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def detector_page(root: str, detector_id: str) -> str:
    """Where a detector is annotated and its recommendation shows. ``root`` is the API root of the connection."""
    return f"{_server(root)}modes/training/detectors/{quote(detector_id, safe='')}"


def folder_page(root: str, folder_id: str) -> str:
    """Where a folder's rasters are."""
    return f"{_server(root)}modes/detection/projects/{quote(folder_id, safe='')}"


def raster_page(root: str, folder_id: str, raster_id: str) -> str:
    """Where a raster's vector layers are."""
    return f"{folder_page(root, folder_id)}/raster/{quote(raster_id, safe='')}/vectors"


def _server(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}/"
