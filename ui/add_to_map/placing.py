"""Layers on the map: which of them is an entry already, and how a new one is put there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsLayerTree,
    QgsLayerTreeGroup,
    QgsMapLayer,
    QgsPalLayerSettings,
    QgsProject,
    QgsRasterLayer,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.gui import QgsLayerTreeView
from qgis.PyQt import sip
from qgis.PyQt.QtCore import QPoint

from ...core import messages
from ...core.layers import provenance, time
from ...core.problems import Problem
from ...core.translation import tr
from ..nodes.description import Place
from .ways import Way


def layer_of(place: Place, ways: Sequence[Way]) -> QgsMapLayer | None:
    """The layer of the project that shows this entry, the uppermost of several."""
    wanted = {(place.platform, place.connection, one.origin, one.role, one.target(place)) for one in ways}
    for node in QgsProject.instance().layerTreeRoot().findLayers():
        layer = node.layer()
        found = None if layer is None else provenance.parse(str(layer.customProperty(provenance.PROPERTY, "")))
        if found is not None and any(
            (found.platform, found.connection, found.kind, role, one) in wanted for role, one in found.ids.items()
        ):
            return layer
    return None


def opened(path: Path | None, way: Way) -> QgsMapLayer:
    """The layer of a file that was written; :class:`Problem` when QGIS cannot open it, or there is none."""
    if path is None:
        raise Problem(tr("The platform gave no layer."))
    layer = QgsVectorLayer(str(path), path.stem, "ogr") if way.vector else QgsRasterLayer(str(path), path.stem, "gdal")
    if not layer.isValid():
        words = tr("The file {file} was written, but QGIS cannot open it. Look at it in its folder.")
        raise Problem(words.format(file=path.name))
    return layer


def dress(layer: QgsMapLayer, place: Place, way: Way) -> None:
    """Name, origin and capture time, where the layer does not know them from its algorithm or file."""
    layer.setName(messages.clean(way.title(place)))
    if provenance.read(layer) is None:
        ids = {way.role: way.target(place)}
        provenance.write_layer(layer, provenance.made(place.platform, place.connection, way.origin, ids))
    properties = layer.temporalProperties()
    if properties is not None and not properties.isActive():
        moments = (time.captured_in(one.details) for one in (place.entry, *reversed(place.above)))
        time.set_capture(layer, next(filter(None, moments), ""))
    if way.label and isinstance(layer, QgsVectorLayer) and layer.fields().lookupField(way.label) >= 0:
        settings = QgsPalLayerSettings()
        settings.fieldName = way.label
        layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
        layer.setLabelsEnabled(True)


@dataclass(frozen=True)
class Spot:
    """A place in the layer tree: in this group, above the layer with this id, or at the top of the group."""

    group: QgsLayerTreeGroup
    above: str = ""


def spot_at(view: QgsLayerTreeView, point: QPoint) -> Spot | None:
    """What is below a point of the screen: a group, or a place above a layer. None outside of the tree."""
    inside = view.viewport().mapFromGlobal(point)
    if not view.viewport().rect().contains(inside):
        return None
    index = view.indexAt(inside)
    node = view.index2node(index)
    while node is None:  # an entry of a layer's legend
        index = index.parent()
        node = view.index2node(index)
    if QgsLayerTree.isGroup(node):
        return Spot(node)
    return Spot(node.parent(), node.layerId()) if QgsLayerTree.isLayer(node) else None


def put(
    layer: QgsMapLayer, above: Sequence[QgsMapLayer], below: Sequence[QgsMapLayer], spot: Spot | None = None
) -> None:
    """Among those that were asked for with it: below ``above``, nearest last, and above ``below``, nearest first; else
    at the spot, else on top of the project's layers. To the first layer of a map QGIS itself zooms."""
    project = QgsProject.instance()
    root = project.layerTreeRoot()
    before = root.findLayer(layer)
    if before is None:
        project.addMapLayer(layer, False)
    _insert(root, layer, above, below, spot)
    if before is not None:  # only now: the project lets go of a layer that is in its tree no more
        before.parent().removeChildNode(before)


def _insert(
    root: QgsLayerTree,
    layer: QgsMapLayer,
    above: Sequence[QgsMapLayer],
    below: Sequence[QgsMapLayer],
    spot: Spot | None,
) -> None:
    for one, step in [(one, 1) for one in reversed(above)] + [(one, 0) for one in below]:
        node = root.findLayer(one)
        if node is not None:
            group = node.parent()
            group.insertLayer(group.children().index(node) + step, layer)
            return
    if spot is None or sip.isdeleted(spot.group):  # the group may have gone since
        root.insertLayer(0, layer)
        return
    nodes = [one.layerId() if QgsLayerTree.isLayer(one) else "" for one in spot.group.children()]
    spot.group.insertLayer(nodes.index(spot.above) if spot.above in nodes else 0, layer)


def file_of(layer: QgsMapLayer) -> Path | None:
    """The file behind a layer; None where it is read from elsewhere or is gone."""
    path = Path(layer.source().partition("|")[0])
    return path if layer.providerType() in ("gdal", "ogr") and path.is_file() else None


def zoom_to(layers: Sequence[QgsMapLayer], canvas: Any) -> None:
    """Show all of these layers, with some room around them."""
    project = QgsProject.instance()
    shown = None
    for layer in layers:
        transform = QgsCoordinateTransform(layer.crs(), canvas.mapSettings().destinationCrs(), project)
        try:
            box = transform.transformBoundingBox(layer.extent())
        except QgsCsException:  # it lies where the map's projection ends
            continue
        if shown is None:
            shown = box
        else:
            shown.combineExtentWith(box)
    if shown is not None and not shown.isEmpty():
        canvas.setExtent(shown.buffered(max(shown.width(), shown.height()) / 20))
        canvas.refresh()
