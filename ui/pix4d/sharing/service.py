"""“Share…” in the menu of PIX4D's projects and sites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.translation import tr
from ... import entry_windows
from ...entry_windows import EntryWindow

if TYPE_CHECKING:
    from ...desk import Desk
    from ...nodes.description import Place

KINDS = ("project", "site")


class SharingService:
    """The entry; the window is made when it is used, one for each project or site."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: list[Any] = []
        self._window = EntryWindow(
            "imageryHubShare",
            lambda: tr("Share…"),
            lambda: tr("Make, copy and switch off links by which others see it"),
            "sharing",
            _fits,
            lambda places: self.show(places[0]),
            instead_of=("pix4d_createsharelink", "pix4d_editsharelink", "pix4d_listsharelinks"),
        )
        entry_windows.add(self._window)

    def show(self, place: Place) -> None:
        """Open the window, or bring it to the front."""
        from .window import SharingWindow

        found = next((one for one in self._open if one.place == place), None)
        if found is None:
            found = SharingWindow(place, self._desk.iface.mainWindow())
            self._open.append(found)
            found.closed.connect(self._forget)
        found.show()
        found.raise_()
        found.activateWindow()

    def _forget(self, window: Any) -> None:
        self._open = [one for one in self._open if one is not window]

    def remove(self) -> None:
        """Close the windows, offer nothing."""
        entry_windows.remove(self._window)
        for one in list(self._open):
            one.close()


def _fits(places: Sequence[Place]) -> bool:
    return len(places) == 1 and places[0].platform == "pix4d" and places[0].entry.kind in KINDS
