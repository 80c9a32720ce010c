"""A dialog that steps aside while something is drawn on the map."""

from __future__ import annotations

from collections.abc import Callable

from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QDialog, QWidget


def step_aside(widget: QWidget) -> Callable[[], None]:
    """Take the widget's dialog out of the way; what is given back brings it again. Docks stay where they are.

    QGIS runs its dialogs in a loop of their own when they were opened from the toolbox. Hiding would end that loop,
    so that those are minimised, as QGIS itself does while an extent is drawn.
    """
    window = widget.window()
    if not isinstance(window, QDialog):
        return lambda: None
    if window.isModal():
        window.showMinimized()
    else:
        window.hide()

    def back() -> None:
        if not sip.isdeleted(window):
            window.showNormal()
            window.raise_()
            window.activateWindow()

    return back
