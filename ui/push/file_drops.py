"""Files, folders and layers dropped onto an entry of a platform: a window that takes them opens, else the form of the
algorithm that does.

Which algorithm that is, and what it takes, the table of the platform's entries says (``NodeKind.takes``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsMimeDataUtils
from qgis.PyQt.QtCore import QMimeData

from .. import entry_windows, menus
from ..nodes.description import MIME, Place, Takes
from . import sources

FOLDER, FILES = "FOLDER", "FILES"
"""The parameters of such an algorithm (``algorithms.files_input``)."""


def can_drop(mime: QMimeData, place: Place) -> bool:
    """Whether this may be dropped there. Cheap: it is asked while something is dragged, and looks at names only."""
    takes = place.kind.takes
    if takes is None or mime.hasFormat(MIME):
        return False
    if QgsMimeDataUtils.isUriList(mime):
        return takes.layers and sources.may_hold_rasters(mime)
    return any(_fits(path, takes) for path in _paths(mime))


def drop(mime: QMimeData, place: Place) -> bool:
    """Open the form with what was dropped; False when it is nothing for this place."""
    takes = place.kind.takes
    if takes is None or not can_drop(mime, place):
        return False
    if any(window.drop(place, mime) for window in entry_windows.fitting([place]) if window.drop is not None):
        return True
    given = _layers(mime) if QgsMimeDataUtils.isUriList(mime) else _files(_paths(mime), takes)
    offer = next((one for one in menus.offers([place]) if one.algorithm.name() == takes.algorithm), None)
    if not given or offer is None:
        return False
    menus.carry_out(offer.algorithm.id(), {**offer.parameters, **given}, [place])
    return True


def _files(paths: list[Path], takes: Takes) -> dict[str, Any]:
    """The first folder, and all files that were dropped singly."""
    found: dict[str, Any] = {}
    folder = next((path for path in paths if path.is_dir()), None)
    files = [str(path) for path in paths if _wanted(path, takes) and not path.is_dir()]
    if folder is not None and takes.suffixes:
        found[FOLDER] = str(folder)
    if files:
        found[FILES] = files
    return found


def _layers(mime: QMimeData) -> dict[str, Any]:
    """The files of layers; a layer without one is named, so that the form says why it cannot be sent."""
    found = [str(one.path) if one.path is not None else one.layer for one in sources.of_mime(mime, ())]
    return {FILES: [one for one in found if one]} if any(found) else {}


def _fits(path: Path, takes: Takes) -> bool:
    """By its name only: what has no ending may be a folder."""
    return _wanted(path, takes) or not path.suffix


def _wanted(path: Path, takes: Takes) -> bool:
    return not takes.suffixes or path.suffix.lower() in takes.suffixes


def _paths(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
