"""Small pictures put together from map tiles. In the background.

The address of a tile is a secret: it is used at once, and neither kept, logged nor cached on disk.
"""

from __future__ import annotations

import math

from qgis.PyQt.QtCore import QPoint, QSize, Qt
from qgis.PyQt.QtGui import QImage, QPainter

from ..providers.capabilities import Tiles
from ..providers.work import Work
from .network import NetworkSettings

#: The most that is put together for a picture, in pixels.
MOST = 768
TILE = 256

Box = tuple[float, float, float, float]


def drawn(tiles: Tiles, side: int, network: NetworkSettings, work: Work) -> QImage:
    """What the tiles show of their extent, with about ``side`` pixels on its longer side; a null image where it is not
    known where they lie, or there are none."""
    if tiles.extent is None:
        return QImage()
    zoom = best_zoom(tiles.extent, tiles.zoom, side)
    return _put_together(tiles, zoom, middle(pixels(tiles.extent, zoom)), network, work)


def _put_together(tiles: Tiles, zoom: int, box: Box, network: NetworkSettings, work: Work) -> QImage:
    from ..providers.http.tiles import TileReader
    from .network.qgis_network import QgisNetwork

    left, top, right, bottom = box
    size = QSize(max(1, round(right - left)), max(1, round(bottom - top)))
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    count = 0
    painter = QPainter(picture)
    try:
        with TileReader(QgisNetwork(network)) as reader:
            for column in range(int(left // TILE), math.ceil(right / TILE)):
                for row in range(int(top // TILE), math.ceil(bottom / TILE)):
                    image = QImage.fromData(reader.read(tiles, zoom, column, row, work))
                    if not image.isNull():
                        painter.drawImage(QPoint(round(column * TILE - left), round(row * TILE - top)), image)
                        count += 1
    finally:
        painter.end()
    return picture if count else QImage()


def best_zoom(extent: Box, zoom: tuple[int, int] | None, side: int) -> int:
    """The lowest level at which the longer side has as many pixels as the picture; the highest one where none has."""
    lowest, highest = zoom or (0, 22)
    for level in range(lowest, highest):
        left, top, right, bottom = pixels(extent, level)
        if max(right - left, bottom - top) >= side:
            return level
    return highest


def middle(box: Box) -> Box:
    """The middle of what would be too many tiles: a platform may have no tiles of the whole."""
    left, top, right, bottom = box
    across, down = (max(0.0, (size - MOST) / 2) for size in (right - left, bottom - top))
    return (left + across, top + down, right - across, bottom - down)


def pixels(extent: Box, zoom: int) -> Box:
    """Left, top, right, bottom of an extent in degrees, in pixels of Web Mercator, from the north-west."""
    west, south, east, north = extent
    whole = TILE * 2**zoom
    return (_across(west) * whole, _down(north) * whole, _across(east) * whole, _down(south) * whole)


def _across(longitude: float) -> float:
    return (longitude + 180) / 360


def _down(latitude: float) -> float:
    return 0.5 - math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) / (2 * math.pi)
