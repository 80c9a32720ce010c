"""Reflectance maps and the vegetation index from the photos of a multispectral camera, one file per band.

Reflectance is a photo's value over the greatest that its type of number holds: cameras are not calibrated here.
"""

from __future__ import annotations

import json

import numpy as np

from .block import Block, View
from .mosaic import make_mosaic
from .rasters import write_band, write_picture
from .shelf import Shelf
from .surface import Surface

ORDER = ("green", "red", "reg", "nir")


def write_spectral(shelf: Shelf, block: Block, views: dict[str, tuple[View, ...]], surface: Surface) -> None:
    """A map per band, their archive, and NDVI when there are red and near infrared. ``views`` by band."""
    maps: dict[str, np.ndarray] = {}
    members = []
    for band in ORDER:
        if not views.get(band):
            continue
        mosaic = make_mosaic(views[band], surface)
        maps[band] = np.where(mosaic.seen, mosaic.bands[..., 0] / views[band][0].brightest, np.nan)
        relative = f"results/index/{shelf.stem}_reflectance_{band}.tif"
        write_band(shelf, block, mosaic.grid, maps[band], f"reflectance_{band}", relative, "reflectance")
        members.append(relative)
    if members:
        shelf.bundle("reflectance", "reflectance_maps_bundle", f"results/index/{shelf.stem}_reflectance.zip", members)
    if {"red", "nir"} <= set(maps):
        _write_index(shelf, block, maps["red"], maps["nir"], surface)


def _write_index(shelf: Shelf, block: Block, red: np.ndarray, infrared: np.ndarray, surface: Surface) -> None:
    grid = surface.grid.with_cell(surface.grid.cell / 2)
    total = red + infrared
    index = np.where(np.isfinite(total) & (total > 0), (infrared - red) / np.where(total > 0, total, 1), np.nan)
    write_band(shelf, block, grid, index, "ndvi", f"results/index/{shelf.stem}_ndvi.tif", "ndvi")
    seen = np.isfinite(index)
    write_picture(shelf, np.where(seen, (np.nan_to_num(index) + 1) * 127.5, 0), seen, "ndvi_thumb",
                  "post_processing/index/ndvi_thumb.png", "ndvi")
    values = index[seen] if seen.any() else np.zeros(1)
    known = {"min": float(values.min()), "max": float(values.max()), "mean": float(values.mean()),
             "formula": "(nir - red) / (nir + red)"}
    shelf.place("post_processing/index/ndvi_metadata.json").write_text(json.dumps(known), encoding="utf-8")
    shelf.add("ndvi", "ndvi_metadata", "post_processing/index/ndvi_metadata.json")
