"""The block: photos with their cameras in the output system, as far as EXIF and XMP place them.

Positions and attitudes are taken as the photos tell them; nothing is adjusted but the whole block's place, and that
only by marked control points. Every camera becomes one projective matrix from output coordinates to pixels: over the
ground that one photo sees, a projection's curvature is less than a millimetre or two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from osgeo import gdal
from scipy.ndimage import map_coordinates

from .camera import rotation
from .geodesy import LocalSystem
from .photo_facts import PhotoFacts, read_facts
from .records import Description, Photo, ProcessingFailed
from .systems import OutputSystem

MOST_PIXELS = 12_000_000
"""So many pixels of photos are held at most; more are averaged while they are read."""
NADIR = (0.0, -90.0, 0.0)
Log = Callable[[str], None]


@dataclass(frozen=True)
class View:
    """One photo as processing sees it.

    ``matrix`` (3 x 4): homogeneous pixels of the whole photo, and the depth in metres, from output coordinates less
    the block's origin. ``turn``: rows right, down, forward in the output system. ``position``: the camera, as output
    coordinates less the origin. ``picture``: rows x columns x bands as float, ``shrunk`` times smaller than the photo;
    ``brightest``: what its type of number holds at most.
    """

    photo: Photo
    facts: PhotoFacts
    matrix: np.ndarray
    turn: np.ndarray
    position: np.ndarray
    focal: float
    picture: np.ndarray
    shrunk: float
    brightest: float

    @property
    def name(self) -> str:
        """The photo's file name."""
        return self.photo.key.rpartition("/")[2]

    def project(self, x: np.ndarray, y: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Columns and rows of the whole photo, and depths in metres, of places less the origin."""
        turned = [row[0] * x + row[1] * y + row[2] * z + row[3] for row in self.matrix]
        depth = np.where(turned[2] > 0.01, turned[2], 0.01)
        return turned[0] / depth, turned[1] / depth, turned[2]

    def inside(self, columns: np.ndarray, rows: np.ndarray, depth: np.ndarray, margin: float = 0.0) -> np.ndarray:
        """Which pixels lie in the photo, ``margin`` pixels away from its border."""
        return np.asarray((depth > 0.01) & (columns >= margin) & (rows >= margin)
                          & (columns <= self.facts.width - margin) & (rows <= self.facts.height - margin))

    def sample(self, picture: np.ndarray, shrunk: float, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """Values of one band of a picture ``shrunk`` times smaller than the photo, at pixels of the photo."""
        places = [rows.ravel() / shrunk - 0.5, columns.ravel() / shrunk - 0.5]
        found = map_coordinates(picture, places, order=1, mode="nearest", output=np.float32)
        return np.asarray(found.reshape(columns.shape))

    def ray(self, column: float, row: float) -> np.ndarray:
        """The direction (of length 1, output system) in which a pixel was seen."""
        seen = np.asarray(np.linalg.solve(self.matrix[:, :3], [column, row, 1.0]))
        if seen @ self.turn[2] < 0:
            seen = -seen
        return np.asarray(seen / np.linalg.norm(seen))

    def shifted(self, shift: np.ndarray) -> View:
        """The same view after the block was moved."""
        matrix = self.matrix.copy()
        matrix[:, 3] -= matrix[:, :3] @ shift
        return replace(self, matrix=matrix, position=self.position + shift)


@dataclass(frozen=True)
class Block:
    """All views, the system they are in, and ``origin``: whole numbers near their middle that all inner coordinates
    are less of, so that they stay short. ``above``: the photos' mean height above the take-off in metres, where they
    tell it."""

    views: tuple[View, ...]
    system: OutputSystem
    origin: np.ndarray
    above: float | None
    left_out: tuple[str, ...]

    @property
    def unit(self) -> float:
        """Metres in the system's unit."""
        return self.system.unit

    def shifted(self, shift: np.ndarray) -> Block:
        """The same block, moved."""
        return replace(self, views=tuple(view.shifted(shift) for view in self.views))


def read_block(description: Description, log: Log) -> Block:
    """Read the photos. Raises :class:`ProcessingFailed` with the code of what is true of them."""
    readable: list[tuple[Photo, PhotoFacts]] = []
    left_out: list[str] = []
    for photo in description.photos:
        try:
            readable.append((photo, read_facts(photo.path)))
        except (RuntimeError, OSError) as error:
            log(f"{photo.key}: cannot be read: {error}")
            left_out.append(photo.key)
    if not readable:
        raise ProcessingFailed(10601, "None of the photos can be read.")
    if len(readable) < description.least_photos:
        raise ProcessingFailed(10201, f"{len(readable)} photos can be read; {description.least_photos} are needed.")
    if len(readable) > description.most_photos:
        raise ProcessingFailed(10003, f"{len(readable)} photos are more than {description.most_photos}.")
    with_lens = [(photo, facts) for photo, facts in readable if facts.focal]
    if not with_lens:
        raise ProcessingFailed(10101, "No photo tells its focal length.")
    placed = [(photo, facts) for photo, facts in with_lens if facts.place is not None]
    left_out += [photo.key for photo, facts in readable if not facts.focal or facts.place is None]
    for key in left_out:
        log(f"{key}: left out.")
    if len(placed) < max(2, description.least_photos):
        raise ProcessingFailed(10201, f"{len(placed)} photos tell where they were taken; the others cannot be placed.")
    return _block(description, placed, left_out, log)


def _block(description: Description, placed: list[tuple[Photo, PhotoFacts]], left_out: list[str], log: Log) -> Block:
    places = np.array([facts.place for _, facts in placed], dtype=float)
    middle = places.mean(axis=0)
    system = OutputSystem(description.definition, description.geoid_height, (middle[0], middle[1], middle[2]),
                          description.geoid)
    log(f"Output system: {system.definition}; heights are {system.heights}.")
    heights = [facts.above_start for _, facts in placed if facts.above_start]
    above = float(np.mean(heights)) if heights else None
    origin = np.round(system.from_geodetic(places).mean(axis=0), -1)
    total = sum(facts.width * facts.height for _, facts in placed)
    shrink = max(1.0, np.sqrt(total / MOST_PIXELS))
    shrink *= 4 if "quarter-scale" in description.tags else 2 if "half-scale" in description.tags else 1
    if shrink > 1:
        log(f"Photos are read {shrink:.2f} times smaller.")
    without = sum(facts.attitude is None for _, facts in placed)
    if without:
        log(f"{without} photos do not tell their attitude; they are taken to look straight down, to the north.")
    views = tuple(_view(photo, facts, system, origin, above or 100.0, shrink) for photo, facts in placed)
    return Block(views, system, origin, above, tuple(left_out))


def _view(photo: Photo, facts: PhotoFacts, system: OutputSystem, origin: np.ndarray, reach: float,
          shrink: float) -> View:
    """The camera's matrix, from exact pairs of places around the photo in the output and in its own level system."""
    if facts.place is None or facts.focal is None:
        raise ValueError("The photo is not placed.")
    local = LocalSystem(*facts.place)
    steps = np.array([-1.0, 0.0, 1.0])
    offsets = np.array([[x, y, z] for x in steps for y in steps for z in (-1.0, -0.5, 0.0)]) * reach
    output = system.from_geodetic(local.to_geodetic(offsets)) - origin
    position = system.from_geodetic(np.array([facts.place]))[0] - origin
    to_level, *_ = np.linalg.lstsq(output - position, offsets, rcond=None)
    turn = rotation(*(facts.attitude or NADIR)) @ to_level.T
    lens = np.array([[facts.focal, 0, facts.centre[0]], [0, facts.focal, facts.centre[1]], [0, 0, 1]])
    matrix = lens @ np.column_stack([turn, -turn @ position])
    left, _, right = np.linalg.svd(turn)
    return View(photo, facts, matrix, left @ right, position, facts.focal, *_picture(photo, facts, shrink))


def _picture(photo: Photo, facts: PhotoFacts, shrink: float) -> tuple[np.ndarray, float, float]:
    dataset = gdal.Open(str(photo.path))
    columns, rows = max(1, round(facts.width / shrink)), max(1, round(facts.height / shrink))
    pixels = dataset.ReadAsArray(buf_xsize=columns, buf_ysize=rows, resample_alg=gdal.GRIORA_Average)
    if pixels.ndim == 2:
        pixels = pixels[None]
    brightest = 65535.0 if dataset.GetRasterBand(1).DataType == gdal.GDT_UInt16 else 255.0
    return np.ascontiguousarray(np.moveaxis(pixels[:3], 0, -1).astype(np.float32)), facts.width / columns, brightest
