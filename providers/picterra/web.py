"""Pages of the web application (section 9.14: seen in the vendor's plugin, not verified)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from ..capabilities import Entry


def detector_page(root: str, detector_id: str) -> str:
    """Where a detector is annotated and its recommendation shows. ``root`` is the API root of the connection."""
    return f"{_server(root)}modes/training/detectors/{quote(detector_id, safe='')}"


def folder_page(root: str, folder_id: str) -> str:
    """Where a folder's rasters are."""
    return f"{_server(root)}modes/detection/projects/{quote(folder_id, safe='')}"


def raster_page(root: str, folder_id: str, raster_id: str) -> str:
    """Where a raster's vector layers are."""
    return f"{folder_page(root, folder_id)}/raster/{quote(raster_id, safe='')}/vectors"


def page_of(root: str, entry: Entry, above: Sequence[Entry] = ()) -> str:
    """The page of an entry; vector layers and markers are on their raster's. Empty when there is none."""
    way = {one.kind: one for one in (*above, entry)}
    if entry.kind in ("folder", "folder_detectors"):
        return folder_page(root, entry.id)
    if entry.kind == "detector":
        return detector_page(root, entry.id)
    raster = way.get("raster")
    folder_id = "" if raster is None else raster.details.get("folder_id", "")
    if not folder_id and "folder" in way:
        folder_id = way["folder"].id
    return raster_page(root, folder_id, raster.id) if raster is not None and folder_id else ""


def _server(root: str) -> str:
    parts = urlsplit(root)
    return f"{parts.scheme}://{parts.netloc}/"
