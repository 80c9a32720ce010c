"""What is registered with QGIS for adding entries to the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .drop import DropHandler

if TYPE_CHECKING:
    from ..desk import Desk


class AddToMapService:
    """Takes what is dropped, and ends what is under way when the plugin leaves."""

    def __init__(self, desk: Desk) -> None:
        self._iface = desk.iface
        self._handler = DropHandler(desk)
        self._iface.registerCustomDropHandler(self._handler)

    def remove(self) -> None:
        """Take everything back."""
        import sys

        self._iface.unregisterCustomDropHandler(self._handler)
        self._handler.deleteLater()
        adder = sys.modules.get(f"{__package__}.adder")
        if adder is not None:  # nothing was added yet
            adder.close()
