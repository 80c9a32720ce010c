"""The test flight processed once by the sandbox's own work, and ways to hold its results against the truth."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal
from pix4d_flight import TestFlight
from pix4d_flight import test_flight as flown

from sandbox.pix4d.work import scene
from sandbox.pix4d.work.process import process
from sandbox.pix4d.work.records import Description, Photo, Processed

PREFIX = "user-5c1e0b7e-3f54-4d0a-9a51-7d2f6a9c4e10/project-1204417"
MIDDLE = tuple(range(11, 19)) + tuple(range(21, 29))
"""Photos of two neighbouring lines, without their ends."""


@dataclass(frozen=True)
class Results:
    """``folder`` with the files, what processing answered, and the flight."""

    folder: Path
    processed: Processed
    flight: TestFlight

    def path(self, output_type: str) -> Path:
        """The file of an output."""
        found = next(one.path for one in self.processed.products if one.output_type == output_type)
        assert found is not None
        return self.folder / found

    @property
    def made(self) -> set[str]:
        """The types of outputs that there are."""
        return {one.output_type for one in self.processed.products if one.path is not None}


def registered(paths: list[Path] | tuple[Path, ...]) -> tuple[Photo, ...]:
    """Photos as processing is given them; they lie in a sub-folder of the project."""
    return tuple(Photo(170214301 + number, f"{PREFIX}/flight 1/{path.name}", path)
                 for number, path in enumerate(paths))


def run(folder: Path, paths: list[Path] | tuple[Path, ...], flight: TestFlight, **more: Any) -> Results:
    """Process photos into ``folder/results``."""
    target = folder / "results"
    return Results(target, process(Description("Quarry north", target, registered(paths), **more)), flight)


@functools.lru_cache(maxsize=1)
def results() -> Results:
    """All outputs of the flight over the land with two buildings; made once per test session."""
    folder = Path(tempfile.mkdtemp(prefix="pix4d-results-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    flight = flown(objects=True)
    return run(folder, flight.photos, flight)


# ---------------------------------------------------------------------- truth
def ground(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """True heights of the ground at places of UTM 32 north."""
    return np.asarray(scene.GROUND + scene.terrain_height(east - scene.WEST, north - scene.NORTH))


def on_land(east: np.ndarray, north: np.ndarray, margin: float = 1.0) -> np.ndarray:
    """Which places lie on the made-up land, that far from its border."""
    return np.asarray((east > scene.WEST + margin) & (east < scene.WEST + 160 - margin)
                      & (north < scene.NORTH - margin) & (north > scene.NORTH - 120 + margin))


def inside_building(east: np.ndarray, north: np.ndarray, margin: float) -> np.ndarray:
    """Which places lie that far inside the higher building; a negative margin takes its surroundings in."""
    x, y = east - scene.WEST, north - scene.NORTH
    return np.asarray((np.abs(x - 110) < 5 - margin) & (np.abs(y + 75) < 8 - margin))


def read(path: Path | str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A raster's values (bands x rows x columns), x and y of its cells, and where it has values."""
    dataset = gdal.Open(str(path))
    values = dataset.ReadAsArray().astype(float)
    if values.ndim == 2:
        values = values[None]
    left, width, _, top, _, height = dataset.GetGeoTransform()
    x, y = np.meshgrid(left + (np.arange(dataset.RasterXSize) + 0.5) * width,
                       top + (np.arange(dataset.RasterYSize) + 0.5) * height)
    nothing = dataset.GetRasterBand(1).GetNoDataValue()
    there = values[0] != nothing if nothing is not None else values[-1] > 0
    return values, x, y, there


def displacement(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    """By how many cells (rows, columns) one picture lies off another, by the peak of their cross correlation."""
    window = np.outer(np.hanning(one.shape[0]), np.hanning(one.shape[1]))
    product = np.fft.fft2((one - one.mean()) * window) * np.conj(np.fft.fft2((other - other.mean()) * window))
    peak = np.fft.fftshift(np.fft.ifft2(product).real)
    row, column = np.unravel_index(int(peak.argmax()), peak.shape)
    parts = []
    for before, at, after in ((peak[row - 1, column], peak[row, column], peak[row + 1, column]),
                              (peak[row, column - 1], peak[row, column], peak[row, column + 1])):
        parts.append(0.5 * (before - after) / (before - 2 * at + after))
    return float(row - one.shape[0] // 2 + parts[0]), float(column - one.shape[1] // 2 + parts[1])
