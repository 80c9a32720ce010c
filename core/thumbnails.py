"""Small pictures of rasters, made from tiles of their stream, and of entries that the platform makes pictures of.

    thumbnails().of(platform_key, connection, raster_id, done, failed)
    thumbnails().of_entry(platform_key, connection, entry, above, done, failed)

The address of a tile is a secret: it is asked for anew, used at once, and neither kept, logged nor cached on disk.
Pictures are kept in memory only, the last 200, and forgotten when their connection's session is closed.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtCore import QPoint, QSize, Qt
from qgis.PyQt.QtGui import QImage, QPainter

from ..providers.capabilities import Entry, Pictures, Stream, Tiles
from ..providers.errors import InputProblem
from ..providers.work import Work
from .background import Errand
from .network import NetworkSettings
from .sessions import sessions
from .shared import Shared

KEPT = 200
#: The longer side of a picture, and the most that is put together for it, in pixels.
SIDE = 220
MOST = 768
TILE = 256

Box = tuple[float, float, float, float]
Key = tuple[str, str, str]


class Thumbnails:
    """Main thread only."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, QImage] = OrderedDict()
        sessions().closed.connect(self._forget)

    def of(
        self,
        platform: str,
        connection: str,
        identity: str,
        done: Callable[[QImage], None],
        failed: Callable[[Exception], None],
    ) -> Errand[Any] | None:
        """The picture of a raster, a null one where the platform offers none. ``done`` is called at once (and None
        given) when it is known, else later."""
        network = NetworkSettings.read()
        return self._ask(
            (platform, connection, identity), lambda opened, work: _make(opened, identity, network, work), done, failed
        )

    def of_entry(
        self,
        platform: str,
        connection: str,
        entry: Entry,
        above: Sequence[Entry],
        done: Callable[[QImage], None],
        failed: Callable[[Exception], None],
    ) -> Errand[Any] | None:
        """The same of an entry of which the platform makes a picture itself; one that is not there yet may come."""
        key = (platform, connection, f"{entry.kind}/{entry.id}")
        return self._ask(key, lambda opened, work: _read(opened, entry, above, work), done, failed, keep_none=False)

    def _ask(
        self,
        key: Key,
        make: Callable[[Any, Work], QImage],
        done: Callable[[QImage], None],
        failed: Callable[[Exception], None],
        keep_none: bool = True,
    ) -> Errand[Any] | None:
        if key in self._known:
            self._known.move_to_end(key)
            done(self._known[key])
            return None

        def arrived(image: QImage) -> None:
            if keep_none or not image.isNull():
                self._known[key] = image
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            done(image)

        return sessions().run(key[0], key[1], make, arrived, failed)

    def _forget(self, platform: str, connection: str) -> None:
        for key in [key for key in self._known if key[:2] == (platform, connection)]:
            del self._known[key]

    def close(self) -> None:
        """Forget all of them."""
        self._known.clear()
        sessions().closed.disconnect(self._forget)


def _read(platform: Any, entry: Entry, above: Sequence[Entry], work: Work) -> QImage:
    """Ask for the platform's own picture. In the background."""
    if not isinstance(platform, Pictures):
        return QImage()
    return _scaled(QImage.fromData(platform.picture(entry, above, work)))


def _scaled(image: QImage) -> QImage:
    if image.isNull():
        return image
    return image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _make(platform: Any, identity: str, network: NetworkSettings, work: Work) -> QImage:
    """Ask for tiles and draw them. In the background."""
    if not isinstance(platform, Stream):
        return QImage()
    try:
        tiles = platform.stream("raster", identity, "tiles")
    except InputProblem:  # it offers none, or none yet
        return QImage()
    if tiles.extent is None:
        return QImage()
    zoom = best_zoom(tiles.extent, tiles.zoom)
    return _drawn(tiles, zoom, middle(pixels(tiles.extent, zoom)), network, work)


def _drawn(tiles: Tiles, zoom: int, box: Box, network: NetworkSettings, work: Work) -> QImage:
    from ..providers.http.tiles import TileReader
    from .network.qgis_network import QgisNetwork

    left, top, right, bottom = box
    size = QSize(max(1, round(right - left)), max(1, round(bottom - top)))
    picture = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    drawn = 0
    painter = QPainter(picture)
    try:
        with TileReader(QgisNetwork(network)) as reader:
            for column in range(int(left // TILE), math.ceil(right / TILE)):
                for row in range(int(top // TILE), math.ceil(bottom / TILE)):
                    image = QImage.fromData(reader.read(tiles, zoom, column, row, work))
                    if not image.isNull():
                        painter.drawImage(QPoint(round(column * TILE - left), round(row * TILE - top)), image)
                        drawn += 1
    finally:
        painter.end()
    return _scaled(picture) if drawn else QImage()


def best_zoom(extent: Box, zoom: tuple[int, int] | None) -> int:
    """The lowest level at which the longer side has as many pixels as the picture; the highest one where none has."""
    lowest, highest = zoom or (0, 22)
    for level in range(lowest, highest):
        left, top, right, bottom = pixels(extent, level)
        if max(right - left, bottom - top) >= SIDE:
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


#: The pictures of this QGIS, made when first used. Main thread only.
thumbnails = Shared(Thumbnails)
#: Forget them.
close = thumbnails.close
