"""Small pictures of images, which the raster service makes (notes, section 12.2)."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ...work import Work
from ..band_looks import coloured, in_file_order, limits
from ..client import CatalogClient
from ..records import RasterRequest
from .pixels import fetch_files

SIDE = 256
"""What the picture fits into, in pixels."""


def image_picture(api: CatalogClient, image_id: str, work: Work) -> bytes:
    """A PNG of an image, its bands stretched as their definitions say; empty where none of them is in a file."""
    bands = in_file_order(api.during(work).bands.of_image(image_id))
    if not bands:
        return b""
    shown = [bands[number] for number in (coloured(bands) if len(bands) >= 3 else [0])]
    request: RasterRequest = {
        "ids": [image_id], "bands": [str(one["name"]) for one in shown], "ot": "Byte", "outsize": [SIDE, SIDE],
        "scales": [[*(limits(one) or (0, 255)), 0, 255] for one in shown], "of": "PNG",
    }
    with tempfile.TemporaryDirectory(prefix="imagery-hub-") as folder:
        return fetch_files(api, request, Path(folder), work)[0].read_bytes()
