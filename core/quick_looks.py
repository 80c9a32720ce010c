"""A small picture of an entry of any platform: what the platform has made, else what it streams, read small. For docks
and algorithms alike; in the background."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qgis.PyQt.QtCore import QBuffer, QIODevice, Qt
from qgis.PyQt.QtGui import QImage

from ..providers.capabilities import Entry, Pictures, Signed, Stream, Tiles
from ..providers.errors import InputProblem
from ..providers.work import Work
from .network import NetworkSettings

#: The longer side of a picture that is made here, in pixels.
SIDE = 220
#: In which forms imagery that is streamed can be read small, the cheapest first.
FORMS = ("tiles", "cog")


def quick_look(platform: Any, entry: Entry, above: Sequence[Entry], network: NetworkSettings, work: Work) -> bytes:
    """A PNG or JPEG; empty where the platform has no way to one, or none yet. ``above`` is the way to the entry.

    Raises :class:`PlatformError`, and :class:`Cancelled` where the work was given up.
    """
    made = platform.picture(entry, above, work) if isinstance(platform, Pictures) else b""
    if made or not isinstance(platform, Stream):
        return made
    return _encoded(_streamed(platform, entry, network, work))


def _streamed(platform: Stream, entry: Entry, network: NetworkSettings, work: Work) -> QImage:
    what = entry.kind.rpartition(".")[2]  # what a search found is of the sort of what is streamed
    for form in FORMS:
        try:
            offered = platform.stream(what, entry.id, form)
        except InputProblem:  # not this, not in that form, or not yet
            continue
        if isinstance(offered, Tiles):
            from . import tile_pictures

            return tile_pictures.drawn(offered, SIDE, network, work)
        if isinstance(offered, Signed):
            from .live_sources import lent, live_of
            from .rasters import small_picture

            work.check_cancelled()
            live = live_of(form, offered, network)
            with lent(live):
                return small_picture.of(live.source, SIDE)
    return QImage()


def scaled(image: QImage) -> QImage:
    """With the longer side that pictures have; a null image as it is."""
    if image.isNull():
        return image
    return image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)


def _encoded(image: QImage) -> bytes:
    if image.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    scaled(image).save(buffer, "PNG")
    return bytes(buffer.data())
