"""Small pictures of photos on this computer."""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QImageReader

#: The longer side in pixels.
SIDE = 320
QUALITY = 85


def make_small(source: Path, target: Path) -> bool:
    """A JPEG of at most ``SIDE`` pixels, upright as EXIF says; False where the file is no picture that Qt can read."""
    reader = QImageReader(str(source))
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > SIDE:  # JPEG is read at about this size at once
        reader.setScaledSize(size.scaled(QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    if picture.isNull():
        return False
    part = target.with_suffix(".part.jpg")
    done = picture.save(str(part), "JPEG", QUALITY)
    if done:
        part.replace(target)
    return bool(done)
