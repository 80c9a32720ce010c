"""Every dock and form of the desk fits on a small screen: 580 x 1000 pixels."""

from __future__ import annotations

import hands
import pytest
from qgis.PyQt.QtWidgets import QDockWidget, QToolButton
from qgis.utils import iface

WIDTH, HEIGHT = 580, 1000
DOCKS = ("Hub", "Search", "Jobs", "Results", "Annotations")


def toggle(dock: str) -> QToolButton:
    """The button of a dock in the toolbar."""
    found = (one for one in iface.mainWindow().findChildren(QToolButton) if one.defaultAction() is not None)
    return next(one for one in found if one.isVisible() and one.defaultAction().objectName() == f"imageryHubShow{dock}")


@pytest.mark.parametrize("name", DOCKS)
def test_a_dock_fits_by_its_least_size(name: str) -> None:
    button = toggle(name)
    assert button.toolTip()
    hands.click(button)
    dock = hands.wait_for(lambda: iface.mainWindow().findChild(QDockWidget, f"imageryHub{name}Dock"), "the dock")
    hands.wait_for(dock.isVisible, "the dock to be seen")
    hands.keep_picture(f"fits_{name.lower()}", dock)
    least = dock.minimumSizeHint()
    hands.click(button)
    hands.wait_for(lambda: not dock.isVisible(), "the dock to be gone")
    assert least.isValid()
    assert least.width() <= WIDTH, least
    assert least.height() <= HEIGHT, least


def test_the_buttons_have_pictures_and_tool_tips() -> None:
    bar = next(one for one in iface.mainWindow().findChildren(QToolButton)
               if one.isVisible() and one.defaultAction() is not None
               and one.defaultAction().objectName() == "imageryHubShowHub").parentWidget()
    buttons = [one for one in bar.findChildren(QToolButton) if one.isVisible() and one.defaultAction() is not None]
    assert len(buttons) > len(DOCKS)
    for button in buttons:
        assert not button.icon().isNull(), button.text()
        assert button.toolTip() or button.text(), button.objectName()
