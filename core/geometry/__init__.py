"""Shapes between the map and the platforms: reference systems, validity, areas, features as files."""

from __future__ import annotations

from .areas import area_km2, charged_megapixels, megapixels, pixel_area_m2
from .export import FeatureExport, export_features
from .reproject import from_platform, reprojected, to_platform
from .validity import findings, repaired
from .words import sentence, sentences

__all__ = [
    "FeatureExport",
    "area_km2",
    "charged_megapixels",
    "export_features",
    "findings",
    "from_platform",
    "megapixels",
    "pixel_area_m2",
    "repaired",
    "reprojected",
    "sentence",
    "sentences",
    "to_platform",
]
