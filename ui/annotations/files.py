"""The GeoPackage of a set of annotations: where it is, and making it.

A set has one file with a table for each kind, in one of the places of ``core.drawing_places``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr
from qgis.core import QgsGeometry

from ...core.layers import provenance
from ...core.layers.gdal_calls import GdalFailed, closed, must
from ...core.problems import Problem
from ...core.pushes import push_history
from ...core.pushes.history import shapes_of
from ...core.translation import tr
from .plan import CLASS_FIELD, AnnotationKind, Subject

LONGEST = 40
Shapes = Mapping[str, Sequence[tuple[QgsGeometry, str]]]


def file_name(subject: Subject) -> str:
    """A name that a person knows again. Of the platform's names only letters and digits are kept."""
    identity = json.dumps([subject.platform, subject.connection, dict(sorted(subject.ids.items()))])
    spoken = re.sub(r"[^A-Za-z0-9]+", "-", "-".join(subject.name(role) for role in sorted(subject.ids)))
    digest = hashlib.sha256(identity.encode()).hexdigest()[:10]
    return "-".join(part for part in ("annotations", spoken[:LONGEST].strip("-"), digest) if part) + ".gpkg"


def find_or_make(subject: Subject, places: Sequence[Path], fetch: Callable[[Path], Path] | None = None) -> Path:
    """The set's file; a new one is made by ``fetch``, else it holds what was last pushed from here. Not for the main
    thread."""
    name = file_name(subject)
    digest = name.rpartition("-")[2]
    for folder in places:
        found = sorted(folder.glob(f"annotations-*{digest}"))  # a detector may have got another name since
        if found:
            return found[0]
    for folder in places:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                file = folder / name
                return fetch(file) if fetch is not None else make(subject, file, last_pushed(subject))
        except (OSError, GdalFailed):
            if folder == places[-1]:
                raise
    raise Problem(tr("There is no folder in which the annotations can be kept. Save the project, then try again."))


def last_pushed(subject: Subject) -> Shapes:
    """By kind, the shapes of the last push from here, each with its class."""
    history = push_history()
    found: dict[str, list[tuple[QgsGeometry, str]]] = {}
    for kind in subject.plan.kinds:
        for part in subject.parts(kind):
            last = history.last(subject.key(kind.key, part))
            if last is not None:
                found.setdefault(kind.key, []).extend((shape, part) for shape in shapes_of(last))
    return found


def make(subject: Subject, path: Path, shapes: Shapes) -> Path:
    """Write the file; it appears whole or not at all."""
    part = path.with_name(f".{uuid.uuid4().hex}.part.gpkg")
    try:
        driver = gdal.GetDriverByName("GPKG")
        dataset = must(lambda: driver.Create(str(part), 0, 0, 0, gdal.GDT_Unknown), "create")
        for kind in subject.plan.kinds:
            _table(dataset, kind, shapes.get(kind.key, ()))
            origin = provenance.made(subject.platform, subject.connection, kind.key, subject.ids)
            dataset.GetLayerByName(kind.key).SetMetadataItem(provenance.ITEM, origin.text())
        must(lambda: dataset.FlushCache() or True, "write")
        must(lambda: closed(dataset), "close")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def _table(dataset: Any, kind: AnnotationKind, shapes: Sequence[tuple[QgsGeometry, str]]) -> None:
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    options = ["GEOMETRY_NAME=geom", "FID=fid"]
    table = must(lambda: dataset.CreateLayer(kind.key, system, ogr.wkbPolygon, options), "table")
    if kind.classes:
        table.CreateField(ogr.FieldDefn(CLASS_FIELD, ogr.OFTString))
    table.StartTransaction()
    for shape, part in shapes:
        feature = ogr.Feature(table.GetLayerDefn())
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(bytes(shape.asWkb())))
        if kind.classes:
            feature.SetField(CLASS_FIELD, part)
        table.CreateFeature(feature)
    table.CommitTransaction()
