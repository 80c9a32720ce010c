"""“Share…” and “Access…” in the menus of PIX4D's entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.translation import tr
from ... import entry_windows
from ...entry_windows import EntryWindow

if TYPE_CHECKING:
    from ...desk import Desk
    from ...nodes.description import Place

SHARED = ("project", "site")
ACCESSIBLE = (*SHARED, "folder", "organization")


class SharingService:
    """The entries; a window is made when it is used, one of each sort for an entry."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: list[Any] = []
        self._windows = (
            EntryWindow(
                "imageryHubShare",
                lambda: tr("Share…"),
                lambda: tr("Make, copy and switch off links by which others see it"),
                "sharing",
                lambda places: _fits(places, SHARED),
                lambda places: self.show(places[0], links=True),
                instead_of=("pix4d_createsharelink", "pix4d_editsharelink", "pix4d_listsharelinks"),
            ),
            EntryWindow(
                "imageryHubAccess",
                lambda: tr("Access…"),
                lambda: tr("See who may use it, invite people and take access away"),
                "account",
                lambda places: _fits(places, ACCESSIBLE),
                lambda places: self.show(places[0], links=False),
                instead_of=("pix4d_listaccess", "pix4d_inviteusers", "pix4d_removeaccess"),
            ),
        )
        for one in self._windows:
            entry_windows.add(one)

    def show(self, place: Place, links: bool) -> None:
        """Open the window with the links of an entry, or that with its people, or bring it to the front."""
        from .access import AccessWindow
        from .window import SharingWindow

        sort = SharingWindow if links else AccessWindow
        found = next((one for one in self._open if isinstance(one, sort) and one.place == place), None)
        if found is None:
            found = sort(place, self._desk.iface.mainWindow())
            self._open.append(found)
            found.closed.connect(self._forget)
        found.show()
        found.raise_()
        found.activateWindow()

    def _forget(self, window: Any) -> None:
        self._open = [one for one in self._open if one is not window]

    def remove(self) -> None:
        """Close the windows, offer nothing."""
        for window in self._windows:
            entry_windows.remove(window)
        for one in list(self._open):
            one.close()


def _fits(places: Sequence[Place], kinds: Sequence[str]) -> bool:
    return len(places) == 1 and places[0].platform == "pix4d" and places[0].entry.kind in kinds
