"""QGIS's own tools for drawing, switched on for a kind of shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QToolBar, QToolButton

from ...core.compat import QAction

if TYPE_CHECKING:
    from qgis.gui import QgisInterface

#: From here on circles are a way of digitising with the tool that adds features.
SHAPES = 32600
CIRCLE = "circle-by-a-center-point-and-another-point"


def draw_features(iface: QgisInterface, circle: bool = False) -> None:
    """The tool that adds features to the active layer, which is being edited; ``circle``: by its centre and a point of
    the edge. Where QGIS has no such tool it draws as it does otherwise."""
    if Qgis.QGIS_VERSION_INT < SHAPES:
        tool = iface.actionCircleCenterPoint() if circle else None
        (tool if tool is not None and tool.isEnabled() else iface.actionAddFeature()).trigger()
        return
    iface.actionAddFeature().trigger()
    shapes = iface.mainWindow().findChild(QAction, "mActionDigitizeShape")
    if circle:
        _draw_circles(iface)
    elif shapes is not None and shapes.isChecked():
        iface.mainWindow().findChild(QAction, "mActionDigitizeWithSegment").trigger()


def _draw_circles(iface: QgisInterface) -> None:
    """Choose in the toolbar for shapes, whether or not that is shown. It listens to its buttons, not to their actions;
    and only these actions are asked for their data: that of others can be what Python cannot hold."""
    bar = iface.mainWindow().findChild(QToolBar, "mShapeDigitizeToolBar")
    for button in bar.findChildren(QToolButton) if bar is not None else ():
        for one in button.menu().actions() if button.menu() is not None else ():
            if one.data() == CIRCLE:
                button.triggered.emit(one)
                return
