"""The demo's last page: the same place as all five platforms have it, as one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imagery_hub.core.layers import spectra
from imagery_hub.ui.spectra.plot import SpectrumPlot
from imagery_hub.ui.spectra.profiles import Profile
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsLayoutItemMap,
    QgsLayoutItemPicture,
    QgsLayoutItemScaleBar,
    QgsLayoutSize,
    QgsPointXY,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPalette

from tools.demo.looks import MILLIMETERS, put, save_page, text, write
from tools.demo.platforms import Panel, Tile

PAGE = (336.0, 290.0)
SIDE, COLUMNS, DPI = 100.0, 3, 150
LEFT, TOP, STEP_ACROSS, STEP_DOWN = 10.0, 41.0, 108.0, 125.0
GREY = "#5a5a5a"


def place(number: int) -> tuple[float, float]:
    """Left and top of a picture in millimetres; they come row by row."""
    row, column = divmod(number, COLUMNS)
    return LEFT + column * STEP_ACROSS, TOP + row * STEP_DOWN


def make_sheet(panels: Sequence[Panel], tile: Tile, folder: Path, target: Path) -> QgsPrintLayout:
    """Draw the page into ``target`` and give it as a layout. The last cell shows the spectrum of the scene's pixel in
    the middle. Raises RuntimeError when it cannot be written."""
    project = QgsProject.instance()
    project.setCrs(QgsCoordinateReferenceSystem(tile.crs()))
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName("Five platforms")
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(*PAGE, MILLIMETERS))
    write(layout, "One forest on five platforms", 22, (LEFT, 8, 300, 11), bold=True)
    words = (
        "The same 40 by 40 metres: sent to each platform or ordered from it, worked on there, and fetched back in one"
        " run by the algorithms of Imagery Hub."
    )
    write(layout, words, 10, (LEFT, 20, 316, 7), color=GREY)
    maps = [_panel(layout, panel, tile.box(), number) for number, panel in enumerate(panels)]
    scene = next(panel for panel in panels if panel.platform == "Pixxel")
    _spectrum(layout, scene, tile, folder, len(panels))
    _scale(layout, maps[0])
    credit = (
        "Image: NEON, tile OSBS_029. The platforms are those of the sandbox, whose satellites see a land of their own."
    )
    write(layout, credit, 8, (LEFT, PAGE[1] - 9, 250, 6), color=GREY)
    save_page(layout, target, DPI)
    return layout


def _panel(layout: QgsPrintLayout, panel: Panel, box: QgsRectangle, number: int) -> QgsLayoutItemMap:
    left, top = place(number)
    for layer in reversed(panel.layers):
        layout.project().addMapLayer(layer, False)
    _head(layout, panel.platform, f"{panel.event} {panel.day}", left, top)
    shown = QgsLayoutItemMap(layout)
    shown.attemptSetSceneRect(QRectF(left, top, SIDE, SIDE))  # both at once: a map of no size loses its extent
    layout.addLayoutItem(shown)
    shown.setId(panel.platform)
    shown.setCrs(layout.project().crs())
    shown.setLayers(panel.layers)
    shown.setKeepLayerSet(True)
    shown.setExtent(box)
    shown.setFrameEnabled(True)
    _foot(layout, panel.words, panel.way, left, top)
    return shown


def _foot(layout: QgsPrintLayout, words: str, way: str, left: float, top: float) -> None:
    write(layout, words, 9, (left, top + SIDE + 1.5, SIDE, 5))
    write(layout, way, 7, (left, top + SIDE + 6.5, SIDE, 5), color=GREY)


def _head(layout: QgsPrintLayout, title: str, aside: str, left: float, top: float) -> None:
    write(layout, title, 13, (left, top - 8, 64, 7), bold=True)
    date = write(layout, aside, 9, (left + 50, top - 6.4, SIDE - 50, 6), color=GREY)
    date.setHAlign(Qt.AlignmentFlag.AlignRight)


def _scale(layout: QgsPrintLayout, shown: QgsLayoutItemMap) -> None:
    scale = QgsLayoutItemScaleBar(layout)
    scale.setLinkedMap(shown)
    scale.setStyle("Line Ticks Up")
    scale.setUnits(QgsUnitTypes.DistanceUnit.DistanceMeters)
    scale.setUnitLabel("m")
    scale.setNumberOfSegments(2)
    scale.setNumberOfSegmentsLeft(0)
    scale.setUnitsPerSegment(5)
    scale.setTextFormat(text(8, GREY))
    put(layout, scale, PAGE[0] - 48, PAGE[1] - 14, 40, 12)


def _spectrum(layout: QgsPrintLayout, scene: Panel, tile: Tile, folder: Path, number: int) -> None:
    left, top = place(number)
    _head(layout, "What a pixel tells", scene.platform, left, top)
    middle = tile.box().center()
    spectrum = spectra.read(str(scene.source), middle.x(), middle.y())
    crs = QgsCoordinateReferenceSystem(tile.crs())
    profile = Profile(0, "Middle", "", scene.platform, QgsPointXY(middle), crs, spectrum)
    drawn = folder / "spectrum.png"
    _draw(profile, drawn)
    item = QgsLayoutItemPicture(layout)
    item.setPicturePath(str(drawn))
    item.setResizeMode(QgsLayoutItemPicture.ResizeMode.Zoom)
    put(layout, item, left, top, SIDE, SIDE)
    item.setFrameEnabled(True)
    words = f"Reflectance in {len(spectrum.bands)} bands, in the middle of the picture"
    _foot(layout, words, "As the dock “Spectral Profile” draws it; the grey band is marked as bad.", left, top)


def _draw(profile: Profile, target: Path) -> None:
    """The plot of the plugin's dock as a picture."""
    plot = SpectrumPlot()
    palette = plot.palette()
    for role, color in ((QPalette.ColorRole.Window, "#ffffff"), (QPalette.ColorRole.Base, "#ffffff"),
                        (QPalette.ColorRole.WindowText, "#202020"), (QPalette.ColorRole.Text, "#202020")):
        palette.setColor(role, QColor(color))
    plot.setPalette(palette)
    plot.setAutoFillBackground(True)
    plot.resize(480, 480)
    plot.show_profiles([profile], {0}, "")
    plot.grab().save(str(target))
