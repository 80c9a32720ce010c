"""The layer that holds what was drawn: "Areas (Imagery Hub)".

It is a GeoPackage and no memory layer: a project reopens with its areas, and jobs can be taken up again. The file lies
beside the project, or in the profile as long as the project has no file of its own (or its folder is not writable).
A layer has the system of the map in which it was drawn, so that a shape stays what the user saw; drawing in another
system makes a further table in the same file.
"""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsDefaultValue,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsMapLayer,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
    QgsVectorLayerUtils,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDateTime

from ...core.compat import make_field
from ...core.geometry.drawn import as_seen
from ...core.geometry.kept import AREA, KEY, NAME, PURPOSE, Area, folder
from ...core.geometry.reproject import reprojected
from ...core.problems import Problem
from ...core.translation import tr
from .style import dress

PROPERTY = "imageryhub/areas"
FIELDS = ((NAME, "text"), (PURPOSE, "text"), ("created", "moment"), (AREA, "real"), (KEY, "text"))
KIND = QgsWkbTypes.Type.MultiPolygon


def is_areas(layer: QgsMapLayer | None) -> bool:
    """Whether this is such a layer."""
    return isinstance(layer, QgsVectorLayer) and bool(layer.customProperty(PROPERTY, ""))


def all_layers() -> list[QgsVectorLayer]:
    """Those of the project."""
    return [one for one in QgsProject.instance().mapLayers().values() if is_areas(one) and one.isValid()]


def layer_for(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """The project's layer for drawing in that system, in edit mode; made when there is none."""
    if not crs.isValid():
        raise Problem(
            tr("The map has no coordinate reference system. Set one under Project, Properties, CRS, then draw.")
        )
    layer = next((one for one in all_layers() if one.crs() == crs), None) or _made(crs)
    if not layer.isEditable() and not layer.startEditing():
        raise Problem(tr("The layer “{name}” cannot be edited. Is its file write-protected?").format(name=layer.name()))
    return layer


def _made(crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    path = _file()
    table = "areas_" + (re.sub(r"\W+", "_", crs.authid()).lower() or uuid.uuid4().hex[:8])
    source = f"{path}|layername={table}"
    layer = QgsVectorLayer(source, "areas", "ogr")
    if not layer.isValid() or layer.crs() != crs:
        _write(path, table, crs)
        layer = QgsVectorLayer(source, "areas", "ogr")
    if not layer.isValid():
        raise Problem(tr("The areas could not be kept in {file}.").format(file=path))
    others = all_layers()
    layer.setName(tr("Areas (Imagery Hub)") if not others else tr("Areas (Imagery Hub), {crs}").format(
        crs=crs.authid() or crs.description()))
    layer.setCustomProperty(PROPERTY, "1")
    dress(layer)
    QgsProject.instance().addMapLayer(layer, False)
    QgsProject.instance().layerTreeRoot().insertLayer(0, layer)
    return layer


def _file() -> Path:
    for layer in all_layers():
        return Path(layer.source().partition("|")[0])
    project = QgsProject.instance().absoluteFilePath()
    if project and os.access(Path(project).parent, os.W_OK):
        return Path(project).with_name(f"{Path(project).stem}_areas.gpkg")
    return folder() / f"drawn-{uuid.uuid4().hex[:8]}.gpkg"


def _write(path: Path, table: str, crs: QgsCoordinateReferenceSystem) -> None:
    fields = QgsFields()
    for name, kind in FIELDS:
        fields.append(make_field(name, kind))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", table
    action = QgsVectorFileWriter.ActionOnExistingFile
    options.actionOnExistingFile = (
        action.CreateOrOverwriteLayer if path.exists() else action.CreateOrOverwriteFile
    )
    context = QgsProject.instance().transformContext()
    writer = QgsVectorFileWriter.create(str(path), fields, KIND, crs, context, options)
    fine = writer.hasError() == QgsVectorFileWriter.WriterError.NoError
    del writer  # which closes the file
    if not fine:
        raise Problem(tr("The areas could not be kept in {file}.").format(file=path))


def add(
    layer: QgsVectorLayer, geometries: Sequence[QgsGeometry], purpose: str, names: Sequence[str] = ()
) -> list[Area]:
    """Put shapes, which are in the layer's system, into it as one step that can be undone."""
    number = _last_number(layer)
    layer.beginEditCommand(tr("Draw area"))
    added = []
    for index, geometry in enumerate(geometries):
        number += 1
        name = names[index] if index < len(names) and names[index] else tr("Area {number}").format(number=number)
        area = Area(QgsGeometry(geometry), layer.crs(), name, purpose, uuid.uuid4().hex)
        if not layer.addFeature(_feature(layer, area)):
            layer.destroyEditCommand()
            raise Problem(tr("The area could not be added to the layer “{name}”.").format(name=layer.name()))
        added.append(area)
    layer.endEditCommand()
    layer.triggerRepaint()
    return added


def _feature(layer: QgsVectorLayer, area: Area) -> QgsFeature:
    shapes = area.geometry.coerceToType(layer.wkbType())
    values: Mapping[str, object] = {
        NAME: area.name,
        PURPOSE: area.purpose,
        KEY: area.key,
        "created": QDateTime.currentDateTime(),
        AREA: area.km2(),
    }
    numbered = {layer.fields().lookupField(name): value for name, value in values.items()}
    return QgsVectorLayerUtils.createFeature(layer, shapes[0] if shapes else area.geometry, numbered)


def _last_number(layer: QgsVectorLayer) -> int:
    pattern = re.compile(re.escape(tr("Area {number}")).replace(r"\{number\}", r"(\d+)"))
    found = (pattern.fullmatch(str(one[NAME])) for one in layer.getFeatures())
    return max((int(one.group(1)) for one in found if one), default=0)


def area_of(layer: QgsVectorLayer, feature: QgsFeature) -> Area:
    """A feature of such a layer."""
    name, purpose, key = (str(feature[field] or "") for field in (NAME, PURPOSE, KEY))
    return Area(QgsGeometry(feature.geometry()), layer.crs(), name, purpose, key)


def areas_in(layer: QgsVectorLayer, selected: bool = False) -> Iterator[Area]:
    """What such a layer holds now, saved or not."""
    for feature in layer.getSelectedFeatures() if selected else layer.getFeatures():
        if not feature.geometry().isEmpty():
            yield area_of(layer, feature)


def draw_for(layer: QgsVectorLayer, purpose: str) -> None:
    """What QGIS's own tool notes with the areas that it draws from now on."""
    quoted = purpose.replace("'", "''")
    layer.setDefaultValueDefinition(layer.fields().lookupField(PURPOSE), QgsDefaultValue(f"'{quoted}'", False))


def seen_area(layer: QgsVectorLayer, number: int) -> Area | None:
    """The area that QGIS has just added under that number, its very long sides with corners in between."""
    feature = layer.getFeature(number)
    if not feature.isValid() or feature.geometry().isEmpty():
        return None
    shape = as_seen(feature.geometry(), layer.crs(), QgsProject.instance().transformContext())
    if shape.constGet().nCoordinates() != feature.geometry().constGet().nCoordinates():
        layer.beginEditCommand(tr("Draw area"))
        layer.changeGeometry(number, shape)
        layer.endEditCommand()
    return area_of(layer, layer.getFeature(number))


def now(area: Area) -> Area:
    """The area as it is by now, after edits; as it was where it is gone."""
    if area.key:
        for layer in all_layers():
            for one in areas_in(layer):
                if one.key == area.key:
                    return one
    return area


def placed(geometry: QgsGeometry, source: QgsCoordinateReferenceSystem, layer: QgsVectorLayer) -> QgsGeometry:
    """A shape of another layer in this one's system, with corners where its sides would not stay straight."""
    context = QgsProject.instance().transformContext()
    return reprojected(geometry, source, layer.crs(), context)


def save_all() -> bool:
    """Write what is drawn to the files; editing goes on. False when something could not be written."""
    return all(layer.commitChanges(False) for layer in all_layers() if layer.isModified())
