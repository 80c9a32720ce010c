"""Live sources as layers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from qgis.core import (
    QgsLayerDefinition,
    QgsLayerTreeGroup,
    QgsLayerTreeLayer,
    QgsLayerTreeNode,
    QgsLayoutItemMap,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
)

from . import credentials
from .reference import Reference, within
from .registry import Live


def open_layer(reference: Reference, live: Live, name: str) -> QgsRasterLayer:
    """A new layer of a live source; whether it can be read is ``isValid``. Sends nothing for tiles."""
    layer = QgsRasterLayer(source_of(reference, live), name, reference.provider)
    set_extent(layer, live.facts)
    return layer


def show(layer: QgsRasterLayer, reference: Reference, live: Live) -> None:
    """Put a live source under a layer; everything else of the layer stays. Tiles keep their source, unless it tells
    something else of them."""
    source = source_of(reference, live)
    if reference.form != "tiles" or _told(layer.source()) != _told(source):
        layer.setDataSource(source, layer.name(), reference.provider)
    set_extent(layer, live.facts or reference.facts)
    layer.triggerRepaint()


def source_of(reference: Reference, live: Live) -> str:
    """What a layer reads from: tiles from their placeholder, with what the platform told last."""
    if reference.form != "tiles":
        return live.source or reference.placeholder()
    return replace(reference, facts=dict(live.facts or reference.facts)).placeholder()


def withdraw(project: QgsProject, reference_of: Callable[[str], Reference | None]) -> None:
    """Put the placeholder under every live layer of a project, which then holds no address whoever saves it. What its
    file would hold does not change, so neither does its state. Main thread."""
    unsaved = project.isDirty()
    withdrawn = False
    for layer in project.mapLayers().values():
        reference = reference_of(layer.source()) if isinstance(layer, QgsRasterLayer) else None
        if reference is not None and reference.form != "tiles":
            layer.setDataSource(reference.placeholder(), layer.name(), reference.provider)
            credentials.unmount(reference.mount)
            withdrawn = True
    if withdrawn:
        _forget_sources(project)
    if not unsaved:
        project.setDirty(False)


def _forget_sources(project: QgsProject) -> None:
    """Maps in layouts remember the source that a layer had when it was given to them, and store that."""
    for layout in project.layoutManager().layouts():
        for item in layout.items() if isinstance(layout, QgsPrintLayout) else ():
            if isinstance(item, QgsLayoutItemMap) and item.layers():
                item.setLayers(item.layers())


def _told(source: str) -> str:
    """The reference and its facts in a source; QGIS writes sources of tiles anew, so that they cannot be compared."""
    found = within(source)
    return "" if found is None else found.text()


def set_extent(layer: QgsRasterLayer, facts: Mapping[str, str]) -> None:
    """Let a layer of tiles end where the raster ends: to QGIS tiles cover the world, and it would ask for all that are
    seen. QGIS forgets the extent whenever it opens the source, so that it has to be set again each time."""
    box = extent_of(facts)
    if box is not None and layer.extent() != box:
        layer.setExtent(box)


def extent_of(facts: Mapping[str, str]) -> QgsRectangle | None:
    """The extent among the facts of a reference; None where there is none, or no usable one."""
    try:
        west, south, east, north = (float(one) for one in facts.get("extent", "").split(","))
    except ValueError:
        return None
    box = QgsRectangle(west, south, east, north, False)
    return box if box.isFinite() and box.width() > 0 and box.height() > 0 else None


def write_definition(layer: QgsRasterLayer, path: str) -> bool:
    """Write a layer definition file (.qlr), which QGIS adds to any project, and say whether it went. As in a project,
    the source in it is the reference."""
    return _exported(QgsLayerTreeLayer(layer), path)


def write_group(layers: Sequence[QgsRasterLayer], name: str, path: str) -> bool:
    """The same for a group of layers, the uppermost first."""
    group = QgsLayerTreeGroup(name)
    for layer in layers:
        group.addLayer(layer)
    return _exported(group, path)


def _exported(node: QgsLayerTreeNode, path: str) -> bool:
    done, _ = QgsLayerDefinition.exportLayerDefinition(path, [node])
    return bool(done)
