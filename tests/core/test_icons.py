"""Our icons stand out from what is behind them in each of QGIS's themes."""

from __future__ import annotations

import re

import pytest
from imagery_hub.core import icons
from qgis.PyQt.QtGui import QColor, QPalette

pytestmark = pytest.mark.usefixtures("qgis_app")


def luminance(color: QColor) -> float:
    """As WCAG 2 has it."""
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
             for part in (color.redF(), color.greenF(), color.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(luminance(QColor(color)) + 0.05 for color in (one, other))
    return high / low


def palette(**colors: str) -> QPalette:
    made = QPalette()
    for role, color in colors.items():
        made.setColor(getattr(QPalette.ColorRole, role), QColor(color))
    return made


def test_dark_text_in_a_dark_window_is_the_grey_theme() -> None:
    assert icons.is_grey(palette(Window="#373737", WindowText="#0e0e0e"))
    assert not icons.is_grey(palette(Window="#323232", WindowText="#d2d2d2"))
    assert not icons.is_grey(palette(Window="#efefef", WindowText="#000000"))


@pytest.mark.parametrize(("background", "lines"), [
    ("#efefef", icons.LINES), ("#ffffff", icons.LINES), ("#323232", icons.LINES),
    ("#727272", icons.DEEP_LINES), ("#b2b2b2", icons.DEEP_LINES),
])
def test_lines_stand_out(background: str, lines: str) -> None:
    assert contrast(background, lines) > 2.3


def test_lines_are_drawn_darker_and_all_else_stays() -> None:
    path = icons.ICONS / "detector.svg"
    image = icons.deeper(path).pixmap(96, 96).toImage()
    colors = {image.pixelColor(x, y).name() for x in range(96) for y in range(96)
              if image.pixelColor(x, y).alpha() == 255}
    assert icons.DEEP_LINES in colors and icons.LINES not in colors
    assert set(re.findall(r'fill="(#[0-9a-f]{6})"', path.read_text("utf-8"))) <= colors
    assert image.pixelColor(0, 0).alpha() == 0
