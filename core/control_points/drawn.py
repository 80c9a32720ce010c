"""A layer in which control points are drawn by QGIS's own tools, with the fields that registering them reads.

The GeoPackage lies beside the QGIS project, or in the profile, so that points that are not registered yet outlive QGIS.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransformContext,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsFields,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ..compat import make_field
from ..layers import provenance
from ..problems import Problem
from ..translation import tr

TABLE = "control_points"
#: Name and type, as ``compat.make_field`` calls it.
FIELDS = (
    ("name", "text"),
    ("point_type", "text"),
    ("z", "real"),
    ("xy_accuracy", "real"),
    ("z_accuracy", "real"),
)
#: Metres or feet, as a survey with a receiver gives them: what a new point begins with.
USUAL_ACCURACY = "0.02"
NEEDED = ("name", "z")
_making = threading.Lock()


def find_or_make(places: Sequence[Path], origin: provenance.Provenance, crs: QgsCoordinateReferenceSystem) -> Path:
    """The file of a project, by ``origin``; made in the first of these folders that can be written. From any thread.
    Raises :class:`Problem` when none can."""
    identity = json.dumps([origin.platform, origin.connection, origin.ids], sort_keys=True)
    name = f"control-points-{hashlib.sha256(identity.encode()).hexdigest()[:10]}.gpkg"
    for folder in places:
        if (folder / name).exists():
            return folder / name
    for folder in places:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            with _making:  # who had to wait finds the file, and puts no empty one in its place
                if not (folder / name).exists():
                    _make(folder / name, crs)
            return folder / name
    raise Problem(tr("There is no folder in which the points can be kept. Save the QGIS project, then try again."))


def _make(path: Path, crs: QgsCoordinateReferenceSystem) -> None:
    """An empty table in the system of the project, whole or not at all."""
    beside = path.with_name(f".{path.stem}.part.gpkg")
    beside.unlink(missing_ok=True)
    fields = QgsFields()
    for name, kind in FIELDS:
        fields.append(make_field(name, kind))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", TABLE
    try:
        writer = QgsVectorFileWriter.create(
            str(beside), fields, QgsWkbTypes.Type.Point, crs, QgsCoordinateTransformContext(), options
        )
        refused = writer.errorMessage() if writer.hasError() != QgsVectorFileWriter.WriterError.NoError else ""
        del writer  # closes the file
        if refused:
            raise Problem(tr("{file} cannot be written: {words}").format(file=path.name, words=refused))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def opened(path: Path, title: str, origin: provenance.Provenance) -> QgsVectorLayer:
    """The layer, with a form that asks for what a point needs. Main thread. Raises :class:`Problem` when the file
    cannot be read."""
    layer = QgsVectorLayer(f"{path}|layername={TABLE}", title, "ogr")
    if not layer.isValid():
        raise Problem(tr("{file} cannot be read. Move the file away and begin again.").format(file=path.name))
    provenance.write_layer(layer, origin)
    fields = layer.fields()
    aliases = {
        "name": tr("Name"),
        "point_type": tr("Type"),
        "z": tr("Height"),
        "xy_accuracy": tr("Horizontal accuracy"),
        "z_accuracy": tr("Vertical accuracy"),
    }
    defaults = {
        "name": "'P' || (coalesce(maximum(to_int(regexp_substr(\"name\", '^P(\\\\d+)$'))), 0) + 1)",
        "point_type": "'GCP'",
        "xy_accuracy": USUAL_ACCURACY,
        "z_accuracy": USUAL_ACCURACY,
    }
    for name, alias in aliases.items():
        index = fields.lookupField(name)
        layer.setFieldAlias(index, alias)
        if name in defaults:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(defaults[name]))
        if name in NEEDED:
            layer.setFieldConstraint(index, QgsFieldConstraints.Constraint.ConstraintNotNull)
    layer.setFieldConstraint(fields.lookupField("name"), QgsFieldConstraints.Constraint.ConstraintUnique)
    kinds = {"map": [{tr("Control point"): "GCP"}, {tr("Check point"): "CHECKPOINT"}]}
    layer.setEditorWidgetSetup(fields.lookupField("point_type"), QgsEditorWidgetSetup("ValueMap", kinds))
    hidden = fields.lookupField("fid")
    if hidden >= 0:
        layer.setEditorWidgetSetup(hidden, QgsEditorWidgetSetup("Hidden", {}))
    return layer
