"""A pinhole camera in a level system: the collinearity equations, both ways."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


def rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    """From east, north, up to the camera's right, down and forward, as rows.

    Degrees, as DJI's gimbal angles: yaw clockwise from north, of the view or, looking straight down, of the image's
    upper edge; pitch 0 at the horizon and -90 straight down; roll clockwise about the view.
    """
    psi, theta, rho = np.radians([yaw, pitch, roll])
    forward = np.array([np.cos(theta) * np.sin(psi), np.cos(theta) * np.cos(psi), np.sin(theta)])
    level = np.array([np.cos(psi), -np.sin(psi), 0.0])
    below = np.cross(forward, level)
    right = np.cos(rho) * level + np.sin(rho) * below
    down = -np.sin(rho) * level + np.cos(rho) * below
    return np.array([right, down, forward])


@dataclass(frozen=True)
class Camera:
    """``position``: east, north, up in metres. ``turn``: rows right, down, forward. ``focal``: in pixels. ``centre``:
    the principal point. Pixels are counted from the outer corner of the top-left one."""

    position: np.ndarray
    turn: np.ndarray
    focal: float
    width: int
    height: int
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns and rows of points (n x 3), and whether they lie in the picture."""
        right, down, forward = self.turn @ (points - self.position).T
        ahead = forward > 1e-6
        depth = np.where(ahead, forward, 1.0)
        columns = self.centre[0] + self.focal * right / depth
        rows = self.centre[1] + self.focal * down / depth
        seen = ahead & (columns >= 0) & (columns <= self.width) & (rows >= 0) & (rows <= self.height)
        return columns, rows, seen

    def rays(self, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Directions (n x 3), not of length 1, from the camera through places of the picture."""
        seen = np.column_stack([(columns - self.centre[0]) / self.focal, (rows - self.centre[1]) / self.focal,
                                np.ones(len(columns))])
        directions: np.ndarray = seen @ self.turn
        return directions

    def corners(self) -> np.ndarray:
        """Rays along the border of the picture, nine to a side."""
        steps = np.linspace(0, 1, 9)
        columns = np.concatenate([steps, steps, np.zeros(9), np.ones(9)]) * self.width
        rows = np.concatenate([np.zeros(9), np.ones(9), steps, steps]) * self.height
        return self.rays(columns, rows)
