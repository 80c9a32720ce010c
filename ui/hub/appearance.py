"""How the rows of the tree look. Names and texts of a platform are data: shown as they are, never read as markup."""

from __future__ import annotations

import html
from functools import cache
from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QIcon

from ...core.moments import shown_date
from ...core.translation import tr
from ..icons import icon
from ..nodes.description import Place
from .items import ConnectionItem, NodeItem, Status, StatusItem

#: What stands at the right edge, in muted letters; what a click on the row does; how the row is drawn.
BESIDE = Qt.ItemDataRole.UserRole + 1
ACTION = Qt.ItemDataRole.UserRole + 2
STATUS = Qt.ItemDataRole.UserRole + 3
BAD = Qt.ItemDataRole.UserRole + 4
NAME_LIMIT = 400


@cache
def _icon(name: str) -> QIcon:
    return icon(name)


@cache
def _theme_icon(name: str) -> QIcon:
    return QgsApplication.getThemeIcon(f"/{name}")


def one_line(text: str) -> str:
    """A name as one line of bearable length."""
    return " ".join(text[:NAME_LIMIT].split())


def beside(place: Place) -> str:
    """The state where it is worth a word, else the date."""
    kind, entry = place.kind, place.entry
    if entry.state and entry.state not in kind.usual:
        return kind.state(entry)
    return shown_date(entry.details.get(kind.date)) if kind.date else ""


def tip(place: Place) -> str:
    """Name, kind and state."""
    words = [f"<b>{html.escape(one_line(place.name))}</b>", html.escape(place.kind.title())]
    if place.entry.state:
        words.append(html.escape(place.kind.state(place.entry)))
    return "<p>" + "<br>".join(words) + "</p>"


def appearance(item: NodeItem | StatusItem, role: int) -> Any:
    """The answer to a role of Qt's, or of ours."""
    if isinstance(item, StatusItem):
        return _of_status(item, role)
    if isinstance(item, ConnectionItem):
        return _of_connection(item, role)
    place = item.place
    if role == Qt.ItemDataRole.DisplayRole:
        return one_line(place.name)
    if role == Qt.ItemDataRole.DecorationRole:
        return _icon(place.kind.icon)
    if role == BESIDE:
        return beside(place)
    if role == BAD:
        return place.entry.state in place.kind.bad
    if role == Qt.ItemDataRole.ToolTipRole:
        return None if place.kind.group else tip(place)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return ", ".join(filter(None, (one_line(place.name), place.kind.title(), place.kind.state(place.entry))))
    return None


def _of_connection(item: ConnectionItem, role: int) -> Any:
    if role == Qt.ItemDataRole.DisplayRole:
        return one_line(item.title)
    if role == Qt.ItemDataRole.DecorationRole:
        return _icon("log_out" if item.logged_out else "connection")
    if role == BESIDE:
        return item.platform_title
    if role == Qt.ItemDataRole.ToolTipRole:
        words = tr("Connection “{name}” to {platform}").format(name=item.title, platform=item.platform_title)
        return f"<p>{html.escape(words)}</p>"
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return tr("{name}, connection to {platform}").format(name=item.title, platform=item.platform_title)
    return None


def _of_status(item: StatusItem, role: int) -> Any:
    if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        return f"{item.words} {item.action}".strip()
    if role == Qt.ItemDataRole.DecorationRole:
        return _theme_icon("mIconWarning.svg") if item.status is Status.FAILED else None
    if role == ACTION:
        return item.action
    if role == STATUS:
        return item.words
    return None
