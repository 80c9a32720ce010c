"""“Upload …” in the menus of Pixel's data collections, and where dropped files open the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....core.translation import tr
from ... import entry_windows
from ...entry_windows import EntryWindow

if TYPE_CHECKING:
    from qgis.PyQt.QtCore import QMimeData

    from ...desk import Desk
    from ...nodes.description import Place
    from .window import UploadWindow

PLATFORM = "pixel"


class UploadService:
    """The entry; a window is made when it is used, one for each data collection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._open: list[UploadWindow] = []
        self._window = EntryWindow(
            "imageryHubPixelUploads",
            lambda: tr("Check and Upload…"),
            lambda: tr("See what would be refused, make rasters fit, and send what fits"),
            "uploads",
            _fits,
            lambda places: self.show(places[0]),
            instead_of=("pixel_checkrasters", "pixel_fitrasters", "pixel_checkimages"),
            drop=self.drop,
        )
        entry_windows.add(self._window)

    def drop(self, place: Place, mime: QMimeData) -> bool:
        """Open the window with what was dropped."""
        window = self.show(place)
        if window is not None:
            window.add_dropped(mime)
        return window is not None

    def show(self, place: Place) -> UploadWindow | None:
        """Open the window of a data collection, or bring it to the front; None where there is none."""
        from .sorts import collection_of, sort_of
        from .window import UploadWindow

        sort = sort_of(place)
        if sort is None:
            return None
        entry = collection_of(place, sort)
        window = next(
            (one for one in self._open if one.entry == entry and one.place.connection == place.connection), None
        )
        if window is None:
            window = UploadWindow(place, sort, self._desk.iface.mainWindow())
            self._open.append(window)
            window.closed.connect(self._forget)
        window.show()
        window.raise_()
        window.activateWindow()
        return window

    def _forget(self, window: UploadWindow) -> None:
        self._open = [one for one in self._open if one is not window]

    def remove(self) -> None:
        """Close the windows, offer nothing."""
        entry_windows.remove(self._window)
        for one in list(self._open):
            one.close()


def _fits(places: Sequence[Place]) -> bool:
    if len(places) != 1 or places[0].platform != PLATFORM:
        return False
    from .sorts import sort_of

    return sort_of(places[0]) is not None
