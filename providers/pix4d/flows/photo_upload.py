"""Photos, archives of photos and other files into a project: sent to its storage, then registered (sections 6, 7).

All of these go on where they stopped when they are run again with the same journal: what has arrived is not sent again,
and what is registered is not registered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from ... import steps
from ...errors import InputProblem
from ...transfer import TransferEngine
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..project_records import MOST_PHOTOS, PhotoInput
from ..records import NewProject, Project
from . import registration
from .storage import ProjectStorage

LOOKED_AT = "looked at"
"""The note of the keys that were looked at before anything was sent: whether the project had each of them."""
SENDING, REGISTERING = (0.0, 0.95), (0.95, 1.0)
NAMED = 5
"""So many files are named in a sentence."""


@dataclass(frozen=True)
class Sent:
    """``photos``: id by name. ``there_before``: names of photos that the project had already and that were not sent.
    ``left_out``: names that the platform did not take as photos."""

    photos: dict[str, str]
    there_before: list[str]
    left_out: list[str]


@dataclass(frozen=True)
class Depth:
    """The names of a photo's depth map and of its confidence among the files; depth is kept only with both (7.3)."""

    depth_map: str
    confidence: str


def upload_photos(
    api: Pix4dClient,
    engine: TransferEngine,
    project_id: str,
    files: Mapping[str, Path],
    work: Work,
    depth: Mapping[str, Depth] | None = None,
    beyond_limit: bool = False,
) -> Sent:
    """Send photos by their names below the project's folder and register them.

    ``depth``: by the name of the photo; the maps are among ``files`` too. Nothing is sent when the project was started
    already, when it would have more photos than are processed (unless ``beyond_limit``), or when it has another photo
    of such a name: :class:`InputProblem`. That is looked at for each name once, also when it is new in a later run.
    """
    api, depth = api.during(work), depth or {}
    maps = _maps(depth.values())
    photos = [name for name in files if name not in maps]
    storage = ProjectStorage(api, project_id)
    key = {name: f"{storage.prefix}/{name}" for name in files}

    def look(new: set[str]) -> list[str]:
        _refuse_foreign_maps(api, project_id, {key[name] for name in maps}, {key[name] for name in depth})
        named_photos = {key[name]: files[name] for name in photos}
        return _look(api, engine, storage, project_id, named_photos, new, work, beyond_limit)

    there = _there_before(work, set(key.values()), look)
    wanted = [name for name in photos if key[name] not in there]
    if not wanted:
        return Sent({}, photos, [])
    going = {*wanted, *_maps(depth[name] for name in wanted if name in depth)}
    sent = {name: path for name, path in files.items() if name in going}
    storage.send(sent, work.part("files", SENDING), engine)
    inputs = [_input(name, key, depth) for name in wanted]
    ids = registration.register_inputs(api, project_id, inputs, work.part("inputs", REGISTERING))
    return Sent(
        {name: ids[key[name]] for name in wanted if key[name] in ids},
        [name for name in photos if key[name] in there],
        [name for name in wanted if key[name] not in ids],
    )


def _there_before(work: Work, keys: set[str], look: Callable[[set[str]], list[str]]) -> set[str]:
    """Those of the keys that the project had before this job came to them. ``look`` gives them of keys that were not
    looked at yet: a later run finds its own under the others."""
    step = work.noted(LOOKED_AT)
    known: dict[str, bool] = step.value if step is not None and step.done else {}
    new = keys - set(known)
    if new:
        work.check_cancelled()
        there = set(look(new))
        known = {**known, **{key: key in there for key in sorted(new)}}
        work.note(LOOKED_AT, known)
    return {key for key in keys if known[key]}


def _maps(depth: Iterable[Depth]) -> set[str]:
    return {name for one in depth for name in (one.depth_map, one.confidence)}


def _refuse_foreign_maps(api: Pix4dClient, project_id: str, maps: set[str], photos: set[str]) -> None:
    """Depth maps of these names that belong to other photos of the project would be overwritten."""
    if not maps:
        return
    ours = set(registration.photo_ids(api, project_id, photos).values())
    theirs = [one for one in api.depth.list(project_id) if str(one.get("photo")) not in ours]
    taken = {key for one in theirs for key in (one.get("depth_map"), one.get("depth_map_confidence")) if key in maps}
    if taken:
        raise InputProblem("photo_names_taken", names=named(sorted(str(key).rpartition("/")[2] for key in taken)))


def _input(name: str, key: Mapping[str, str], depth: Mapping[str, Depth]) -> PhotoInput:
    found: PhotoInput = {"photo": key[name]}
    if name in depth:
        maps = depth[name]
        found |= {"depth_map": key[maps.depth_map], "depth_map_confidence": key[maps.confidence]}
    return found


def _look(
    api: Pix4dClient,
    engine: TransferEngine,
    storage: ProjectStorage,
    project_id: str,
    files: Mapping[str, Path],
    new: set[str],
    work: Work,
    beyond_limit: bool,
) -> list[str]:
    """Those of the new keys whose photos the project has already, the same ones as far as their sizes say. All of the
    job's photos count: of those of an earlier run some may not be registered yet."""
    project = require_open(api, project_id)
    there = registration.photo_ids(api, project_id, files)
    count = len(files) - len(there) + int(project.get("image_count") or 0)
    if count > MOST_PHOTOS and not beyond_limit:
        raise InputProblem("too_many_photos", name=name_of(project), count=str(count), most=str(MOST_PHOTOS))
    taken = [key for key in there if key in new]
    if taken:
        sizes = storage.sizes(engine, work)
        other = [key for key in taken if sizes.get(key) != files[key].stat().st_size]
        if other:
            raise InputProblem("photo_names_taken", names=named(files[key].name for key in other))
    return taken


def require_open(api: Pix4dClient, project_id: str) -> Project:
    """The project, which must not have been started yet: from then on its inputs stay as they are (7.3, A24)."""
    project = api.projects.get(project_id)
    if project.get("public_status") == "PROCESSING" or project.get("last_datetime_processing_started"):
        raise InputProblem("inputs_frozen", name=name_of(project))
    return project


def name_of(project: Project) -> str:
    """What people call the project."""
    return project.get("display_name") or project.get("name") or str(project.get("id", ""))


def named(names: Iterable[str]) -> str:
    """The first of the names, and a sign that there are more."""
    every = list(names)
    return ", ".join(every[:NAMED]) + (" …" if len(every) > NAMED else "")


def upload_archive(api: Pix4dClient, engine: TransferEngine, project_id: str, archive: Path, work: Work) -> str:
    """Send a ZIP with photos and register it as an input; gives its key."""
    return _send_and_register(api, engine, project_id, {archive.name: archive}, work, True)[0]


def upload_extras(
    api: Pix4dClient, engine: TransferEngine, project_id: str, files: Mapping[str, Path], work: Work
) -> list[str]:
    """Send files that are not photos and register them; gives their keys."""
    return _send_and_register(api, engine, project_id, files, work, False)


def _send_and_register(
    api: Pix4dClient, engine: TransferEngine, project_id: str, files: Mapping[str, Path], work: Work, archive: bool
) -> list[str]:
    api = api.during(work)
    storage = ProjectStorage(api, project_id)

    def look() -> str:
        require_open(api, project_id)
        _refuse_overwriting(api, engine, storage, project_id, files, work)
        return project_id

    work.once("before", look, lambda: NOT_THERE)
    keys = storage.send(files, work.part("files", SENDING), engine)
    rest = work.part("inputs", REGISTERING)
    if archive:
        registration.register_archive(api, project_id, keys[0], rest)
        return keys
    return registration.register_extras(api, project_id, keys, rest)


def _refuse_overwriting(
    api: Pix4dClient,
    engine: TransferEngine,
    storage: ProjectStorage,
    project_id: str,
    files: Mapping[str, Path],
    work: Work,
) -> None:
    """Raise :class:`InputProblem` for names of the project's photos, and of its extra files and archives; those that
    are the same as far as their sizes say may be sent once more."""
    mine = {f"{storage.prefix}/{name}": path for name, path in files.items()}
    taken = set(registration.photo_ids(api, project_id, mine))
    there = [one["file_key"] for one in api.extras.list(project_id) if one["file_key"] in mine]
    if there:
        sizes = storage.sizes(engine, work)
        taken |= {key for key in there if key in sizes and sizes[key] != mine[key].stat().st_size}
    if taken:
        raise InputProblem("file_names_taken", names=named(sorted(mine[key].name for key in taken)))


def create_project(api: Pix4dClient, details: NewProject, work: Work) -> str:
    """Create a project, once over all runs, and give its number.

    In doubt the one of that name that was not there before is adopted.
    """
    asked = api.during(work, to_the_end=True)
    api = api.during(work)
    name = details["name"]

    def ids() -> set[str]:
        return steps.ids_of(api.projects.list({"name": [name]}), name=name)

    return steps.create(work, "create", lambda: str(asked.projects.create(details)["id"]), ids)


def details_of(name: str, **members: object) -> NewProject:
    """What is to be said of a new project; members that are None or empty are left to the platform."""
    found: dict[str, Any] = {member: value for member, value in members.items() if value is not None and value != ""}
    return cast(NewProject, {"name": name, **found})


def names_in_storage(keys: Sequence[str]) -> list[str]:
    """The names of files without the project's folder (``user-…/project-…/``)."""
    return [key.split("/", 2)[-1] for key in keys]
