"""Areas kept as files of the profile, as they were when an algorithm was given them.

An area that was drawn is still edited afterwards, and as long as it is not saved it exists only in the window. What a
job, the history or a batch holds must not change with it, and must be there after a restart. So each choice of areas
is written once to a small FlatGeobuf file, named after what is in it; the same areas give the same file.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import make_field
from ..problems import Problem
from ..translation import tr
from .areas import area_km2
from .reproject import reprojected

ENDING = ".fgb"
NAME, PURPOSE, KEY, AREA = "name", "purpose", "key", "area_km2"


@dataclass(frozen=True, eq=False)
class Area:
    """A polygon as it was drawn, in the system of the map then. ``key`` is what it is known by in its layer."""

    geometry: QgsGeometry
    crs: QgsCoordinateReferenceSystem
    name: str = ""
    purpose: str = ""
    key: str = ""

    def km2(self) -> float:
        """Square kilometres on the ellipsoid; :class:`Problem` where they cannot be told."""
        return area_km2(self.geometry, self.crs, QgsProject.instance().transformContext())


def folder() -> Path:
    """Where areas are kept, in the profile."""
    place = Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "areas"
    place.mkdir(parents=True, exist_ok=True)
    return place


def keep(areas: Sequence[Area]) -> str:
    """Write the areas, unless they are there already; the file's path. They get the system of the first one."""
    crs = areas[0].crs
    context = QgsProject.instance().transformContext()
    placed = [(one, one.geometry if one.crs == crs else reprojected(one.geometry, one.crs, crs, context))
              for one in areas]
    content = hashlib.sha256(crs.toWkt().encode())
    for one, geometry in placed:
        content.update(bytes(geometry.asWkb()) + "\0".join((one.name, one.purpose, one.key)).encode() + b"\0")
    words = re.sub(r"[^A-Za-z0-9]+", "-", areas[0].name if len(areas) == 1 else "areas").strip("-")[:40] or "area"
    path = folder() / f"{words}-{content.hexdigest()[:12]}{ENDING}"
    if not path.exists():
        _write(path, crs, placed)
    return str(path)


def _write(path: Path, crs: QgsCoordinateReferenceSystem, placed: Sequence[tuple[Area, QgsGeometry]]) -> None:
    fields = QgsFields()
    for name, kind in ((NAME, "text"), (PURPOSE, "text"), (KEY, "text"), (AREA, "real")):
        fields.append(make_field(name, kind))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "FlatGeobuf"
    options.layerOptions = ["SPATIAL_INDEX=NO"]
    part = path.with_name(f"part-{path.name}")
    context = QgsProject.instance().transformContext()
    kind = QgsWkbTypes.Type.MultiPolygon
    writer = QgsVectorFileWriter.create(str(part), fields, kind, crs, context, options)
    fine = writer.hasError() == QgsVectorFileWriter.WriterError.NoError
    for one, geometry in placed:
        feature = QgsFeature(fields)
        feature.setAttributes([one.name, one.purpose, one.key, one.km2()])
        for shape in geometry.coerceToType(kind)[:1]:
            feature.setGeometry(shape)
        fine = fine and writer.addFeature(feature)
    del writer  # which closes the file
    if not fine:
        part.unlink(missing_ok=True)
        raise Problem(tr("The area could not be kept in {folder}. Is the disk full?").format(folder=path.parent))
    part.replace(path)


def is_kept(value: object) -> bool:
    """Whether a parameter's value is such a file."""
    return isinstance(value, str) and value.endswith(ENDING) and Path(value).parent == folder() and \
        Path(value).is_file()


def kept(path: str) -> list[Area]:
    """The areas of such a file."""
    layer = QgsVectorLayer(path, "areas", "ogr")
    if not layer.isValid():
        return []
    return [
        Area(QgsGeometry(one.geometry()), layer.crs(), *(str(one[name] or "") for name in (NAME, PURPOSE, KEY)))
        for one in layer.getFeatures()
    ]
