"""“Mark Points in Photos” in the menu of a PIX4D project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ....core.translation import tr
from ... import entry_windows
from ...entry_windows import EntryWindow

if TYPE_CHECKING:
    from ...desk import Desk
    from ...nodes.description import Place


class MarksService:
    """The entry; the dock is made when it is used."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._window = EntryWindow(
            "imageryHubMarkPoints",
            lambda: tr("Mark Points in Photos"),
            lambda: tr("Say where control points and tie points are in the photos"),
            "marks",
            lambda places: is_in_project(places, "project", "photos", "gcps", "mtps"),
            lambda places: desk.show_dock("marks").open_project(project_of(places[0])),
        )
        entry_windows.add(self._window)

    def remove(self) -> None:
        """Take the entry back, and have the dock let go of the map."""
        entry_windows.remove(self._window)
        dock = self._desk.built("marks")
        if dock is not None:
            dock.leave()


def project_of(place: Place) -> Place:
    """The project that an entry belongs to."""
    from ...nodes.description import Place

    found = place.nearest("project")
    return place if found is None or found == place.entry else Place(place.platform, place.connection, found)


def is_in_project(places: Sequence[Place], *kinds: str) -> bool:
    """Whether it is one entry of such a kind, and belongs to a project."""
    return (
        len(places) == 1
        and places[0].platform == "pix4d"
        and places[0].entry.kind in kinds
        and places[0].nearest("project") is not None
    )
