"""Photos, or folders of them, dropped onto an entry of a platform: the form of the algorithm that takes them opens.

Which algorithm that is, the table of the platform's entries says (``NodeKind.photos``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QMimeData

from ...core.photos.files import is_photo
from .. import menus
from ..nodes.description import MIME, Place

FOLDER, FILES = "PHOTO_FOLDER", "PHOTO_FILES"
"""The parameters of such an algorithm (``algorithms.pix4d.photo_input``)."""


def can_drop(mime: QMimeData, place: Place) -> bool:
    """Whether this may be dropped there. Cheap: it is asked while something is dragged, and looks at names only."""
    return bool(place.kind.photos) and not mime.hasFormat(MIME) and any(
        is_photo(path) or not path.suffix for path in _paths(mime)
    )


def drop(mime: QMimeData, place: Place) -> bool:
    """Open the form with what was dropped; False when it is nothing for this place."""
    given = _given(_paths(mime)) if can_drop(mime, place) else {}
    offer = next((one for one in menus.offers([place]) if one.algorithm.name() == place.kind.photos), None)
    if not given or offer is None:
        return False
    menus.carry_out(offer.algorithm.id(), {**offer.parameters, **given}, [place])
    return True


def _given(paths: list[Path]) -> dict[str, Any]:
    """The first folder, and all photos that were dropped singly."""
    found: dict[str, Any] = {}
    folder = next((path for path in paths if path.is_dir()), None)
    photos = [str(path) for path in paths if is_photo(path)]
    if folder is not None:
        found[FOLDER] = str(folder)
    if photos:
        found[FILES] = photos
    return found


def _paths(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
