"""The demo's QGIS project and its map."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from imagery_hub.core.layers import style
from qgis.core import (
    QgsApplication,
    QgsLayerTreeLayer,
    QgsLayout,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemScaleBar,
    QgsLayoutSize,
    QgsLegendRenderer,
    QgsLegendStyle,
    QgsMapLayer,
    QgsMapLayerLegendUtils,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsRasterLayer,
    QgsReferencedRectangle,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QRectF

from tools.demo.annotations import GROUND_TRUTH, HALVES, OUTLINES, TRAINING_AREAS, Drawn
from tools.demo.looks import MILLIMETERS, outline, put, save_page, set_font, text, write

PAGE = (230.0, 190.0)
MAP = (8.0, 20.0, 160.0, 160.0)
MARGIN_METRES = 0.4
DPI = 200


def make_project(image: Path, drawn: Drawn, output: Path) -> None:
    """Write ``detections.qgz`` and ``map.png`` into ``output``. Paths in the project are relative."""
    application = QgsApplication.instance() or QgsApplication([], False)
    application.initQgis()
    write_project(image, drawn, output)  # its layers and layout have to go before the application does


def write_project(image: Path, drawn: Drawn, output: Path, detections: str = "detections") -> None:
    """The work of :func:`make_project`, within a running application. ``detections`` names their table."""
    project = QgsProject()
    project.setTitle("Tree crowns detected with Picterra")
    project.setFileName(str(output / "detections.qgz"))
    layers = _layers(image, drawn, output, detections)
    for layer in reversed(layers):
        project.addMapLayer(layer)
    tile = layers[-1]
    project.setCrs(tile.crs())
    extent = tile.extent()
    extent.grow(MARGIN_METRES)
    project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, tile.crs()))
    summary = json.loads((output / "summary.json").read_text("utf-8"))
    layout = _layout(project, extent, summary)
    project.layoutManager().addLayout(layout)
    save_page(layout, output / "map.png", DPI)
    if not project.write():
        raise RuntimeError(f"The project could not be written: {project.error()}")


def _layers(image: Path, drawn: Drawn, output: Path, table: str) -> list[QgsMapLayer]:
    """From the top to the bottom of the map."""
    detections = _vector(f"{output / 'detections.gpkg'}|layername={table}", "Detections")
    halves = _vector(drawn.layer(HALVES), "Halves of the tile")
    truth = _vector(drawn.layer(GROUND_TRUTH), "Ground truth (east)")
    outlines = _vector(drawn.layer(OUTLINES), "Outlines (west)")
    areas = _vector(drawn.layer(TRAINING_AREAS), "Training area")
    tile = QgsRasterLayer(str(image), "NEON tile OSBS_029")
    style.style_kind(outlines, "outline")
    style.style_kind(areas, "training_area")
    truth.setRenderer(outline("#00d5ff", "solid", 0.5))
    halves.setRenderer(outline("#ffffff", "dash", 0.5))
    _label_halves(halves)
    return [halves, detections, truth, outlines, areas, tile]


def _vector(source: str, name: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(source, name, "ogr")
    if not layer.isValid():
        raise RuntimeError(f"{name} cannot be opened.")
    return layer


def _label_halves(layer: QgsVectorLayer) -> None:
    """Say which half is which, at its top."""
    settings = QgsPalLayerSettings()
    settings.isExpression = True
    settings.fieldName = "if(fid = 1, 'West: learned from', 'East: compared with ground truth')"
    settings.placement = QgsPalLayerSettings.Placement.OverPoint
    settings.geometryGeneratorEnabled = True
    settings.geometryGenerator = "make_point(x(centroid($geometry)), y_max($geometry) - 1.2)"
    settings.geometryGeneratorType = QgsWkbTypes.GeometryType.PointGeometry
    settings.quadOffset = QgsPalLayerSettings.QuadrantPosition.QuadrantOver
    settings.displayAll = True
    settings.setFormat(text(10, "#ffffff", True))
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def _layout(project: QgsProject, extent: Any, summary: dict[str, Any]) -> QgsPrintLayout:
    """A page with title, map, legend, score and scale.

    The map shows what the project shows: layers of its own would be kept with this machine's paths.
    """
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName("Map")
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*PAGE, MILLIMETERS))
    shown = QgsLayoutItemMap(layout)
    shown.attemptSetSceneRect(QRectF(*MAP))  # both at once: a map of no size loses its extent
    layout.addLayoutItem(shown)
    shown.setCrs(project.crs())
    shown.zoomToExtent(extent)
    shown.setFrameEnabled(True)
    write(layout, "Tree crowns detected with Picterra", 14, (8, 6, 214, 10), bold=True)
    _legend(layout, shown, summary["detections"])
    score = "\n".join(
        [
            f"{summary['detections']} detections on the whole tile",
            "In the east, at IoU 0.4:",
            f"precision {summary['precision']:.2f}",
            f"recall {summary['recall']:.2f}",
            f"F1 {summary['f1']:.2f}",
        ]
    )
    write(layout, score, 9, (173, 118, 52, 34))
    scale = QgsLayoutItemScaleBar(layout)
    scale.setLinkedMap(shown)
    scale.setStyle("Single Box")
    scale.setUnits(QgsUnitTypes.DistanceUnit.DistanceMeters)
    scale.setUnitLabel("m")
    scale.setNumberOfSegments(2)
    scale.setNumberOfSegmentsLeft(0)
    scale.setUnitsPerSegment(5)
    scale.setTextFormat(text(8, "#202020"))
    put(layout, scale, 172, 160, 52, 14)
    write(layout, "Image and crowns: NEON, tile OSBS_029", 7, (8, 182, 160, 6))
    return layout


def _legend(layout: QgsLayout, shown: QgsLayoutItemMap, count: int) -> None:
    legend = QgsLayoutItemLegend(layout)
    legend.setLinkedMap(shown)
    legend.setAutoUpdateModel(False)
    root = legend.model().rootGroup()
    for node in [child for child in root.children() if isinstance(child, QgsLayerTreeLayer)]:
        if node.name().startswith(("Halves", "NEON")):
            root.removeChildNode(node)
        elif node.name() == "Detections":
            QgsMapLayerLegendUtils.setLegendNodeOrder(node, [0])
            QgsMapLayerLegendUtils.setLegendNodeUserLabel(node, 0, f"Detected tree crowns ({count})")
            QgsLegendRenderer.setNodeLegendStyle(node, QgsLegendStyle.Style.Hidden)  # it would seem to head all rows
            legend.model().refreshLayerLegend(node)
    for part in (QgsLegendStyle.Style.Subgroup, QgsLegendStyle.Style.SymbolLabel):
        look = legend.style(part)
        set_font(look, 9, part == QgsLegendStyle.Style.Subgroup)
        legend.setStyle(part, look)
    put(layout, legend, 171, 19, 54, 90)


if __name__ == "__main__":
    sys.exit("Run python -m tools.demo.")
