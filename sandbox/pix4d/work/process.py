"""From photos to results: one run of processing, in a worker process.

How a caller uses it: build a :class:`~sandbox.pix4d.work.records.Description` (photos that are registered and not
excluded, with the places of their files; the output system; options; control points with their marks), hand
``process`` and the description to a worker (``world.jobs.start(..., work=process, arguments=(description,))``), and
when the job ends take every :class:`~sandbox.pix4d.work.records.Product` with a ``path`` over into the project's
storage folder: its key is the project's prefix, a slash, and that path. All other files below the description's folder
belong there too (the OPF project, the tileset, and bundles' parts refer to them). A failure is a
:class:`~sandbox.pix4d.work.records.ProcessingFailed` with ``code`` and ``reason``. While it works, the last line of
``<folder>.progress`` reads ``<percent> <words>``; that file lies beside the folder and is removed at the end.

What is true and what is not: positions and attitudes are those of EXIF and XMP, the block is moved to marked control
points, the surface is matched from the photos (or is a registered terrain), the orthomosaic is projected over it.
There is no adjustment of attitudes and no calibration of lenses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .block import Block, View, read_block
from .camera_files import write_cameras
from .control import Residual, adjust
from .mesh import make_mesh, write_obj, write_tileset
from .mosaic import Mosaic, make_mosaic
from .opf import write_opf
from .point_cloud import Cloud, make_cloud, write_cloud
from .progress import place_of_progress, progress_of
from .rasters import write_models, write_ortho
from .records import ControlPoint, Description, Mark, Processed, ProcessingFailed
from .report import facts, write_gcp_report, write_log, write_reports
from .shelf import Shelf
from .spectral import ORDER, write_spectral
from .surface import Surface, cropped, make_surface, within
from .targets import find_targets
from .terrain import Terrain

__all__ = ["process", "progress_of"]

DEFAULT = ("ortho", "dsm", "point_cloud", "mesh")
"""A69."""


def process(description: Description) -> Processed:
    """Make every wanted output below ``description.folder``. Raises :class:`ProcessingFailed`, and leaves the log."""
    run = _Run(description)
    try:
        return run.go()
    except ProcessingFailed as error:
        run.log(f"Failed ({error.code}): {error.reason} {error.words}")
        write_log(run.shelf, run.lines)
        raise
    except MemoryError as error:
        raise ProcessingFailed(10003, str(error)) from error
    finally:
        run.progress.unlink(missing_ok=True)


class _Run:
    """One run: its log, its progress, its files."""

    def __init__(self, description: Description) -> None:
        self.description = description
        self.wanted = set(DEFAULT if description.outputs is None else description.outputs)
        description.folder.mkdir(parents=True, exist_ok=True)
        self.shelf = Shelf(description.folder, description.name)
        self.lines: list[str] = []
        self.progress = place_of_progress(description.folder)

    def log(self, line: str) -> None:
        """Note a line."""
        self.lines.append(line)

    def step(self, percent: int, words: str) -> None:
        """Say how far it is."""
        self.log(words)
        with self.progress.open("a", encoding="utf-8") as file:
            file.write(f"{percent} {words}\n")

    def go(self) -> Processed:
        """All steps."""
        self.step(2, "Reading photos")
        block, spectral = _by_band(read_block(self.description, self.log))
        points, detected = self._control_points(block)
        block, residuals = adjust(block, points, self.log)
        self.step(10, "Calibration and dense matching")
        terrain = self._terrain()
        surface, views = make_surface(block, terrain, self.log)
        block = replace(block, views=views)
        surface = cropped(within(surface, block, self.description.area))
        self.step(50, "Orthomosaic")
        mosaic = make_mosaic(block.views, surface)
        colour = mosaic.bands.shape[2] == 3
        if "ortho" in self.wanted and colour:
            write_ortho(self.shelf, block, mosaic)
        if spectral and "ortho" in self.wanted:
            moved = block.views[0].position - _original(block)
            write_spectral(self.shelf, block, {band: tuple(view.shifted(moved) for view in group)
                                               for band, group in spectral.items()}, surface)
        self.step(70, "Surface and terrain model")
        if "dsm" in self.wanted:
            write_models(self.shelf, block, surface)
        cloud = self._points_and_mesh(block, surface, mosaic)
        self.step(90, "Reports and OPF project")
        self._describe(block, surface, mosaic, residuals, points, cloud, detected)
        left_out = tuple(photo.key for photo in self.description.photos
                         if photo.key not in {view.photo.key for view in block.views}
                         and not any(photo.key == view.photo.key for group in spectral.values() for view in group))
        found = {point.name: point.marks for point in points if detected.get(point.name)}
        return Processed(tuple(self.shelf.products), block.system.opf(), _bounds(block, surface), len(block.views),
                         left_out, found)

    # ------------------------------------------------------------------ steps
    def _control_points(self, block: Block) -> tuple[tuple[ControlPoint, ...], dict[str, int]]:
        """The points with their marks; with those that AutoGCP finds when none is marked (A43)."""
        points = self.description.control_points
        if not any(point.position for point in points) or any(point.marks for point in points):
            return points, {}
        if "building" in self.description.tags:
            return points, {}
        self.step(5, "Looking for targets")
        marks: dict[str, tuple[Mark, ...]] = find_targets(block, points, self.log)
        detected = {point.name: len(marks.get(point.name, ())) for point in points if point.position is not None}
        if len(marks) < 3:
            self.log(f"{len(marks)} targets found; at least three are needed, so control points are not used.")
            return points, dict.fromkeys(detected, 0)
        return tuple(replace(point, marks=marks.get(point.name, ())) for point in points), detected

    def _terrain(self) -> Terrain | None:
        if self.description.terrain is None:
            return None
        try:
            return Terrain.open(self.description.terrain)
        except (RuntimeError, ValueError) as error:
            raise ProcessingFailed(10601, f"The terrain cannot be read: {error}") from error

    def _points_and_mesh(self, block: Block, surface: Surface, mosaic: Mosaic) -> Cloud | None:
        cloud = None
        if "point_cloud" in self.wanted:
            self.step(75, "Point cloud")
            cloud = make_cloud(block, surface, mosaic)
            write_cloud(self.shelf, block, cloud, self.description.formats.get("point_cloud") or [])
        if "mesh" in self.wanted:
            self.step(82, "3D mesh")
            mesh = make_mesh(surface, mosaic)
            write_obj(self.shelf, block, mesh)
            write_tileset(self.shelf, block, mesh)
            for name in ("fbx", "slpk"):
                if name in (self.description.formats.get("mesh") or []):
                    self.shelf.without("3d_mesh_obj", f"3d_mesh_{name}")
        if "gaussian_splatting" in self.wanted:
            self.shelf.without("gaussian_splatting", "gaussian_splatting")
        return cloud

    def _describe(self, block: Block, surface: Surface, mosaic: Mosaic, residuals: tuple[Residual, ...],
                  points: tuple[ControlPoint, ...], cloud: Cloud | None, detected: dict[str, int]) -> None:
        found: dict[str, Any] = facts(self.description, block, surface, mosaic, residuals)
        write_cameras(self.shelf, block)
        write_opf(self.shelf, block, self.description.name, self.description.project_uuid, points, cloud)
        write_reports(self.shelf, found)
        if detected:
            write_gcp_report(self.shelf, found, detected)
        write_log(self.shelf, self.lines)


Groups = dict[str, tuple[View, ...]]


def _by_band(block: Block) -> tuple[Block, Groups]:
    """The photos that are matched, and those of single bands: colour photos are matched when there are enough, else
    those of the first band."""
    groups: Groups = {band: tuple(view for view in block.views if view.facts.band == band) for band in ORDER}
    groups = {band: views for band, views in groups.items() if views}
    colour = tuple(view for view in block.views if view.facts.band is None)
    if not groups:
        return block, {}
    matched: tuple[View, ...] = colour if len(colour) >= 2 else max(groups.values(), key=len)
    return replace(block, views=matched), groups


def _original(block: Block) -> np.ndarray:
    """Where the first photo was before control points moved it."""
    place = np.array([block.views[0].facts.place], dtype=float)
    return np.asarray(block.system.from_geodetic(place)[0] - block.origin)


def _bounds(block: Block, surface: Surface) -> tuple[float, float, float, float]:
    """West, south, east, north in degrees."""
    grid = surface.grid
    corners = np.array([[x, y, 0.0] for x in (grid.left, grid.left + grid.columns * grid.cell)
                        for y in (grid.top, grid.top - grid.rows * grid.cell)]) + block.origin
    degrees = block.system.to_geodetic(corners)
    return (float(degrees[:, 0].min()), float(degrees[:, 1].min()), float(degrees[:, 0].max()),
            float(degrees[:, 1].max()))


