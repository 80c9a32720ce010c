"""The photos of a project as files of this computer: in a folder of the user's, or fetched one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QTemporaryDir

from ....core.background import Errand, background
from ....core.photos import reading
from ....core.photos.matching import match_folder
from ....core.photos.reading import Photo
from ....core.sessions import sessions
from ....providers.pix4d.flows.storage import ProjectStorage
from ....providers.transfer import download
from ....providers.work import Work

_SETTING = "imagery_hub/pix4d/photo_folders/"


@dataclass
class _Found:
    paths: dict[str, Path] = field(default_factory=dict)
    photos: dict[str, Photo] = field(default_factory=dict)


class PhotoFiles:
    """``paths`` and ``photos`` (what the files say) by the platform's key, as far as they are known."""

    def __init__(self, connection: str, project_id: str, keys: Sequence[str]) -> None:
        self._connection, self._project, self._keys = connection, project_id, list(keys)
        self._found = _Found()
        self._fetched: QTemporaryDir | None = None
        self._errands: list[Errand[Any]] = []
        self._looking: set[int] = set()
        self._begun = self._newest = 0
        self._coming: set[str] = set()

    @property
    def paths(self) -> dict[str, Path]:
        """The files that are at hand."""
        return self._found.paths

    @property
    def photos(self) -> dict[str, Photo]:
        """What they say of themselves."""
        return self._found.photos

    @property
    def looking(self) -> bool:
        """Whether a folder is being looked through."""
        return bool(self._looking)

    def remembered(self) -> Path | None:
        """The folder that was chosen for this project before, if it is still there."""
        text = QgsSettings().value(self._setting(), "", type=str)
        return Path(text) if text and Path(text).is_dir() else None

    def look_in(self, folder: Path, done: Callable[[int], None], failed: Callable[[Exception], None]) -> None:
        """Find the photos in a folder, in the background; ``done`` with how many. The folder is remembered if it has
        any. Of one that takes longer than a folder that was chosen later only photos that the later one lacks are
        taken."""
        self._begun += 1
        number = self._begun
        self._looking.add(number)

        def look(errand: Errand[_Found]) -> _Found:
            found = _Found(match_folder(self._keys, folder))
            for key, path in found.paths.items():
                if errand.cancelled:
                    break
                photo = reading.read(path)
                if photo is not None:
                    found.photos[key] = photo
            return found

        def looked(found: _Found) -> None:
            self._looking.discard(number)
            overtaken = number < self._newest
            new = [key for key in found.paths if not overtaken or key not in self._found.paths]
            self._found.paths.update({key: found.paths[key] for key in new})
            self._found.photos.update({key: found.photos[key] for key in new if key in found.photos})
            if new and not overtaken:
                self._newest = number
                QgsSettings().setValue(self._setting(), str(folder))
            if new or not overtaken:
                done(len(new))

        def missed(error: Exception) -> None:
            self._looking.discard(number)
            if number >= self._newest:
                failed(error)

        self._errands.append(background().run(look, looked, missed))

    def fetch(self, key: str, done: Callable[[], None], failed: Callable[[Exception], None]) -> None:
        """Bring one photo here from the platform's storage, in the background. It is kept until :meth:`close`. Nothing
        is done for one that is on its way."""
        if key in self._coming:
            return
        self._coming.add(key)
        if self._fetched is None:
            self._fetched = QTemporaryDir()
        name = hashlib.sha256(key.encode()).hexdigest()[:24] + PurePosixPath(key).suffix.lower()[:5]
        target = Path(self._fetched.path()) / _plain(name)

        def get(platform: Any, work: Work) -> Photo | None:
            storage = ProjectStorage(platform.api.during(work), self._project)
            download(storage.address(key), target, work, platform.engine)
            return reading.read(target)

        def got(photo: Photo | None) -> None:
            self._coming.discard(key)
            self._found.paths[key] = target
            if photo is not None:
                self._found.photos[key] = photo
            done()

        def missed(error: Exception) -> None:
            self._coming.discard(key)
            failed(error)

        self._errands.append(sessions().run("pix4d", self._connection, get, got, missed))

    def close(self) -> None:
        """Nobody waits any more; what was fetched is removed."""
        for errand in self._errands:
            errand.cancel()
        self._errands = []
        self._fetched = None

    def _setting(self) -> str:
        return f"{_SETTING}{self._connection or '-'}/{self._project}"


def _plain(name: str) -> str:
    """The suffix comes from the platform: nothing of it may lead elsewhere."""
    return "".join(letter for letter in name if letter.isalnum() or letter == ".")
