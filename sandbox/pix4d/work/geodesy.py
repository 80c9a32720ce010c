"""Places on the WGS84 ellipsoid, in level local systems, and smooth maps between systems."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np

SEMI_MAJOR = 6378137.0
FLATTENING = 1 / 298.257223563
SQUARED_ECCENTRICITY = FLATTENING * (2 - FLATTENING)
DEGREES = np.pi / 180


def to_earth_centred(places: np.ndarray) -> np.ndarray:
    """Longitude, latitude (degrees), ellipsoidal height (metres), n x 3, as earth-centred metres."""
    longitude, latitude, height = places[:, 0] * DEGREES, places[:, 1] * DEGREES, places[:, 2]
    normal = SEMI_MAJOR / np.sqrt(1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2)
    return np.column_stack([(normal + height) * np.cos(latitude) * np.cos(longitude),
                            (normal + height) * np.cos(latitude) * np.sin(longitude),
                            (normal * (1 - SQUARED_ECCENTRICITY) + height) * np.sin(latitude)])


def from_earth_centred(points: np.ndarray) -> np.ndarray:
    """The inverse of :func:`to_earth_centred`, to better than a micrometre near the ground."""
    x, y, z = points.T
    across = np.hypot(x, y)
    latitude = np.arctan2(z, across * (1 - SQUARED_ECCENTRICITY))
    for _ in range(5):
        normal = SEMI_MAJOR / np.sqrt(1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2)
        latitude = np.arctan2(z + SQUARED_ECCENTRICITY * normal * np.sin(latitude), across)
    normal = SEMI_MAJOR / np.sqrt(1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2)
    height = across * np.cos(latitude) + z * np.sin(latitude) - SEMI_MAJOR**2 / normal
    return np.column_stack([np.arctan2(y, x) / DEGREES, latitude / DEGREES, height])


class LocalSystem:
    """East, north, up in metres around an origin: the level system in which light travels straight."""

    def __init__(self, longitude: float, latitude: float, height: float) -> None:
        self.origin = (longitude, latitude, height)
        east, north = longitude * DEGREES, latitude * DEGREES
        self._centre = to_earth_centred(np.array([self.origin]))[0]
        self._axes = np.array([
            [-np.sin(east), np.cos(east), 0.0],
            [-np.sin(north) * np.cos(east), -np.sin(north) * np.sin(east), np.cos(north)],
            [np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)],
        ])  # fmt: skip

    def from_geodetic(self, places: np.ndarray) -> np.ndarray:
        """Longitude, latitude, height (n x 3) as east, north, up."""
        local: np.ndarray = (to_earth_centred(places) - self._centre) @ self._axes.T
        return local

    def to_geodetic(self, points: np.ndarray) -> np.ndarray:
        """East, north, up (n x 3) as longitude, latitude, height."""
        return from_earth_centred(points @ self._axes + self._centre)

    def axes_at(self, place: Sequence[float]) -> np.ndarray:
        """East, north and up of another place (longitude, latitude, height) as rows in this system. An aircraft's
        attitude is measured in the level system of where it is."""
        other = LocalSystem(*place)
        turned: np.ndarray = other._axes @ self._axes.T
        return turned


class SmoothMap:
    """A map between two systems of three coordinates, fitted by polynomials to exact pairs over a box.

    Projections are smooth over the extent of a flight: quadratic terms leave well below a millimetre over a kilometre,
    so that millions of points cost no call of PROJ each. Cubic ones are taken where that is not enough.
    """

    def __init__(self, exact: Callable[[np.ndarray], np.ndarray], low: Sequence[float], high: Sequence[float],
                 tolerance: float = 1e-4) -> None:
        self._middle = (np.asarray(low, dtype=float) + np.asarray(high)) / 2
        self._half = np.maximum((np.asarray(high, dtype=float) - np.asarray(low)) / 2, 1e-9)
        steps = np.linspace(-1, 1, 6)
        grid = np.array(list(itertools.product(steps, steps, np.linspace(-1, 1, 4))))
        truth = exact(grid * self._half + self._middle)
        self._shift = truth.mean(axis=0)
        for degree in (2, 3):
            self._powers = [one for one in itertools.product(range(degree + 1), repeat=3) if sum(one) <= degree]
            terms = self._terms(grid)
            self._factors, *_ = np.linalg.lstsq(terms, truth - self._shift, rcond=None)
            self.residual = float(np.abs(terms @ self._factors + self._shift - truth).max())
            if self.residual <= tolerance:
                break

    def _terms(self, scaled: np.ndarray) -> np.ndarray:
        terms = np.ones((len(self._powers), len(scaled)))
        for term, powers in zip(terms, self._powers):
            for axis, power in enumerate(powers):
                for _ in range(power):
                    term *= scaled[:, axis]
        return terms.T

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """The images of points, n x 3."""
        scaled = (points - self._middle) / self._half
        mapped: np.ndarray = self._terms(scaled) @ self._factors + self._shift
        return mapped
