"""What a layer of tiles has to show: the uploaded raster, warped by GDAL to the same place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from osgeo import gdal
from qgis.core import QgsCoordinateReferenceSystem, QgsMapRendererParallelJob, QgsMapSettings, QgsRectangle
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage
from sandbox_images import write_image

gdal.UseExceptions()
SIZE = 400
"""Columns and rows of the picture; a pixel of it is one of the tiles of the level it is drawn at."""


def landmark_image(path: Path, columns: int = 600, rows: int = 440) -> Path:
    """An image that looks different whichever way it is turned: red grows to the east, green to the south."""
    pixels = np.zeros((3, rows, columns))
    pixels[0] = np.linspace(0, 255, columns)[None, :]
    pixels[1] = np.linspace(0, 255, rows)[:, None]
    pixels[2, rows // 8:rows // 4, columns // 8:columns // 3] = 255
    return write_image(path, pixels.astype(np.uint8))


def view(extent: QgsRectangle, zoom: int) -> QgsRectangle:
    """An extent in EPSG:3857 around the middle of another, whose pixels are those of the tiles."""
    world = 2 * 20037508.342789244
    pixel = world / 2**zoom / 256
    left = round((extent.center().x() + world / 2) / pixel) * pixel - world / 2 - SIZE / 2 * pixel
    top = world / 2 - round((world / 2 - extent.center().y()) / pixel) * pixel + SIZE / 2 * pixel
    return QgsRectangle(left, top - SIZE * pixel, left + SIZE * pixel, top)


def drawn(layer: Any, extent: QgsRectangle) -> np.ndarray:
    """The layer as QGIS renders it on black: row, column, band."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(extent)
    settings.setOutputSize(QSize(SIZE, SIZE))
    settings.setBackgroundColor(QColor(0, 0, 0))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return pixels(job.renderedImage())


def pixels(image: QImage) -> np.ndarray:
    """A picture as row, column, band."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    bits = image.constBits()
    bits.setsize(image.bytesPerLine() * image.height())
    lines = np.frombuffer(bits.asstring(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, :image.width() * 3].reshape(image.height(), image.width(), 3)


def expected(image: Path, extent: QgsRectangle, columns: int = SIZE, rows: int = SIZE) -> np.ndarray:
    """The uploaded raster in the same place, by GDAL: row, column, band; black around it."""
    bounds = [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()]
    warped = gdal.Warp("", str(image), format="MEM", dstSRS="EPSG:3857", outputBounds=bounds, width=columns,
                       height=rows, resampleAlg="near")
    return np.moveaxis(warped.ReadAsArray(), 0, 2)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """How far the pixels are apart on the average, of 255."""
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def fits_canvas(canvas: Any, image: Path) -> bool:
    """Whether the canvas, as it is painted on the screen, shows the raster where GDAL puts it, and not upside down."""
    if canvas.isDrawing():
        return False
    shown = pixels(canvas.viewport().grab().toImage())
    wanted = expected(image, canvas.extent(), shown.shape[1], shown.shape[0])
    inside = wanted.max(axis=2) > 0
    assert inside.mean() > 0.1
    apart = np.abs(shown.astype(int) - wanted.astype(int))[inside].mean()
    turned = np.abs(np.flipud(shown).astype(int) - wanted.astype(int))[inside].mean()
    return bool(apart < 6 and turned > 3 * apart)
