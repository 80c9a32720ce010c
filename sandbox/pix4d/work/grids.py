"""Values between the cells of a grid."""

from __future__ import annotations

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
