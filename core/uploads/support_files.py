"""Files that belong to another one by their names: world files, projections, GDAL's and cameras' side files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

#: Behind the name without its ending (``pier.tif``: ``pier.prj``).
BESIDE = (".wld", ".prj", ".xmp", ".aux.xml", ".xml", ".tab")
#: Behind the whole name (``pier.tif``: ``pier.tif.aux.xml``).
BEHIND = (".aux.xml", ".msk", ".xml", ".xmp")


class SupportFiles:
    """Finds them; each folder is looked at once. Upper and lower case are the same."""

    def __init__(self) -> None:
        self._folders: dict[Path, Mapping[str, str]] = {}

    def of(self, path: Path) -> list[Path]:
        """The support files of a file, by name. Overviews are none: they would be sent for nothing."""
        listed = self._names(path.parent)
        stem, kind = path.stem.casefold(), path.suffix.casefold()[1:]
        worlds = {f".{kind[:1]}{kind[-1:]}w", f".{kind}w"} if kind else set()
        wanted = [f"{stem}{ending}" for ending in (*sorted(worlds), *BESIDE)]
        wanted += [f"{path.name.casefold()}{ending}" for ending in BEHIND]
        found = {listed[name] for name in wanted if name in listed} - {path.name}
        return [path.parent / name for name in sorted(found)]

    def _names(self, folder: Path) -> Mapping[str, str]:
        if folder not in self._folders:
            try:
                with os.scandir(folder) as entries:
                    self._folders[folder] = {one.name.casefold(): one.name for one in entries if one.is_file()}
            except OSError:
                self._folders[folder] = {}
        return self._folders[folder]
