"""Where downloads go: a folder that is asked for once, and names that are free in it."""

from __future__ import annotations

import glob
from collections.abc import Collection
from pathlib import Path

from qgis.core import QgsProject, QgsSettings
from qgis.PyQt.QtCore import QStandardPaths
from qgis.PyQt.QtWidgets import QFileDialog, QWidget

from ...core.translation import tr

FOLDER = "imagery_hub/add_to_map/folder"
NAMELESS = "imagery"


def folder(parent: QWidget) -> Path | None:
    """The remembered folder, asked for when there is none (any more); None when the user gives none."""
    kept = str(QgsSettings().value(FOLDER, "") or "")
    return Path(kept) if kept and Path(kept).is_dir() else ask(parent)


def ask(parent: QWidget) -> Path | None:
    """Let the user choose the folder, and remember it. The project's own is offered first."""
    chosen = QFileDialog.getExistingDirectory(parent, tr("Choose a Folder for Downloads"), beginning())
    if not chosen:
        return None
    remember(Path(chosen))
    return Path(chosen)


def remember(place: Path) -> None:
    """Offer this folder from now on."""
    QgsSettings().setValue(FOLDER, str(place))


def beginning() -> str:
    """The folder to offer: the remembered one, the project's, the user's documents."""
    kept = str(QgsSettings().value(FOLDER, "") or "")
    home = QgsProject.instance().homePath()
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return next((one for one in (kept, home, documents) if one and Path(one).is_dir()), str(Path.home()))


def free(place: Path, name: str, identity: str, suffix: str, taken: Collection[Path]) -> Path:
    """A file in the folder that is not there and not ``taken``, called after a name that a server or a user made."""
    from ...providers.transfer.names import safe_name

    wanted = safe_name(name, safe_name(identity, NAMELESS))
    stem = wanted[: -len(suffix)] if wanted.lower().endswith(suffix) else wanted
    number = 1
    while True:
        path = place / (f"{stem}{suffix}" if number == 1 else f"{stem} ({number}){suffix}")
        begun = any(place.glob(f"{glob.escape(path.name)}.*.part"))  # another download's, which may go on
        if path not in taken and not path.exists() and not begun:
            return path
        number += 1
