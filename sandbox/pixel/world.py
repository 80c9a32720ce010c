"""What a handler may use: the platform's state, its jobs and its storage.

- ``world.state`` (:mod:`.state`): the tables. ``world.project(call)``, ``world.collection(call, *types)`` and
  ``world.record(call, table, name)`` give what a path names, or refuse.
- ``world.rows(call, records, table)``: a page of a list by the common query members (section 4).
- ``world.start(name, ...)`` and ``world.group(tasks)``: background jobs; ``answers.job_ref`` and ``group_ref``
  show them.
- ``world.presigned`` (:mod:`sandbox.presigned`): deposits with their forms and parts; ``world.keep(deposit)`` takes
  the bytes of a complete one into ``world.folder``; ``world.address(path, host)`` is a signed address for a GET.
- ``world.require_plugin(name)``, ``world.settings``, ``world.clock``, ``world.host`` seen from ``call.host``.

Roles are checked before a handler is asked (:mod:`.roles`). Refusals are those of :mod:`sandbox.errors`, with one
sentence, and :func:`sandbox.located.unprocessable` for 422.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ..clock import Clock
from ..errors import detail, not_found
from ..jobs import Fail, Finish, Jobs, Still
from ..located import unprocessable
from ..platform import Call, Services
from ..presigned import Deposit, Presigned
from ..segments import Content
from ..settings import Settings
from .records import Collection, Group, Project, Task, User
from .state import DEFAULT_ROWS, State, Table

_Record = TypeVar("_Record")
_BINARY = "application/octet-stream"


class World:
    """State, jobs, storage, and the steps that many handlers share."""

    def __init__(self, services: Services, state: State, jobs: Jobs) -> None:
        self.services = services
        self.state = state
        self.jobs = jobs
        self.folder = services.folder / "pixel"
        """Where the platform keeps files of its own."""
        self.notes: dict[str, Any] = {}
        """What control calls have asked for, by a name of each slice's own; emptied by a reset."""

    @property
    def settings(self) -> Settings:
        """What is set now."""
        return self.services.settings

    @property
    def clock(self) -> Clock:
        """The sandbox's time."""
        return self.services.clock

    @property
    def presigned(self) -> Presigned:
        """Deposits for files to come."""
        return self.services.presigned

    def new_id(self) -> int:
        """The next id; all kinds share one series."""
        return next(self.state.numbers)

    # ------------------------------------------------------------------ what a path names
    def project(self, call: Call, name: str = "project_id") -> Project:
        """The project of a path; 404 when it is not there or hidden."""
        return self.live_project(int(call.path[name]))

    def live_project(self, number: int) -> Project:
        """A project by its id; 404 when it is not there or hidden."""
        found = self.state.projects.get(number)
        if found is None or self.state.hidden(found):
            raise not_found(f"Project {number} was not found")
        return found

    def collection(self, call: Call, *types: str) -> Collection:
        """The data collection of a path; 404 when it is not there, in another project, or hidden. With ``types``, 422
        for one of another type."""
        project, number = self.project(call), int(call.path["data_collection_id"])
        found = self.state.collections.get(number)
        if found is None or found.project != project.id or not self.state.live(found):
            raise not_found(f"Data collection {number} was not found in project {project.id}")
        if types and found.type not in types:
            raise unprocessable(f"Expected a data collection of type {' or '.join(types)}, found {found.type}",
                                "data_collection_type")
        return found

    def live_collection(self, number: int) -> Collection:
        """A data collection by its id; 404 when it is not there or hidden."""
        found = self.state.collections.get(number)
        if found is None or not self.state.live(found):
            raise not_found(f"Data collection {number} was not found")
        return found

    def record(self, call: Call, table: Table[_Record], name: str, words: str) -> _Record:
        """What a path names in its data collection, for example ``(call, state.images, "image_id", "Image")``."""
        collection, number = self.collection(call), int(call.path[name])
        found: Any = table.get(number)
        if found is None or found.collection != collection.id:
            raise not_found(f"{words} {number} was not found in data collection {collection.id}")
        record: _Record = found
        return record

    # ------------------------------------------------------------------ lists
    def rows(self, call: Call, records: Sequence[_Record], fits: Callable[[_Record], bool] | None = None,
             by_id: Mapping[int, _Record] | None = None) -> list[_Record]:
        """A page of a list: ``name``, ``ids``, ``tags``, ``offset`` and ``limit`` of the query (A2, A3), and ``fits``.

        ``records`` by ascending id. ``by_id`` saves the search where ids are asked for; it may hold more than the list.
        """
        query, found = call.query, records
        ids = self.ids(call)
        if ids is not None:
            if by_id is not None and len(ids) < len(records):
                collections = {getattr(one, "collection", None) for one in records[:1]}
                chosen = [by_id[number] for number in sorted(ids) if number in by_id]
                found = [one for one in chosen if getattr(one, "collection", None) in collections]
            else:
                found = [one for one in records if getattr(one, "id") in ids]  # noqa: B009 - any record has one
        if query.get("name"):
            wanted = query["name"].lower()
            found = [one for one in found if wanted in (getattr(one, "name", None) or "").lower()]
        tags = {one.strip() for one in query.get("tags", "").split(",") if one.strip()}
        if tags:
            found = [one for one in found if tags <= set(getattr(one, "tags", ()))]
        if fits is not None:
            found = [one for one in found if fits(one)]
        offset, limit = query.get("offset", 0), query.get("limit", DEFAULT_ROWS)
        self.check_limit(limit)
        return list(found[offset:offset + limit])

    def check_limit(self, limit: int, where: str = "query") -> None:
        """422 for more rows than a page may have (A2)."""
        most = self.settings.pixel_largest_page
        if most and limit > most:
            raise unprocessable(f"Input should be less than or equal to {most}", "limit", given=limit, where=where)

    @staticmethod
    def ids(call: Call) -> set[int] | None:
        """The ids that a list was asked for; None when it was not asked for any, an empty set for an empty list."""
        if call.query.get("ids"):
            return {int(one) for one in call.query["ids"].split(",")}
        return set() if any(one.partition("=")[0] == "ids" for one in call.raw_query.split("&")) else None

    # ------------------------------------------------------------------ changes
    @staticmethod
    def retag(tags: list[str], given: Mapping[str, Any]) -> None:
        """``add_tags`` and ``remove_tags`` of a body (section 3)."""
        for one in given.get("remove_tags", ()):
            if one in tags:
                tags.remove(one)
        tags.extend(one for one in dict.fromkeys(given.get("add_tags", ())) if one not in tags)

    @staticmethod
    def remeta(metadata: dict[str, Any], given: Mapping[str, Any] | None) -> None:
        """``json_metadata`` of a body: key by key, a null takes the key away (A8)."""
        for name, value in (given or {}).items():
            if value is None:
                metadata.pop(name, None)
            else:
                metadata[name] = value

    # ------------------------------------------------------------------ who may what
    def require_plugin(self, name: str) -> None:
        """403 when the tenant has not got a plugin (A20)."""
        found = self.state.plugins.get(name)
        if found is None or not found.enabled:
            raise detail(403, f"This operation needs the plugin '{name}'")

    def user(self, call: Call) -> User:
        """Who asks."""
        found: User = call.account
        return found

    # ------------------------------------------------------------------ background jobs
    def start(self, name: str, *, finish: Finish, fail: Fail, work: Callable[..., Any] | None = None,
              arguments: tuple[Any, ...] = (), seconds: float | None = None, still: Still = lambda: None) -> Task:
        """Start a background job, see :meth:`sandbox.jobs.Jobs.start`; ``seconds`` is its least duration, None for the
        usual one. What it is about must be in its final state when ``finish`` or ``fail`` returns."""
        least = self.settings.job_seconds if seconds is None else seconds
        job = self.jobs.start(name, "", {}, least, finish=finish, fail=fail, work=work, arguments=arguments,
                              still=still)
        return self._noted(Task(self.new_id(), name, self.clock.now(), job))

    def done(self, name: str, words: str | None = None) -> Task:
        """A background job that ends at once: well, or with the words of its failure."""
        return self._noted(Task(self.new_id(), name, self.clock.now(), None, "failed" if words else "completed", words))

    def group(self, tasks: Sequence[Task]) -> Group:
        """Several background jobs that are followed together. One of none gets a job that had nothing to do: a group
        has at least one (section 17)."""
        one = Group(self.new_id(), list(tasks) or [self.done("nothing")])
        self.state.groups[one.id] = one
        return one

    def _noted(self, task: Task) -> Task:
        self.state.jobs[task.id] = task
        return task

    # ------------------------------------------------------------------ files
    def keep(self, deposit: Deposit, suffix: str = "") -> Path:
        """The bytes of a complete deposit, moved into the platform's own folder; the deposit is at its end."""
        path = self.new_path(suffix)
        deposit.path.replace(path)
        self.presigned.close(deposit)
        return path

    def new_path(self, suffix: str = "") -> Path:
        """A place for a file of the platform's own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{uuid.uuid4()}{suffix}"

    def form(self, deposit: Deposit, host: str) -> tuple[str, dict[str, str]]:
        """Address and members of the form that fills a deposit (A11)."""
        return self.presigned.form(deposit, host, self.settings.pixel_presigned_seconds)

    def part_targets(self, deposit: Deposit, host: str) -> list[dict[str, Any]]:
        """``upload_parts`` of a deposit in parts (A11)."""
        return self.presigned.part_targets(deposit, host, self.settings.pixel_presigned_seconds)

    def address(self, path: Path | None, host: str, media_type: str = _BINARY) -> str | None:
        """A signed address of a file, good for a GET during a quarter of an hour (A10); None without a file."""
        if path is None or not path.is_file():
            return None
        blobs = self.services.blobs
        key = blobs.offer(self._key(path), Content.of_file(path, media_type))
        return blobs.address("GET", key, host, self.settings.pixel_download_seconds)

    def remove_file(self, path: Path | None) -> None:
        """Delete a file of the platform's own, with the folder of what was uploaded, and what was offered of it."""
        if path is not None:
            path.unlink(missing_ok=True)
            self.services.blobs.withdraw(self._key(path))
            if path.parent.parent == self.folder:
                shutil.rmtree(path.parent, ignore_errors=True)

    def _key(self, path: Path) -> str:
        """Uploaded files lie under their own names, each in a folder of its own."""
        return f"pixel/{path.relative_to(self.folder) if path.is_relative_to(self.folder) else path.name}"

    def reset(self) -> None:
        """Forget everything."""
        self.jobs.clear()
        self.state.reset()
        self.notes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
