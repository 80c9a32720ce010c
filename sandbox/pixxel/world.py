"""What a handler may use: the platform's state, its jobs, its files, and the steps that many handlers share.

- ``world.state`` (:mod:`.state`): the tables. ``world.found(table, id, "aoi")`` gives a record, 400 for what is no
  UUID, 404 for what is not there (P16). ``world.admitted(call, project)``: 403 for a project that the key has not got
  (P02).
- ``world.page(call, rows)``: a page by ``offset`` and ``limit`` with its ``pagination`` (P03).
- ``world.start(kind, ...)``: background work that ends when it is done and the clock has come to it; it fails when a
  control call asked for that.
- ``world.moment(seconds, spelling)``: times in the three spellings that occur (section 3.4).
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

from ..clock import Clock
from ..jobs import Finish, Job, Jobs, WorkFailed
from ..platform import Call, Services
from ..segments import Content
from ..settings import Settings
from .records import Key
from .refusals import bad, missing, refusal
from .state import State

_Record = TypeVar("_Record")
LARGEST_PAGE = 100
"""P03."""


class World:
    """State, jobs, files."""

    def __init__(self, services: Services, state: State, jobs: Jobs) -> None:
        self.services = services
        self.state = state
        self.jobs = jobs
        self.folder = services.folder / "pixxel"
        self.on_reset: list[Callable[[World], None]] = []
        """What fills a fresh workspace."""
        self.failures: dict[str, list[str]] = {}
        """Words of the next failures of background work, by its kind."""
        self.searches: dict[str, list[Any]] = {}
        """What the last scene searches found, by what was asked."""

    @property
    def settings(self) -> Settings:
        """What is set now."""
        return self.services.settings

    @property
    def clock(self) -> Clock:
        """The sandbox's time."""
        return self.services.clock

    # ------------------------------------------------------------------ small things
    @staticmethod
    def new_id() -> str:
        """A new identifier."""
        return str(uuid.uuid4())

    def now(self) -> float:
        """The sandbox's present."""
        return self.clock.now()

    @staticmethod
    def moment(seconds: float | None, spelling: str = "T Z") -> str:
        """A time as ``T Z``, ``T +00:00`` or ``  +00:00``; an empty text for one that has not come."""
        if seconds is None:
            return ""
        text = datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")
        return text.replace("T", spelling[0]) + spelling[2:]

    def key(self, call: Call) -> Key:
        """Who asks."""
        found: Key = call.account
        return found

    # ------------------------------------------------------------------ what a path or a body names
    @staticmethod
    def check_id(value: str, field: str) -> str:
        """An identifier in lower case; 400 for what is none (P16)."""
        try:
            return str(uuid.UUID(value))
        except ValueError:
            raise bad(field, "must be a UUID") from None

    def found(self, table: Mapping[str, _Record], value: str, kind: str) -> _Record:
        """The record of an id."""
        record = table.get(self.check_id(value, f"{kind.replace(' ', '_')}_id"))
        if record is None:
            raise missing(kind)
        return record

    def may(self, call: Call, project: str) -> bool:
        """Whether the key was admitted to a project."""
        granted = self.key(call).projects
        return granted is None or project in granted

    def admitted(self, call: Call, project: str) -> str:
        """The project's id; 403 when the key was not admitted to it, or it is not there (P02)."""
        number = self.check_id(project, "project_id")
        if number not in self.state.projects or not self.may(call, number):
            raise refusal(403, "the key has no access to this project")
        return number

    # ------------------------------------------------------------------ lists
    @staticmethod
    def page(given: Mapping[str, Any], rows: Sequence[_Record], usual: int = 10
             ) -> tuple[list[_Record], dict[str, int]]:
        """Some of the rows, and the block that tells which."""
        # In JSON 2.0 is an integer as well.
        offset, limit = int(given.get("offset", 0)), int(min(given.get("limit", usual), LARGEST_PAGE))
        return list(rows[offset:offset + limit]), {"limit": limit, "offset": offset, "total": len(rows)}

    @staticmethod
    def ids(text: str | None) -> set[str] | None:
        """A list of ids with commas (P14); None when nothing was given."""
        return {one.strip().lower() for one in text.split(",") if one.strip()} if text else None

    # ------------------------------------------------------------------ background work
    def start(self, kind: str, seconds: float, *, finish: Finish, fail: Callable[[str], None],
              work: Callable[..., Any] | None = None, arguments: tuple[Any, ...] = ()) -> Job:
        """Start background work of a kind (aoi, bundle, order, delivery, visualization, insight, job)."""
        def still() -> None:
            planned = self.failures.get(kind)
            if planned:
                raise WorkFailed(planned.pop(0))
        return self.jobs.start(kind, "", {}, seconds, finish=finish, fail=fail, work=work, arguments=arguments,
                               still=still)

    def progress(self, job_started: float, seconds: float) -> int:
        """Percent of background work by the clock: 0, 25, 50, 75 (section 20)."""
        if seconds <= 0:
            return 0
        return min(75, int(4 * (self.now() - job_started) / seconds) * 25)

    # ------------------------------------------------------------------ files
    def new_path(self, suffix: str = "") -> Path:
        """A place for a file of the platform's own."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{uuid.uuid4()}{suffix}"

    def new_folder(self) -> Path:
        """A new empty folder of the platform's own."""
        path = self.new_path()
        path.mkdir(parents=True)
        return path

    def address(self, path: Path | None, host: str, media_type: str = "application/zip") -> str:
        """A signed address on another host, good for ``pixxel_address_seconds`` (P17); empty without a file."""
        if path is None or not path.is_file():
            return ""
        blobs = self.services.blobs
        key = blobs.offer(f"pixxel/{path.relative_to(self.folder)}", Content.of_file(path, media_type))
        return blobs.address("GET", key, host, self.settings.pixxel_address_seconds)

    def reset(self) -> None:
        """Forget everything."""
        self.jobs.clear()
        self.state.reset()
        self.failures.clear()
        self.searches.clear()
        shutil.rmtree(self.folder, ignore_errors=True)
        for fill in self.on_reset:
            fill(self)
