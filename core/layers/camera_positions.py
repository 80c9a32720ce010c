"""Where photos were taken from, as calibrated: PIX4D's text file of external camera parameters as points.

Each line has a photo's name, X, Y, Z in the output system, and the angles omega, phi, kappa in degrees; the first line
names these columns (the vendor's documentation of its desktop program; its cloud writes the same file).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsPoint,
    QgsVectorFileWriter,
    QgsWkbTypes,
)

from .. import compat
from ..problems import Problem
from ..translation import tr

FIELDS = (("photo", "text"), ("height", "real"), ("omega", "real"), ("phi", "real"), ("kappa", "real"))
NUMBERS = 6


@dataclass(frozen=True)
class Position:
    """One photo: x, y, z, omega, phi, kappa."""

    photo: str
    values: tuple[float, ...]


def positions(path: Path) -> Iterator[Position]:
    """The lines of the file that hold a position. Names may have blanks in them."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            parts = line.split()
            try:
                values = tuple(float(one) for one in parts[-NUMBERS:])
            except ValueError:
                continue  # the first line, and what is no position
            if len(parts) > NUMBERS and all(math.isfinite(one) for one in values):
                yield Position(" ".join(parts[:-NUMBERS]), values)


def write_points(path: Path, target: Path, crs: QgsCoordinateReferenceSystem) -> int:
    """Write the positions as points with heights into a GeoPackage; how many. :class:`Problem` for a file of none."""
    fields = QgsFields()
    for name, kind in FIELDS:
        fields.append(compat.make_field(name, kind))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "cameras"
    writer = QgsVectorFileWriter.create(
        str(target), fields, QgsWkbTypes.Type.PointZ, crs, QgsCoordinateTransformContext(), options
    )
    count = 0
    for one in positions(path):
        feature = QgsFeature(fields)
        x, y, z, *angles = one.values
        feature.setAttributes([one.photo, z, *angles])
        feature.setGeometry(QgsGeometry(QgsPoint(x, y, z)))
        writer.addFeature(feature)
        count += 1
    failed = writer.hasError()
    del writer  # closes the file
    if failed:
        raise Problem(tr("{file} could not be written. Choose another place.").format(file=target.name))
    if not count:
        target.unlink(missing_ok=True)
        raise Problem(tr("{file} holds no positions of photos. Look at it in its folder.").format(file=path.name))
    return count
