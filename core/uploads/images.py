"""Images before they are sent: where each was taken, and whether that lies in the area of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import QgsGeometry, QgsPointXY

from ..photos.reading import Photo, read
from ..rasters.check import Area, Finding
from ..translation import tr
from .metadata import Said

SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp")
FORMATS = ("JPEG", "PNG", "GTiff", "WEBP")
"""GDAL's names of the same."""
INSIDE, OUTSIDE, UNPLACED, UNREADABLE = "inside", "outside", "without position", "unreadable"
Place = tuple[float, float]
"""Longitude and latitude."""


@dataclass(frozen=True)
class ImageLook:
    """An image. ``place``: where it will be on the platform, None where nothing tells; ``given``: it is not the file
    that tells it. ``photo`` is None for a file that is no image."""

    path: Path
    photo: Photo | None
    place: Place | None = None
    given: bool = False
    state: str = INSIDE

    @property
    def point(self) -> QgsGeometry:
        """Its place as a shape in WGS 84; null without one."""
        return QgsGeometry() if self.place is None else QgsGeometry.fromPointXY(QgsPointXY(*self.place))

    @property
    def findings(self) -> list[Finding]:
        """Why the platform would refuse it; empty when it would not."""
        words = {
            OUTSIDE: tr("It was taken outside the area of interest of the project."),
            UNPLACED: tr("Neither the file nor a table tells where it was taken."),
            UNREADABLE: tr("It is damaged or is no image: GDAL cannot read it."),
        }
        return [Finding(self.state, words[self.state])] if self.state in words else []


def look(
    paths: Sequence[Path],
    said: Mapping[Path, Said],
    area: Area | None,
    given_first: bool = False,
    looked: Callable[[int], None] = lambda number: None,
) -> Iterator[ImageLook]:
    """Read images one by one. A place that a table gives serves those without one of their own, with ``given_first``
    all. ``area`` None: not known. ``looked`` is told the number of each before it is read; it may raise to stop."""
    for number, path in enumerate(paths):
        looked(number)
        photo = read(path, FORMATS)
        if photo is None:
            yield ImageLook(path, None, state=UNREADABLE)
            continue
        own = None
        if photo.longitude is not None and photo.latitude is not None:
            own = photo.longitude, photo.latitude
        table = said[path].place if path in said else None
        given = table is not None and (given_first or own is None)
        place = table if given else own
        found = ImageLook(path, photo, place, given, INSIDE if place is not None else UNPLACED)
        if place is not None and area is not None and not area.touches(found.point):
            found = ImageLook(path, photo, place, given, OUTSIDE)
        yield found
