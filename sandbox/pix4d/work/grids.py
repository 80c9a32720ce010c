"""Grids of square cells, and values between the cells of a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


def bilinear(grid: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Values of ``grid`` (rows x columns, or rows x columns x bands) at places counted from the outer corner of the
    first cell, linear between cell centres; beyond the border the border's value."""
    height, width = grid.shape[:2]
    across = np.clip(columns - 0.5, 0, width - 1)
    down = np.clip(rows - 0.5, 0, height - 1)
    left = np.minimum(across.astype(np.int64), max(width - 2, 0))
    top = np.minimum(down.astype(np.int64), max(height - 2, 0))
    x, y = (across - left).astype(np.float32), (down - top).astype(np.float32)
    flat = grid.reshape(height * width, *grid.shape[2:])
    start = top * width + left
    right, below = (1 if width > 1 else 0), (width if height > 1 else 0)
    if grid.ndim == 3:
        x, y = x[:, None], y[:, None]
    upper = flat[start] * (1 - x) + flat[start + right] * x
    lower = flat[start + below] * (1 - x) + flat[start + below + right] * x
    mixed: np.ndarray = upper * (1 - y) + lower * y
    return mixed


@dataclass(frozen=True)
class Grid:
    """Square cells, rows from north to south. ``left`` and ``top``: the outer corner of the first cell."""

    left: float
    top: float
    cell: float
    columns: int
    rows: int

    @classmethod
    def over(cls, west: float, south: float, east: float, north: float, cell: float) -> Grid:
        """A grid that covers an extent; its lines lie at whole multiples of the cell."""
        left, top = math.floor(west / cell) * cell, math.ceil(north / cell) * cell
        return cls(left, top, cell, max(3, math.ceil((east - left) / cell)), max(3, math.ceil((top - south) / cell)))

    def with_cell(self, cell: float) -> Grid:
        """The same extent in other cells."""
        return Grid(self.left, self.top, cell, max(3, round(self.columns * self.cell / cell)),
                    max(3, round(self.rows * self.cell / cell)))

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """x of the columns and y of the rows."""
        return (self.left + (np.arange(self.columns) + 0.5) * self.cell,
                self.top - (np.arange(self.rows) + 0.5) * self.cell)

    def transform(self, origin: np.ndarray) -> tuple[float, float, float, float, float, float]:
        """As GDAL's, after adding an origin."""
        return self.left + origin[0], self.cell, 0.0, self.top + origin[1], 0.0, -self.cell
