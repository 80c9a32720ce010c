"""A camera that flies over an orthoimage draped on its terrain and takes photos: test flights with a known truth."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
from osgeo import gdal

from .camera import Camera, rotation
from .geodesy import LocalSystem, SmoothMap
from .grids import bilinear
from .photo_files import Lens, Shot, write_jpeg
from .terrain import Terrain, geographic, reference, transformed

COARSE = 4
SKY = (168, 196, 226)
STEPS = 8
"""Rounds in which a ray finds the ground; each halves the error at a slope of 45 degrees or less."""


@dataclass(frozen=True)
class FlightPlan:
    """How to fly. Lengths in metres; ``overlap`` along and ``sidelap`` across the lines, of 1. ``pitch``: of the
    gimbal, -90 straight down. ``wobble``: degrees by which the attitude varies; what is written is what was flown."""

    height: float = 40.0
    overlap: float = 0.7
    sidelap: float = 0.6
    lens: Lens = Lens(8.8, 13.2, 600, 450)
    pitch: float = -90.0
    wobble: float = 1.5
    start: datetime = datetime(2026, 3, 4, 10, tzinfo=timezone.utc)
    seed: int = 7


class World:
    """An orthoimage on its terrain, in a level system in the middle of it."""

    def __init__(self, orthoimage: Path, terrain: Path | None, ground: float = 0.0) -> None:
        dataset = gdal.Open(str(orthoimage))
        if dataset.GetSpatialRef() is None:
            raise ValueError("The orthoimage has no coordinate reference system.")
        self.system = reference(dataset.GetSpatialRef())
        self.transform = dataset.GetGeoTransform()
        bands = [dataset.GetRasterBand(1 + min(number, dataset.RasterCount - 1)).ReadAsArray() for number in range(3)]
        self.picture = np.dstack([_bytes(band) for band in bands])
        self.terrain = Terrain.flat(ground) if terrain is None else Terrain.open(terrain)
        left, width, _, top, _, height = self.transform
        right, bottom = left + width * dataset.RasterXSize, top + height * dataset.RasterYSize
        self.low, self.high = (min(left, right), min(top, bottom)), (max(left, right), max(top, bottom))
        heights = self.terrain.surface
        floor, ceiling = float(heights.min()) - 10, float(heights.max()) + 10
        corners = np.array([[x, y] for x in (left, right) for y in (top, bottom)])
        degrees = transformed(self.system, geographic(), corners)
        centre = degrees.mean(axis=0)
        self.local = LocalSystem(centre[0], centre[1], float(heights.mean()))
        box = self.local.from_geodetic(np.column_stack([np.repeat(degrees[:, :2], 2, axis=0), [floor, ceiling] * 4]))
        bounds = box.min(axis=0) - [20, 20, 5], box.max(axis=0) + [20, 20, 5]
        self.to_image = SmoothMap(lambda points: self._place(points, self.system), *bounds)
        own = self.terrain.system or self.system
        self.to_terrain = SmoothMap(lambda points: self._place(points, own), *bounds)
        self.level = float(self.local.from_geodetic(np.array([[centre[0], centre[1], heights.mean()]]))[0, 2])

    def _place(self, points: np.ndarray, system: object) -> np.ndarray:
        """Level system -> x, y of a reference system and the ellipsoidal height."""
        degrees = self.local.to_geodetic(points)
        return np.column_stack([transformed(geographic(), system, degrees[:, :2])[:, :2],  # type: ignore[arg-type]
                                degrees[:, 2]])

    # ------------------------------------------------------------------ looking
    def look(self, camera: Camera) -> np.ndarray:
        """The picture that a camera takes. On ground without objects the rays of every fourth pixel are followed; what
        lies between two of them is straight to a fraction of a millimetre."""
        step = 1 if self.terrain.has_objects else COARSE
        nodes = [np.arange(0, size + step, step) + 0.5 for size in (camera.width, camera.height)]
        columns, rows = np.meshgrid(*nodes)
        points, hit = self.meet(camera.position, camera.rays(columns.ravel(), rows.ravel()))
        places = self.to_image(points)
        left, width, _, top, _, height = self.transform
        seen = np.column_stack([(places[:, 0] - left) / width, (places[:, 1] - top) / height, hit])
        between = np.meshgrid(*((np.arange(size) + 0.5) / step + 0.5 - 0.5 / step
                                for size in (camera.width, camera.height)))
        seen = bilinear(seen.reshape(*columns.shape, 3), between[0].ravel(), between[1].ravel())
        colours = bilinear(self.picture, seen[:, 0], seen[:, 1])
        colours[seen[:, 2] < 0.999] = SKY
        pixels = np.clip(np.rint(colours), 0, 255).astype(np.uint8)
        return pixels.reshape(camera.height, camera.width, 3)

    def meet(self, position: np.ndarray, rays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where rays meet the surface (n x 3), and whether they do."""
        hit = rays[:, 2] < -0.05 * np.linalg.norm(rays, axis=1)
        falling = np.where(hit, rays[:, 2], -1.0)
        if self.terrain.has_objects:
            return self._march(position, rays, falling), hit
        distance = (self.level - position[2]) / falling
        points = position + distance[:, None] * rays
        for _ in range(STEPS):
            place = self.to_terrain(points)
            distance += (self.terrain.heights(place[:, 0], place[:, 1]) - place[:, 2]) / falling
            points = position + distance[:, None] * rays
        return points, hit

    def _march(self, position: np.ndarray, rays: np.ndarray, falling: np.ndarray) -> np.ndarray:
        """Down each ray by steps of a quarter of a metre of height, to where it goes below the surface."""
        surface = self.terrain.surface
        base = self.level - float(surface.mean())
        upper, lower = base + float(surface.max()) + 0.5, base + float(surface.min()) - 2.0
        found = np.full(len(rays), np.nan)
        waiting = np.arange(len(rays))
        before = np.full(len(rays), np.inf)
        for level in np.arange(min(upper, position[2]), lower, -0.25):
            distance = (level - position[2]) / falling[waiting]
            place = self.to_terrain(position + distance[:, None] * rays[waiting])
            above = place[:, 2] - self.terrain.heights(place[:, 0], place[:, 1])
            below = above <= 0
            last = before[below]
            back = np.where(np.isfinite(last), above[below] / np.where(np.isfinite(last), above[below] - last, 1), 0)
            found[waiting[below]] = level + 0.25 * back
            waiting, before = waiting[~below], above[~below]
            if not len(waiting):
                break
        found[np.isnan(found)] = lower
        points: np.ndarray = position + ((found - position[2]) / falling)[:, None] * rays
        return points

    # ------------------------------------------------------------------ flying
    def camera(self, place: tuple[float, float, float], attitude: tuple[float, float, float], lens: Lens) -> Camera:
        """The camera of a photo at longitude, latitude, height."""
        position = self.local.from_geodetic(np.array([place]))[0]
        turn = rotation(*attitude) @ self.local.axes_at(place)
        return Camera(position, turn, lens.focal_pixels, lens.width, lens.height, (lens.width / 2, lens.height / 2))

    def stations(self, plan: FlightPlan) -> list[tuple[np.ndarray, float]]:
        """Places of the photos in the level system and their yaw: lines from west to east and back, so that no photo
        sees beyond the image."""
        corners = np.array([[x, y] for x in (self.low[0], self.high[0]) for y in (self.low[1], self.high[1])])
        local = self.local.from_geodetic(np.column_stack([
            transformed(self.system, geographic(), corners)[:, :2], np.full(4, self.local.origin[2])]))
        half = plan.height / plan.lens.focal_pixels / 2
        along, across = plan.lens.height * half, plan.lens.width * half
        room = 1.15
        west, east = local[:, 0].min() + along * room, local[:, 0].max() - along * room
        south, north = local[:, 1].min() + across * room, local[:, 1].max() - across * room
        if west > east or south > north:
            raise ValueError("The orthoimage is too small for photos from that height.")
        lines = _spread(south, north, 2 * across * (1 - plan.sidelap))
        stops = _spread(west, east, 2 * along * (1 - plan.overlap))
        found = []
        for number, north_of in enumerate(lines):
            for east_of in (stops if number % 2 == 0 else stops[::-1]):
                found.append((np.array([east_of, north_of, plan.height]), 90.0 if number % 2 == 0 else -90.0))
        return found


def fly(world: World, plan: FlightPlan, folder: Path, prefix: str = "IMG") -> list[Path]:
    """Take the photos of a flight; files in the order of flight. ``plan.height`` is above the terrain's mean height."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(plan.seed)
    photos = []
    for number, (station, yaw) in enumerate(world.stations(plan)):
        swing = dice.uniform(-plan.wobble, plan.wobble, 3)
        attitude = (round(yaw + swing[0], 2), round(plan.pitch + swing[1], 2), round(float(swing[2]), 2))
        wanted = world.local.to_geodetic(station[None])[0]
        place = (round(wanted[0], 9), round(wanted[1], 9), round(wanted[2], 3))
        shot = Shot(place, attitude, plan.start + timedelta(seconds=2 * number), plan.height)
        picture = world.look(world.camera(place, attitude, plan.lens))
        photos.append(write_jpeg(folder / f"{prefix}_{number + 1:04d}.JPG", picture, plan.lens, shot))
    return photos


def _spread(low: float, high: float, step: float) -> np.ndarray:
    """Places from low to high, no further apart than ``step``."""
    return np.linspace(low, high, max(2, math.ceil((high - low) / step) + 1))


def _bytes(band: np.ndarray) -> np.ndarray:
    """A band as bytes; others than bytes are stretched between their 2nd and 98th percentile."""
    if band.dtype == np.uint8:
        return band
    low, high = np.percentile(band[np.isfinite(band)], (2, 98))
    return np.asarray(np.clip((np.nan_to_num(band) - low) / max(high - low, 1e-9) * 255, 0, 255).astype(np.uint8))
