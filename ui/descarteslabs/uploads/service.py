"""“Show Log” in the menu of ended uploads, and at a double click on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.translation import tr
from ... import entry_windows
from ...entry_windows import EntryWindow

if TYPE_CHECKING:
    from ...desk import Desk
    from ...nodes.description import Place


class UploadLogService:
    """The entry; a window is made when it is used, one for each upload."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: list[Any] = []
        self._entry = EntryWindow(
            "imageryHubUploadLog", lambda: tr("Show Log"),
            lambda: tr("See what became of it, with the catalog's log and stack trace"), "uploads", _fits,
            lambda places: self.show(places[0]), instead_of=("descarteslabs_getupload",),
        )
        entry_windows.add(self._entry)

    def show(self, place: Place) -> None:
        """Open the window of an upload, or bring it to the front, and read anew."""
        from .window import UploadWindow

        found = next((one for one in self._open if one.place == place), None)
        if found is None:
            found = UploadWindow(place, self._desk.iface.mainWindow())
            self._open.append(found)
            found.closed.connect(self._forget)
        found.show()
        found.raise_()
        found.activateWindow()
        found.refresh()

    def _forget(self, window: Any) -> None:
        self._open = [one for one in self._open if one is not window]

    def remove(self) -> None:
        """Close the windows, offer nothing."""
        entry_windows.remove(self._entry)
        for one in list(self._open):
            one.close()


def _fits(places: Sequence[Place]) -> bool:
    return len(places) == 1 and places[0].platform == "descarteslabs" and places[0].entry.kind == "upload"
