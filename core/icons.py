"""Icons of our own, by name: files in ``icons/``, and the plugin's own picture where there is none."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from qgis.PyQt.QtCore import QByteArray, Qt
from qgis.PyQt.QtGui import QGuiApplication, QIcon, QPainter, QPalette, QPixmap

ICONS = Path(__file__).resolve().parents[1] / "icons"
#: The lines of the drawings, and what they are on the middle grey of QGIS's theme “Blend of Gray”.
LINES, DEEP_LINES = "#3a8a92", "#0c3a40"
#: In pixels: icons of menus and toolbars, and of those on screens of high density.
SIZES = (16, 24, 32, 48, 64, 96)
DARK = 0.5


def icon(name: str) -> QIcon:
    """The icon ``icons/<name>.svg``."""
    picture = ICONS / f"{name}.svg"
    path = picture if picture.exists() else ICONS / "imagery_hub.svg"
    return deeper(path) if is_grey(QGuiApplication.palette()) else QIcon(str(path))


def is_grey(palette: QPalette) -> bool:
    """Whether a theme puts dark text on grey: it tells a dark window and dark text, and styles what is between them."""
    roles = (QPalette.ColorRole.Window, QPalette.ColorRole.WindowText)
    return all(palette.color(role).lightnessF() < DARK for role in roles)


@lru_cache(maxsize=128)
def deeper(path: Path) -> QIcon:
    """The icon with darker lines, where those of the file would have the lightness of what is behind them."""
    from qgis.PyQt.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(path.read_text("utf-8").replace(LINES, DEEP_LINES).encode()))
    made = QIcon()
    for size in SIZES:
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        made.addPixmap(pixmap)
    return made
