"""What can be done with entries: add to the map, copy their ids, open their page, and what algorithms offer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QDesktopServices, QGuiApplication
from qgis.PyQt.QtWidgets import QMenu, QWidget

from ...core import messages
from ...core.problems import Problem
from ...core.sessions import sessions
from ...core.translation import tr
from ...providers.capabilities import Pages
from ...providers.work import Work
from .. import add_to_map, delete_several, entry_windows, menus, send_item
from ..icons import icon
from ..nodes.description import Place
from ..push import drops

if TYPE_CHECKING:
    from ..desk import Desk


def activate(place: Place, desk: Desk) -> bool:
    """What a double click does: onto the map, or the algorithm that its kind names, or the window that stands in for
    that. False when there is nothing."""
    if add_to_map.can_add(place) or add_to_map.can_open(place):
        return add_to_map.add([place], desk)
    window = next((one for one in entry_windows.fitting([place]) if place.kind.activate in one.instead_of), None)
    if window is not None:
        window.open([place])
        return True
    if place.kind.activate:
        carry_out(place.kind.activate, [place])
        return True
    return False


def carry_out(algorithm: str, places: Sequence[Place]) -> None:
    """Open or run an algorithm with these entries filled in."""
    menus.carry_out(algorithm, menus.filled(algorithm, places), places)


def change(what: str, places: Sequence[Place], window: QWidget) -> str:
    """What F2 (“edit”) and Del (“delete”) do with entries of one kind; a sentence when it is nothing."""
    kind = places[0].kind
    algorithm = kind.edit if what == "edit" else kind.delete
    if not algorithm:
        return ""
    if len(places) == 1 or menus.filled(algorithm, places):
        carry_out(algorithm, places)
    elif what == "delete" and delete_several.fits(places):
        delete_several.DeleteSeveral(places, window).open()
    else:
        return tr("Only one can be changed at a time. Select a single entry.")
    return ""


def copy_ids(places: Sequence[Place]) -> str:
    """Put the ids on the clipboard, one a line."""
    text = "\n".join(place.entry.id for place in places if not place.kind.group)
    if text:
        QGuiApplication.clipboard().setText(text)
    return text


def open_page(place: Place, desk: Desk) -> None:
    """Open the entry in the platform's web application."""

    def find(platform: Any, work: Work) -> str:
        return platform.page(place.entry, place.above) if isinstance(platform, Pages) else ""

    def show(address: str) -> None:
        if address:
            QDesktopServices.openUrl(QUrl(address))
        else:
            tell(tr("The platform has no page for “{name}”.").format(name=messages.clean(place.name)))

    def tell(words: str) -> None:
        desk.iface.messageBar().pushInfo(tr("Imagery Hub"), messages.rich_sentence(Problem(words)))

    sessions().run(place.platform, place.connection, find, show, lambda error: tell(messages.sentence(error)))


def fill(menu: QMenu, places: Sequence[Place], desk: Desk) -> None:
    """The menu of entries: what all have, then what algorithms offer."""
    named = [place for place in places if not place.kind.group]
    if named and all(map(add_to_map.can_add, named)):
        action = menu.addAction(icon("pull"), tr("Add to Map"), lambda: add_to_map.add(named, desk))
        menu.setDefaultAction(action)
    elif named and all(map(add_to_map.can_open, named)):
        action = menu.addAction(icon("pull"), tr("Download and Open"), lambda: add_to_map.add(named, desk))
        menu.setDefaultAction(action)
    if named:
        text = tr("Copy ID") if len(named) == 1 else tr("Copy IDs")
        menu.addAction(QgsApplication.getThemeIcon("/mActionEditCopy.svg"), text, lambda: copy_ids(named))
    if len(named) == 1 and named[0].kind.page:
        page = QgsApplication.getThemeIcon("/mActionLink.svg")
        menu.addAction(page, tr("Open on the Platform"), lambda: open_page(named[0], desk))
    if named:
        send_item.fill(menu, named)
    if len(places) == 1 and drops.takes_rasters(places[0]) is not None:
        menu.addAction(icon("push"), tr("Push Rasters…"), lambda: drops.show_form(desk, places[0], []))
    if menu.actions():
        menu.addSeparator()
    menus.fill(menu, places)
    if len(places) > 1 and delete_several.fits(places):
        menu.addSeparator()
        title = tr("Delete {count} Entries…").format(count=len(places))
        delete = QgsApplication.getThemeIcon("/mActionDeleteSelected.svg")
        menu.addAction(delete, title, lambda: delete_several.DeleteSeveral(places, desk.iface.mainWindow()).open())
