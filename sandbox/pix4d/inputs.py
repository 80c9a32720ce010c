"""What was put into a project: photos, depth data, other files (sections 7.3 to 7.5 and 16); it knows nothing of HTTP.

Registering a photo again makes no second one, but counts (A18). What lies outside of the project's folder is refused
with everything else in the call; what is not in the storage is passed over.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

IMAGES = (".jpg", ".jpeg", ".tif", ".tiff")
PROJECTS_OF_MAPPER = ".p4d"
LISTED = 500
"""Of more images in a call none are listed in its answer (section 7.3)."""


class Foreign(Exception):
    """Keys that are not in the project's folder; nothing was registered."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = list(dict.fromkeys(keys))
        super().__init__(str(self.keys))


@dataclass
class Photo:
    """A registered photo. ``excluded`` as ``excluded_from_mapper``. ``size`` in pixels, and ``picture``, the key of a
    small one (empty for none), once somebody looked."""

    id: int
    key: str
    excluded: bool | None = None
    size: tuple[int, int] | None = None
    picture: str | None = None


@dataclass
class Depth:
    """The depth map of a photo and its confidence."""

    id: int
    photo: int
    depth_map: str
    confidence: str


@dataclass
class Registered:
    """What one call registered; ``images`` in the order of the call."""

    images: list[Photo] = field(default_factory=list)
    depth_files: int = 0
    extras: int = 0
    mapper_project: bool = False

    @property
    def listed(self) -> list[Photo]:
        """The images that the answer names."""
        return self.images if len(self.images) <= LISTED else []


class Inputs:
    """Those of one project, in the order of their registration. ``folder`` is the project's prefix without a slash at
    its end; ``numbers`` gives ids that nothing else has; ``stored`` tells whether the storage has an object.
    ``times``: how often each key was registered."""

    def __init__(self, folder: str, numbers: itertools.count[int], stored: Callable[[str], bool]) -> None:
        self._folder = folder
        self._numbers = numbers
        self._stored = stored
        self._photos: dict[int, Photo] = {}
        self._by_key: dict[str, int] = {}
        self._depth: dict[int, Depth] = {}
        self.extras: list[str] = []
        self.times: Counter[str] = Counter()

    # ------------------------------------------------------------------ reading
    def photos(self) -> list[Photo]:
        """All photos."""
        return list(self._photos.values())

    def photo(self, photo_id: int) -> Photo | None:
        """One photo."""
        return self._photos.get(photo_id)

    def depth(self) -> list[Depth]:
        """All depth data."""
        return list(self._depth.values())

    def archives(self) -> list[str]:
        """The keys of archives with photos."""
        return [key for key in self.extras if key.lower().endswith(".zip")]

    # ------------------------------------------------------------------ writing
    def register(self, keys: Sequence[str], inputs: Sequence[Mapping[str, Any]] = ()) -> Registered:
        """Register everything of one call, or nothing. Raises :class:`Foreign`."""
        named = [str(one[member]) for one in inputs for member in one if one[member]]
        self._refuse_foreign([*keys, *named])
        found = Registered()
        for key in keys:
            self._take(key, found)
        for one in inputs:
            photo = self._take(str(one.get("photo", "")), found)
            if photo is not None:
                found.depth_files += self._take_depth(photo, one)
        return found

    def register_extra(self, key: str) -> None:
        """Register a file that is not a photo. Raises :class:`Foreign`; ``LookupError`` for one that is not there."""
        self._refuse_foreign([key])
        if not self._stored(key):
            raise LookupError(key)
        self.times[key] += 1
        if key not in self.extras:
            self.extras.append(key)

    def remove(self, photo_id: int) -> list[str]:
        """Take a photo out; gives the keys of the objects to delete. ``KeyError`` when it is not there."""
        photo = self._photos.pop(photo_id)
        del self._by_key[photo.key]
        pictures = [photo.picture] if photo.picture else []
        return [photo.key, *pictures, *(self.remove_depth(photo_id) if photo_id in self._depth else [])]

    def remove_depth(self, photo_id: int) -> list[str]:
        """Take the depth data of a photo out, as :meth:`remove`."""
        depth = self._depth.pop(photo_id)
        return [depth.depth_map, depth.confidence]

    # ------------------------------------------------------------------ inside
    def _refuse_foreign(self, keys: Sequence[str]) -> None:
        foreign = [key for key in keys if not self._is_own(key)]
        if foreign:
            raise Foreign(foreign)

    def _is_own(self, key: str) -> bool:
        return key.startswith(self._folder + "/") and not {".", "..", ""} & set(key.split("/"))

    def _take(self, key: str, found: Registered) -> Photo | None:
        if not self._stored(key):
            return None
        self.times[key] += 1
        suffix = PurePosixPath(key).suffix.lower()
        if suffix in IMAGES:
            photo = self._photo(key)
            found.images.append(photo)
            return photo
        if suffix == PROJECTS_OF_MAPPER:
            found.mapper_project = True
        else:
            found.extras += 1
        if key not in self.extras:
            self.extras.append(key)
        return None

    def _photo(self, key: str) -> Photo:
        if key not in self._by_key:
            photo = Photo(next(self._numbers), key)
            self._photos[photo.id] = photo
            self._by_key[key] = photo.id
        return self._photos[self._by_key[key]]

    def _take_depth(self, photo: Photo, given: Mapping[str, Any]) -> int:
        maps = [str(given.get(member) or "") for member in ("depth_map", "depth_map_confidence")]
        if not all(one and self._stored(one) for one in maps):
            return 0
        known = self._depth.get(photo.id)
        self._depth[photo.id] = Depth(known.id if known else next(self._numbers), photo.id, *maps)
        return len(maps)
