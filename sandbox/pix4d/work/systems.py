"""The reference system of the results: every spelling of section 12 of the PIX4D notes, and what processing refuses."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from osgeo import osr

from .geodesy import LocalSystem
from .records import ProcessingFailed
from .terrain import geographic, reference, transformed

osr.UseExceptions()

ARBITRARY = {"ARBITRARY_METERS": ("metre", 1.0), "ARBITRARY_FEET": ("foot", 0.3048),
             "ARBITRARY_US_FEET": ("US survey foot", 1200 / 3937)}
"""The arbitrary systems: a level system around the block, in these units."""


class OutputSystem:
    """Where the results lie. x is east-like, y north-like, z a height, all in :attr:`unit` metres.

    Heights are those above the WGS84 ellipsoid; with a vertical part those of that, by the constant geoid height when
    one is given, else by PROJ. :attr:`heights` says which, for the log.
    """

    def __init__(self, definition: str | None, geoid_height: float | None, middle: tuple[float, float, float],
                 geoid: str | None = None) -> None:
        """``middle``: longitude, latitude, height of the block. Raises :class:`ProcessingFailed`."""
        self.definition = definition or f"EPSG:{_utm_zone(*middle[:2])}"
        self.geoid_height = geoid_height
        self.local: LocalSystem | None = None
        self.vertical = False
        self.swapped = False
        """Whether the system itself gives the north-like coordinate first."""
        self.heights = "above the WGS84 ellipsoid"
        if self.definition in ARBITRARY:
            name, self.unit = ARBITRARY[self.definition]
            self.local = LocalSystem(*middle)
            self.full = osr.SpatialReference(f'LOCAL_CS["Arbitrary ({name})",UNIT["{name}",{self.unit!r}],'
                                             'AXIS["Easting",EAST],AXIS["Northing",NORTH]]')
            self.heights = "above the middle of the block"
            if geoid_height is not None or geoid:
                raise ProcessingFailed(10614)
            return
        self.full = _read(self.definition)
        self._check(geoid)
        horizontal = self.full.Clone()
        if self.vertical:
            horizontal.StripVertical()
        self.swapped = bool(horizontal.EPSGTreatsAsNorthingEasting())
        self.horizontal = reference(horizontal)
        self._geographic = geographic()
        if self.vertical:
            self._prepare_heights(middle)

    def _check(self, geoid: str | None) -> None:
        full = self.full
        if full.IsVertical() and not full.IsCompound():
            raise ProcessingFailed(10613)
        if not full.IsProjected() and not full.IsLocal():
            raise ProcessingFailed(10612)
        if full.IsLocal():
            raise ProcessingFailed(10612, "An engineering system cannot be tied to positions of WGS84.")
        self.unit = float(full.GetLinearUnits())
        self.vertical = bool(full.IsCompound())
        if self.vertical and not math.isclose(full.GetTargetLinearUnits("VERT_CS"), self.unit, rel_tol=1e-9):
            raise ProcessingFailed(10611)
        if self.geoid_height is not None and geoid:
            raise ProcessingFailed(10615)
        if (self.geoid_height is not None or geoid) and not self.vertical:
            raise ProcessingFailed(10614)

    def _prepare_heights(self, middle: tuple[float, float, float]) -> None:
        if self.geoid_height is not None:
            self.heights = f"above a geoid {self.geoid_height:g} m above the ellipsoid"
            return
        source = reference(4979)
        target = self.full.Clone()
        target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        self._source3d, self._target3d = source, target
        same = math.isclose(self._heights(np.array([middle]))[0] * self.unit, middle[2], abs_tol=1e-6)
        self.heights = ("above the WGS84 ellipsoid, since PROJ has no geoid model for this system here" if same
                        else "above the vertical datum of the output system, by PROJ")

    # ------------------------------------------------------------------ coordinates
    def from_geodetic(self, places: np.ndarray) -> np.ndarray:
        """Longitude, latitude, ellipsoidal height (n x 3) as x, y, z."""
        if self.local is not None:
            return self.local.from_geodetic(places) / self.unit
        flat = transformed(self._geographic, self.horizontal, places[:, :2])[:, :2]
        return np.column_stack([flat, self._heights(places)])

    def to_geodetic(self, points: np.ndarray) -> np.ndarray:
        """x, y, z (n x 3) as longitude, latitude, ellipsoidal height."""
        if self.local is not None:
            return self.local.to_geodetic(points * self.unit)
        flat = transformed(self.horizontal, self._geographic, points[:, :2])[:, :2]
        if self.vertical and self.geoid_height is None:
            return np.column_stack([flat, transformed(self._target3d, self._source3d, points)[:, 2]])
        return np.column_stack([flat, points[:, 2] * self.unit + (self.geoid_height or 0.0)])

    def _heights(self, places: np.ndarray) -> np.ndarray:
        if self.vertical and self.geoid_height is None:
            return transformed(self._source3d, self._target3d, places)[:, 2]
        return np.asarray((places[:, 2] - (self.geoid_height or 0.0)) / self.unit)

    # ------------------------------------------------------------------ descriptions
    @property
    def raster_system(self) -> osr.SpatialReference:
        """What is written into rasters."""
        return self.full

    @property
    def wkt(self) -> str:
        """The whole system as WKT 1, which every reader understands."""
        return str(self.full.ExportToWkt())

    def opf(self) -> dict[str, Any]:
        """An OPF CRS object."""
        found: dict[str, Any] = {"definition": self.definition}
        if self.geoid_height is not None:
            found["geoid_height"] = self.geoid_height
        return found


def _utm_zone(longitude: float, latitude: float) -> int:
    return (32600 if latitude >= 0 else 32700) + min(60, int((longitude + 180) // 6) + 1)


def _read(definition: str) -> osr.SpatialReference:
    """A system from a code, two codes or WKT."""
    two = re.fullmatch(r"(\w+):(\d+)\+(?:(\w+):)?(\d+)", definition.strip())
    try:
        if two is None:
            found = osr.SpatialReference()
            found.SetFromUserInput(definition.strip())
            return found
        parts = [osr.SpatialReference(), osr.SpatialReference()]
        parts[0].SetFromUserInput(f"{two[1]}:{two[2]}")
        parts[1].SetFromUserInput(f"{two[3] or two[1]}:{two[4]}")
        found = osr.SpatialReference()
        found.SetCompoundCS(f"{parts[0].GetName()} + {parts[1].GetName()}", parts[0], parts[1])
        return found
    except RuntimeError as error:
        raise ProcessingFailed(10601, f"The output system cannot be read: {error}") from error
