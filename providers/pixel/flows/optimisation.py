"""Optimised copies, which services need: registered, made once, followed to their end (notes, section 14).

Rasters and point clouds go the same way; :class:`Kind` holds what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from ... import steps
from ...errors import InputProblem
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..places import Place
from ..raster_rules import RASTER_TYPES
from ..records import CloudFilters, Collection, ListFilters
from ..service_records import PROFILES, CreationOptions
from . import following

CLOUD_TYPES = ("point_cloud",)
TERRAIN = "terrain"
LOSSY_BANDS = 3
"""Nearblack does not work with an alpha band, which a fourth is (section 14)."""
PENDING, COMPLETED, FAILED = "pending", "completed", "failed"
ENDED = (COMPLETED, FAILED)

Copy = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """``sources``: ids of rasters or point clouds, none for all of the collection. ``profile`` (rasters): empty for the
    one that goes with the type of the collection. ``retry_failed``: copies that failed before are made again."""

    sources: Sequence[str] = ()
    profile: str = ""
    options: CreationOptions | None = None
    retry_failed: bool = False


@dataclass(frozen=True)
class Made:
    """The copies that were asked for, as they are now; ``failed`` of them could not be made. ``ready`` were so before.
    """

    copies: Sequence[Copy]
    failed: int
    ready: int

    @property
    def ids(self) -> list[str]:
        """Of the copies."""
        return [str(one["id"]) for one in self.copies]


@dataclass(frozen=True)
class Kind:
    """What is said of one kind of copies to the platform, and which member names the source (ASSUMED A21)."""

    source: str
    types: Sequence[str]
    pages: Callable[[PixelClient, Place, ListFilters], Iterator[Any]]
    register: Callable[[PixelClient, Place, Wanted], Sequence[Copy]]
    run: Callable[[PixelClient, Place, Sequence[str], bool], str]


def _register_rasters(api: PixelClient, place: Place, wanted: Wanted) -> Sequence[Copy]:
    sources = wanted.sources or None
    return api.optimized.register(place, wanted.options or {}, sources, wanted.profile)


RASTERS = Kind(
    "raster_id", RASTER_TYPES,
    lambda api, place, filters: api.optimized.list(place, filters),
    _register_rasters,
    lambda api, place, ids, retry: api.optimized.run(place, ids, retry),
)
CLOUDS = Kind(
    "point_cloud_id", CLOUD_TYPES,
    lambda api, place, filters: api.point_clouds.optimized(place, cast(CloudFilters, filters)),
    lambda api, place, wanted: api.point_clouds.register(place, wanted.sources or None),
    # What the body calls point_cloud_ids are the ids of the copies: so the vendor's client sends them.
    lambda api, place, ids, retry: api.point_clouds.run(place, ids, retry),
)


def listed(api: PixelClient, place: Place, work: Work) -> Iterator[Copy]:
    """The copies of a data collection of rasters or of point clouds, as they are asked for. Raises
    :class:`InputProblem` for one of another type."""
    api = api.during(work)
    collection = api.collections.get(place)
    of_type = str(collection.get("data_collection_type") or "")
    kind = next((one for one in (RASTERS, CLOUDS) if of_type in one.types), None)
    if kind is None:
        raise InputProblem("pixel_no_copies", name=str(collection.get("name") or place), type=of_type)
    return steps.entries(kind.pages(api, place, {}))


def optimise(api: PixelClient, place: Place, wanted: Wanted, work: Work, kind: Kind = RASTERS) -> Made:
    """Make optimised copies and wait for their end. Copies that are there already are not made again; those that are
    being made are waited for. Raises :class:`InputProblem` for what the platform would refuse."""
    api = api.during(work)
    registered = work.noted("register")
    if registered is None or not registered.done:  # begun and not done, it is looked for, or sent, with its profile
        wanted = _checked(api, place, wanted, kind)
    ids = _registered(api, place, wanted, work, kind)
    if not ids:
        work.progress(1.0, "done")
        return Made([], 0, 0)
    copies = {str(one["id"]): one for one in _listed(api, place, kind, ids)}
    ready = work.once("ready", lambda: [one for one in ids if _status(copies.get(one)) == COMPLETED],
                      lambda: NOT_THERE)
    to_make = [one for one in ids if one not in ready]
    if to_make:
        _made(api, place, to_make, wanted.retry_failed, work, kind)
    found = _listed(api, place, kind, ids)
    work.progress(1.0, "done")
    return Made(found, _failures(found, work), len(ready))


def delete(
    api: PixelClient, place: Place, sources: Sequence[str], profile: str, typed: str, work: Work, kind: Kind = RASTERS
) -> list[str]:
    """Delete the copies of these rasters (of one profile, or of all) or point clouds; gives the ids of those that had
    any. What had none is left as it is. ``typed`` has to be the name of the data collection, since copies have none."""
    api = api.during(work)
    collection = api.collections.get(place)
    _require_type(collection, place, kind)
    steps.require_name(work, lambda: str(collection.get("name") or ""), typed)
    had = _sources_with_copies(api, place, kind, profile)
    gone = []
    for number, source in enumerate(sources):
        work.progress(number / len(sources), "pixel_deleting", done=str(number), total=str(len(sources)))
        part = work.part(f"copy-{source}")
        if part.noted("delete") is None and had is not None and source not in had:
            continue
        # Asked for again, the platform deletes nothing more: so nothing has to be looked for.
        steps.delete_once(part, partial(_delete_one, api, place, kind, source, profile), lambda: None)
        gone.append(source)
    work.progress(1.0, "done")
    return gone


def check_options(profile: str, bands: int | None, options: CreationOptions) -> None:
    """Raise :class:`InputProblem` where nearblack is asked for and cannot be (section 14)."""
    if not (options.get("nearblack_options") or {}).get("enabled"):
        return
    if profile == TERRAIN:
        raise InputProblem("pixel_nearblack_terrain")
    if bands is not None and bands > LOSSY_BANDS:
        raise InputProblem("pixel_nearblack_alpha", bands=str(bands))


# ---------------------------------------------------------------------- steps
def _checked(api: PixelClient, place: Place, wanted: Wanted, kind: Kind) -> Wanted:
    """What is wanted with its profile, when the platform can do it."""
    collection = api.collections.get(place)
    of_type = _require_type(collection, place, kind)
    if kind is not RASTERS:
        return wanted
    usual = PROFILES.get(of_type, "")
    if wanted.profile and usual and wanted.profile != usual:
        raise InputProblem("pixel_profile", profile=wanted.profile, type=of_type, allowed=usual)
    bands = (collection.get("raster_info") or {}).get("num_bands")
    profile = wanted.profile or usual
    check_options(profile, bands, wanted.options or {})
    return Wanted(wanted.sources, profile, wanted.options, wanted.retry_failed)


def _require_type(collection: Collection, place: Place, kind: Kind) -> str:
    """The type of a data collection, which has to be one that has copies of that kind."""
    of_type = str(collection.get("data_collection_type") or "")
    if of_type and of_type not in kind.types:
        problem = "pixel_not_rasters" if kind is RASTERS else "pixel_not_point_clouds"
        raise InputProblem(problem, name=str(collection.get("name") or place), type=of_type)
    return of_type


def _registered(api: PixelClient, place: Place, wanted: Wanted, work: Work, kind: Kind) -> list[str]:
    """The ids of the copies. Asked twice, the platform gives the same (ASSUMED A21); those that an answer which did not
    come has made are adopted all the same."""

    def listed() -> set[str]:
        return {str(one["id"]) for one in _listed(api, place, kind)}

    before = set(work.once("before", lambda: sorted(listed()), lambda: NOT_THERE))
    doubt = steps.Doubt()

    def send() -> list[str]:
        return [str(one["id"]) for one in doubt.known(lambda: kind.register(api, place, wanted))]

    def adopt() -> Any:
        if not doubt.appeared(work, lambda: listed() - before):
            return NOT_THERE
        chosen = set(wanted.sources)
        return [str(one["id"]) for one in _listed(api, place, kind)
                if (not chosen or one.get(kind.source) is None or str(one[kind.source]) in chosen)
                and (not wanted.profile or one.get("profile") in (None, wanted.profile))]

    work.progress(0.0, "pixel_registering")
    return steps.settle(work, "register", send, adopt)


def _made(api: PixelClient, place: Place, ids: list[str], retry: bool, work: Work, kind: Kind) -> None:
    """Start the work once and wait for it. Where its group was never learnt, the copies themselves tell the end."""

    def states() -> list[str]:
        return [_status(one) for one in _listed(api, place, kind, ids)]

    before = work.once("states", states, lambda: NOT_THERE)
    doubt = steps.Doubt()

    def changed() -> set[str]:
        return {"changed"} if states() != before else set()

    def adopt() -> Any:
        if not any(before):
            return None
        return "" if doubt.appeared(work, changed) else NOT_THERE

    group = steps.settle(work, "run", lambda: doubt.known(lambda: kind.run(api, place, ids, retry)), adopt)
    if group:
        ended = following.follow_group(api, group, work, "pixel_optimising")
        work.note("failed", ended.get("failed_count") or 0)
        return

    def read() -> list[str]:
        found = states()
        done = sum(one in ENDED for one in found)
        work.progress(done / len(found) if found else None, "pixel_optimising", done=str(done), total=str(len(found)))
        return found

    def ended_all(found: list[str]) -> bool:
        return all(one in ENDED for one in found)

    work.follow(read, ended_all, following.PAUSE, longest=following.LONGEST_PAUSE)


def _failures(copies: Sequence[Copy], work: Work) -> int:
    """How many could not be made: as the copies tell, or as their group did."""
    if any(_status(one) for one in copies):
        return sum(_status(one) == FAILED for one in copies)
    noted = work.noted("failed")
    return int(noted.value) if noted is not None else 0


def _delete_one(api: PixelClient, place: Place, kind: Kind, source: str, profile: str) -> None:
    if kind is RASTERS:
        api.optimized.delete(place, source, profile)
    else:
        api.point_clouds.delete_optimized(place, source)


def _sources_with_copies(api: PixelClient, place: Place, kind: Kind, profile: str) -> set[str] | None:
    """The sources that have copies; None where the platform does not tell whose they are (ASSUMED A21)."""
    copies = _listed(api, place, kind)
    if any(one.get(kind.source) is None for one in copies):
        return None
    return {str(one[kind.source]) for one in copies if not profile or one.get("profile") in (None, profile)}


def _listed(api: PixelClient, place: Place, kind: Kind, ids: Sequence[str] | None = None) -> list[Copy]:
    filters: ListFilters = {} if ids is None else {"ids": list(ids)}
    return list(steps.entries(kind.pages(api, place, filters)))


def _status(copy: Copy | None) -> str:
    return str((copy or {}).get("status") or "")
