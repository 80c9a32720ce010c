"""The dense point cloud: one point for each matched cell of the surface, as LAS 1.4 with colours and classes."""

from __future__ import annotations

from dataclasses import dataclass

import laspy
import numpy as np
from laspy.vlrs.known import WktCoordinateSystemVlr

from .block import Block
from .matching import ALIKE
from .mosaic import Mosaic
from .records import ProcessingFailed
from .shelf import Shelf
from .surface import Surface

MOST_POINTS = 250_000
UNCLASSIFIED, GROUND = 1, 2
NEAR_GROUND = 0.3
"""Metres above the terrain model up to which a point counts as ground."""


@dataclass(frozen=True)
class Cloud:
    """``places``: n x 3 in the output system less the block's origin; ``colours``: n x 3 of bytes; ``ground``: n."""

    places: np.ndarray
    colours: np.ndarray
    ground: np.ndarray


def make_cloud(block: Block, surface: Surface, mosaic: Mosaic) -> Cloud:
    """Cells at which the photos agree (all that are covered, when the surface was told). Raises
    :class:`ProcessingFailed` when there are none."""
    good = surface.covered.copy()
    if surface.alike is not None:
        good &= np.nan_to_num(surface.alike, nan=-1) >= ALIKE
    rows, columns = np.nonzero(good)
    if not len(rows):
        raise ProcessingFailed(10402, "There is no place at which the photos agree.")
    thin = max(1, int(np.ceil(np.sqrt(len(rows) / MOST_POINTS))))
    kept = (rows % thin == 0) & (columns % thin == 0)
    rows, columns = rows[kept], columns[kept]
    x, y = surface.grid.centres()
    heights = surface.dsm[rows, columns]
    places = np.column_stack([x[columns], y[rows], heights])
    at = (np.minimum(2 * rows + 1, mosaic.grid.rows - 1), np.minimum(2 * columns + 1, mosaic.grid.columns - 1))
    shown = mosaic.bands[at] if mosaic.bands.shape[2] == 3 else np.repeat(mosaic.bands[at], 3, axis=1)[:, :3]
    ground = (heights - surface.dtm[rows, columns]) * block.unit < NEAR_GROUND
    return Cloud(places, np.clip(np.rint(shown), 0, 255).astype(np.uint8), ground)


def write_cloud(shelf: Shelf, block: Block, cloud: Cloud, formats: list[str]) -> None:
    """``las`` or ``laz``, as asked for; LAS when nothing is."""
    header = laspy.LasHeader(version="1.4", point_format=7)
    header.offsets = np.floor(block.origin)
    header.scales = np.array([0.001, 0.001, 0.001])
    header.generating_software = "Imagery Hub sandbox"
    header.global_encoding.wkt = True
    header.vlrs.append(WktCoordinateSystemVlr(block.system.wkt))
    points = laspy.LasData(header)
    points.x, points.y, points.z = (cloud.places + block.origin).T
    points.red, points.green, points.blue = (cloud.colours.astype(np.uint16) * 257).T
    points.classification = np.where(cloud.ground, GROUND, UNCLASSIFIED)
    points.return_number = np.ones(len(cloud.places), dtype=np.uint8)
    points.number_of_returns = np.ones(len(cloud.places), dtype=np.uint8)
    endings = [ending for ending in formats if ending in ("las", "laz")] or ["las"]
    for number, ending in enumerate(endings):
        relative = f"results/point_cloud/{shelf.stem}_point_cloud.{ending}"
        points.write(str(shelf.place(relative)))
        if number == 0:
            shelf.add("point_cloud", "point_cloud", relative)
            shelf.bundle("3d_mesh_obj", "point_cloud_bundle", f"results/point_cloud/{shelf.stem}_point_cloud.zip",
                         [relative])
    if "slpk" in formats:
        shelf.without("point_cloud", "point_cloud_slpk")
