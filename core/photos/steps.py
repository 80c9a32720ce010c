"""In which order the photos of a point are looked through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .reading import Photo
from .sight import Sight, sights


@dataclass(frozen=True)
class Step:
    """A photo by the platform's key; ``sight`` where the point is expected, None when nobody knows."""

    key: str
    sight: Sight | None = None


def steps(
    keys: Sequence[str],
    photos: Mapping[str, Photo],
    place: tuple[float, float, float | None] | None,
    marked: Sequence[str] = (),
) -> list[Step]:
    """The photos in which a point may be seen: those first that have it nearest to the middle, then marked ones in
    which it is not expected, then those that do not tell where they were taken.

    ``photos``: what is known of the files, by key. ``place``: longitude, latitude and, if known, height above the
    ellipsoid; without it all photos are given in their order. A photo that must look elsewhere is left out.
    """
    if place is None:
        return [Step(key) for key in keys]
    longitude, latitude, height = place
    told = {id(photo): key for key, photo in photos.items()}
    seeing = [Step(told[id(one.photo)], one) for one in sights(photos.values(), longitude, latitude)]
    by_height = sights((one for one in photos.values() if one.height is None), longitude, latitude, height)
    seeing += [Step(told[id(one.photo)], one) for one in by_height]
    known = {one.key for one in seeing}
    marks = set(marked)
    elsewhere = [Step(key) for key in keys if key in marks and key not in known]
    unknown = [Step(key) for key in keys if key not in known | marks and not _tells(photos.get(key))]
    return [*sorted(seeing, key=lambda one: one.sight.off if one.sight else 0.0), *elsewhere, *unknown]


def _tells(photo: Photo | None) -> bool:
    return photo is not None and photo.located and photo.focal_pixels is not None and (
        photo.height is not None or photo.altitude is not None
    )


def beside(found: Sequence[Step], current: str, forward: bool) -> str:
    """The key of the photo after (or before) the current one, beginning anew at the end; empty when there is none."""
    keys = [one.key for one in found]
    if not keys:
        return ""
    if current not in keys:
        return keys[0 if forward else -1]
    return keys[(keys.index(current) + (1 if forward else -1)) % len(keys)]
