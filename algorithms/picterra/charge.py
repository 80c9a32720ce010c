"""What a detection will be charged for: the pixels of the detection areas or of the whole raster, at least 10 MP."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureRequest,
    QgsFeatureSource,
    QgsGeometry,
    QgsPointXY,
    QgsProcessingContext,
)

from ...core.geometry.areas import LEAST_MEGAPIXELS, area_m2, charged_megapixels, megapixels
from ...core.geometry.footprint import none_on_raster
from ...core.geometry.reproject import to_platform
from ...core.geometry.validity import findings
from ...core.geometry.words import sentences
from ...core.problems import NotBegun
from ...core.translation import tr
from ...providers.shapes.pixels import PIXEL
from ..tables import WGS84, polygon_of

EQUATOR = 2 * math.pi * 6378137.0
TILE = 256
MEGA = 1e6


#: From one zoom level to the next there are four times as many pixels. How the platform rounds an image's own
#: resolution to a level is not known (notes, sections 9.13 and 10): up, down or to the nearest.
ZOOM_STEP = 4.0


@dataclass(frozen=True)
class Charge:
    """``megapixels`` None when nothing tells the size of the pixels; ``exact`` when a local copy was measured.
    ``whole``: the megapixels of a file that does not tell where its pixels lie, so that nobody can count those in
    areas."""

    megapixels: float | None
    exact: bool = False
    whole: float | None = None

    @property
    def charged(self) -> float:
        """Megapixels to be charged, as far as is known."""
        return charged_megapixels(self.megapixels or 0.0)

    @property
    def least(self) -> float:
        """Megapixels that are charged at least."""
        return self.charged if self.exact else charged_megapixels((self.megapixels or 0.0) / ZOOM_STEP)

    @property
    def most(self) -> float | None:
        """Megapixels that are charged at most; None when nothing tells."""
        if self.megapixels is None:
            return None if self.whole is None else charged_megapixels(self.whole)
        return self.charged if self.exact else charged_megapixels(self.megapixels * ZOOM_STEP)

    def sentence(self) -> str:
        """What it costs and how sure that is, for the log and for the question."""
        if self.megapixels is None:
            words = tr("The size of the image is not known; at least {charged} megapixels are charged.")
            if self.whole is not None:
                words = tr(
                    "The file does not tell where its pixels lie, so that those in the detection areas cannot be"
                    " counted; at least {charged} and at most {most} megapixels are charged."
                )
            return words.format(charged=f"{LEAST_MEGAPIXELS:g}", most=f"{self.most or 0.0:.2f}")
        about = tr("The area has {area} megapixels") if self.exact else tr("The area has about {area} megapixels")
        rest = tr("{charged} megapixels are charged (at least {minimum}).")
        if self.least != self.most:
            rest = tr(
                "about {charged} megapixels are charged (at least {minimum}). This is estimated from the zoom levels of"
                " the tiles, each of which has four times the pixels of the one before: {least} to {most} megapixels"
                " may be charged."
            )
        return f"{about}; {rest}".format(
            area=f"{self.megapixels:.2f}", charged=f"{self.charged:.2f}", minimum=f"{LEAST_MEGAPIXELS:g}",
            least=f"{self.least:.2f}", most=f"{self.most or 0.0:.2f}",
        )


def require_valid(areas: QgsFeatureSource) -> None:
    """Areas that cannot be set are not charged for: :class:`NotBegun` that names what is wrong with which feature."""
    wrong = [one for feature in areas.getFeatures() for one in findings(feature.geometry(), str(feature.id()))]
    if wrong:
        raise NotBegun(sentences(wrong))


def by_file(path: Path, areas: QgsFeatureSource | None, context: QgsProcessingContext) -> Charge:
    """Measured on the local copy of the raster: its pixels, or those whose share lies in the detection areas.

    :class:`NotBegun` when all areas lie beside it, also in :func:`by_record`.
    """
    from osgeo import gdal

    dataset = gdal.Open(str(path))
    width, height = dataset.RasterXSize, dataset.RasterYSize
    whole = width * height / MEGA
    if areas is None:
        return Charge(whole, True)
    transform, crs = _placement(dataset)
    pixel = abs(transform[1] * transform[5] - transform[2] * transform[4])
    corners = [_corner(transform, *place) for place in ((0, 0), (width, 0), (width, height), (0, height))]
    extent = QgsGeometry.fromPolygonXY([[*corners, corners[0]]])
    placed = _is_placed(dataset)
    if placed:
        _require_on_raster(areas, to_platform(extent, crs, context.transformContext()), context)
    inside = _merged(areas, crs, context).intersection(extent).area()
    return Charge(inside / pixel / MEGA, True) if placed or inside else Charge(None, whole=whole)


def _placement(dataset: Any) -> tuple[tuple[float, ...], QgsCoordinateReferenceSystem]:
    """Where the pixels lie. An image without georeference lies where the platform puts it (notes 9.12)."""
    if dataset.GetProjection():
        return dataset.GetGeoTransform(), QgsCoordinateReferenceSystem.fromWkt(dataset.GetProjection())
    return (0.0, PIXEL, 0.0, 0.0, 0.0, -PIXEL), QgsCoordinateReferenceSystem("EPSG:3857")


def _is_placed(dataset: Any) -> bool:
    """Whether a file certainly tells where its pixels lie. Control points do, but not as :func:`_placement` takes it;
    one without a system may have its place in a file beside it, or only on the platform."""
    told = dataset.GetProjection() and dataset.GetGeoTransform(can_return_null=True)
    return bool(told) and not dataset.GetGCPCount()


def by_record(
    raster: Mapping[str, Any], areas: QgsFeatureSource | None, context: QgsProcessingContext
) -> Charge:
    """Estimated from the footprint and the greatest zoom of the tiles, where the platform tells both; within one zoom
    level of the truth."""
    footprint, zoom = polygon_of(raster.get("footprint")), raster.get("tiles_max_zoom")
    if areas is not None and not footprint.isEmpty():
        _require_on_raster(areas, raster.get("footprint"), context)
    if footprint.isEmpty() or not isinstance(zoom, int):
        return Charge(None)
    crs = QgsCoordinateReferenceSystem(WGS84)
    shape = footprint if areas is None else footprint.intersection(_merged(areas, crs, context))
    latitude = math.radians(footprint.boundingBox().center().y())
    pixel = EQUATOR * math.cos(latitude) / (TILE * 2**zoom)
    return Charge(megapixels(area_m2(shape, crs, context.transformContext()), pixel**2))


def _require_on_raster(
    areas: QgsFeatureSource, outline: dict[str, Any] | None, context: QgsProcessingContext
) -> None:
    """Areas that are all somewhere else are a mistake of place or system; they would be counted as 0 megapixels."""
    beside = none_on_raster(areas, outline, context.transformContext())
    if beside:
        raise NotBegun(sentences(beside))


def _merged(areas: QgsFeatureSource, crs: QgsCoordinateReferenceSystem, context: QgsProcessingContext) -> QgsGeometry:
    request = QgsFeatureRequest().setDestinationCrs(crs, context.transformContext())
    return QgsGeometry.unaryUnion([feature.geometry() for feature in areas.getFeatures(request)])


def _corner(transform: tuple[float, ...], column: int, row: int) -> QgsPointXY:
    return QgsPointXY(
        transform[0] + column * transform[1] + row * transform[2],
        transform[3] + column * transform[4] + row * transform[5],
    )
