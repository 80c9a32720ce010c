"""The layers of a set of annotations in the project: made, dressed, and found again. Main thread only."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsCoordinateTransform,
    QgsCsException,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from ...core.geometry.reproject import wgs84
from ...core.layers import metadata, provenance
from ...core.problems import Problem
from ...core.translation import tr
from . import looks
from .plan import CLASS_FIELD, PROPERTY, AnnotationKind, Subject, subject_of

KIND_PROPERTY = PROPERTY + "_kind"


def kind_of_layer(layer: QgsMapLayer) -> str:
    """The key of the kind that a layer of annotations holds; empty for other layers."""
    return str(layer.customProperty(KIND_PROPERTY, "")) if subject_of(layer) is not None else ""


def subjects(project: QgsProject) -> list[Subject]:
    """The sets that the project holds, in the order of their titles."""
    found = {subject for subject in map(subject_of, project.mapLayers().values()) if subject is not None}
    return sorted(found, key=lambda subject: subject.title().casefold())


def layers_of(project: QgsProject, subject: Subject) -> dict[str, QgsVectorLayer]:
    """The layers of a set by kind, in the order of the kinds; those that were removed or cannot be read are missing."""
    found = {
        kind_of_layer(layer): layer
        for layer in project.mapLayers().values()
        if isinstance(layer, QgsVectorLayer) and layer.isValid() and subject_of(layer) == subject
    }
    return {kind.key: found[kind.key] for kind in subject.plan.kinds if kind.key in found}


def add_set(project: QgsProject, subject: Subject, path: Path) -> dict[str, QgsVectorLayer]:
    """Put what is missing of the set into the project, in a group on top; its layers by kind."""
    there = layers_of(project, subject)
    group = _group(project, subject, list(there.values()))
    for number, kind in enumerate(_from_top(subject)):
        if kind.key in there:
            dress(there[kind.key], subject, kind)
            continue
        layer = QgsVectorLayer(f"{path}|layername={kind.key}", kind.title(), "ogr")
        if not layer.isValid():
            raise Problem(
                tr("{file} holds no layer “{layer}” that QGIS can read. Move the file away and begin again.").format(
                    file=path.name, layer=kind.key
                )
            )
        dress(layer, subject, kind)
        _describe(layer, subject, kind)
        project.addMapLayer(layer, False)
        group.insertLayer(min(number, len(group.children())), layer)
    return layers_of(project, subject)


def _from_top(subject: Subject) -> Sequence[AnnotationKind]:
    """Small things above large ones: kinds with classes first."""
    return sorted(subject.plan.kinds, key=lambda kind: not kind.classes)


def _group(project: QgsProject, subject: Subject, layers: Sequence[QgsMapLayer]) -> QgsLayerTreeGroup:
    root = project.layerTreeRoot()
    for layer in layers:
        node = root.findLayer(layer.id())
        if node is not None and QgsLayerTree.isGroup(node.parent()) and node.parent() is not root:
            return node.parent()
    return root.insertGroup(0, subject.title())


def dress(layer: QgsVectorLayer, subject: Subject, kind: AnnotationKind) -> None:
    """Style, fields and origin. What the platform tells later (classes, names) is put on again."""
    changed = layer.customProperty(PROPERTY) != subject.text()
    layer.setCustomProperty(PROPERTY, subject.text())
    layer.setCustomProperty(KIND_PROPERTY, kind.key)
    origin = provenance.read(layer)
    if origin is None or dict(origin.ids) != dict(subject.ids):
        origin = provenance.made(subject.platform, subject.connection, kind.key, subject.ids)
    provenance.write_layer(layer, origin)
    exchange = subject.plan.exchange
    if exchange is not None and changed:
        exchange.dress(layer, kind.key)
    elif changed:
        layer.setRenderer(looks.renderer(kind, subject.classes))
        layer.triggerRepaint()
    form = layer.editFormConfig()
    form.setSuppress(no_form())
    layer.setEditFormConfig(form)
    index = layer.fields().lookupField(CLASS_FIELD)
    if index >= 0:
        _dress_class(layer, subject, index)


def no_form() -> Any:
    """Drawing asks nothing: the class is chosen in the dock. The enum moved with QGIS 3.32."""
    moved = getattr(Qgis, "AttributeFormSuppression", None)
    return QgsEditFormConfig.FeatureFormSuppress.SuppressOn if moved is None else moved.On


def _dress_class(layer: QgsVectorLayer, subject: Subject, index: int) -> None:
    layer.setFieldAlias(index, tr("Class"))
    choices = [{one.name or one.id: one.id} for one in subject.classes]
    if choices:
        layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ValueMap", {"map": choices}))
        layer.setFieldConstraint(
            index,
            QgsFieldConstraints.Constraint.ConstraintNotNull,
            QgsFieldConstraints.ConstraintStrength.ConstraintStrengthSoft,
        )
        if chosen_class(layer) not in [one.id for one in subject.classes]:
            choose_class(layer, subject.classes[0].id)


def chosen_class(layer: QgsVectorLayer) -> str:
    """The class that new features get."""
    index = layer.fields().lookupField(CLASS_FIELD)
    text = layer.defaultValueDefinition(index).expression() if index >= 0 else ""
    return text[1:-1].replace("''", "'") if len(text) > 1 else ""


def choose_class(layer: QgsVectorLayer, identity: str) -> None:
    """Let new features get this class."""
    index = layer.fields().lookupField(CLASS_FIELD)
    if index >= 0:
        quoted = identity.replace("'", "''")
        layer.setDefaultValueDefinition(index, QgsDefaultValue(f"'{quoted}'"))


def _describe(layer: QgsVectorLayer, subject: Subject, kind: AnnotationKind) -> None:
    lines = [kind.hint(), *(f"{role}: {value}" for role, value in subject.ids.items())]
    metadata.describe(layer, metadata.Description(f"{kind.title()} ({subject.title()})", "\n".join(lines)))


def raster_layer(project: QgsProject, subject: Subject) -> QgsMapLayer | None:
    """The imagery in the project, where it is there."""
    for layer in project.mapLayers().values():
        origin = provenance.parse(str(layer.customProperty(provenance.PROPERTY, "")))
        if (
            origin is not None
            and (origin.platform, origin.connection) == (subject.platform, subject.connection)
            and subject_of(layer) is None
            and subject.plan.is_imagery(subject, origin)
        ):
            return layer
    return None


def extent(subject: Subject, layers: Sequence[QgsVectorLayer]) -> QgsRectangle:
    """Where the set is, in longitude and latitude: the footprint, else what is drawn."""
    place = subject.place()
    if place is not None and not place.isEmpty():
        return place.boundingBox()
    box = QgsRectangle()
    for layer in layers:
        if layer.featureCount() and layer.crs().isValid():
            way = QgsCoordinateTransform(layer.crs(), wgs84(), QgsProject.instance())
            try:
                box.combineExtentWith(way.transformBoundingBox(layer.extent()))
            except QgsCsException:
                continue
    return box


def show_on_top(project: QgsProject, subject: Subject) -> None:
    """Let the set's layers be seen."""
    root = project.layerTreeRoot()
    for layer in layers_of(project, subject).values():
        node: QgsLayerTreeLayer | None = root.findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)


def put_below(project: QgsProject, subject: Subject, raster: QgsMapLayer) -> None:
    """Let the imagery lie below the set's group in the layer tree, where it is above it, and below what was found on
    it."""
    root = project.layerTreeRoot()
    node = root.findLayer(raster.id())
    mine = [root.findLayer(layer.id()) for layer in layers_of(project, subject).values()]
    group = next((one.parent() for one in mine if one is not None and one.parent() is not root), None)
    top = root.children()
    if node is None or group not in top or node not in top or top.index(node) > top.index(group):
        return
    found = [place for place, one in enumerate(top) if QgsLayerTree.isLayer(one) and _is_on(one.layer(), subject)]
    # A clone first: the project lets go of a layer without a node.
    root.insertChildNode(max([top.index(group), *found]) + 1, node.clone())
    root.removeChildNode(node)


def _is_on(layer: QgsMapLayer | None, subject: Subject) -> bool:
    """Whether a layer holds what was found or drawn on the imagery of a set."""
    role = subject.plan.raster
    origin = provenance.read(layer) if isinstance(layer, QgsVectorLayer) and role else None
    return origin is not None and origin.ids.get(role) == subject.ids[role]
