"""All that the sandbox's Geodata Pixel knows: in memory; files lie in ``world.folder``.

Tables by integer id: ``projects``, ``collections``, ``images``, ``rasters``, ``clouds``, ``optimized``,
``optimized_clouds``, ``upload_jobs``, ``attachments``, ``harvest``, ``harvest_tasks``, ``services``,
``analysis_services``, ``analysis_tasks``, ``jobs`` (background jobs), ``groups`` (of them), ``users``. Those whose
records have a ``collection`` are :class:`Table` and give ``table.of(collection_id)`` without a search. ``plugins`` by
name, ``bearers`` by token. Every id is of one series, so that a mix-up is a 404.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from ..clock import Clock
from .records import (
    AnalysisService,
    AnalysisTask,
    Attachment,
    Bearer,
    Collection,
    Group,
    Harvest,
    HarvestTask,
    Image,
    Optimized,
    OptimizedCloud,
    Plugin,
    PointCloud,
    Project,
    Raster,
    Service,
    Task,
    UploadJob,
    User,
)

TENANT = "fjord"
PASSWORD = "sandbox-pixel-password"
GDO_USERS = {"fjordkart_les": "sandbox-gdo-password", "fjordkart_felt": "sandbox-gdo-password"}
KEEP_SECONDS = 60 * 24 * 3600.0
"""How long something that was deleted softly can be restored (section 12)."""
DEFAULT_ROWS = 100
LARGEST_PAGE = 1000
"""A2."""

_Record = TypeVar("_Record")


class Table(dict[int, _Record], Generic[_Record]):
    """Records by id in the order of their creation, and the ids of each data collection."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[int, dict[int, None]] = {}

    def add(self, record: _Record) -> _Record:
        """Take a record in."""
        one: Any = record
        self[one.id] = record
        self._of.setdefault(one.collection, {})[one.id] = None
        return record

    def drop(self, number: int) -> _Record:
        """Take a record out."""
        one: Any = self.pop(number)
        self._of[one.collection].pop(number, None)
        record: _Record = one
        return record

    def move(self, number: int, collection: int) -> None:
        """Give a record to another data collection."""
        one: Any = self[number]
        self._of[one.collection].pop(number, None)
        one.collection = collection
        ids = self._of.setdefault(collection, {})
        ids[number] = None
        self._of[collection] = dict.fromkeys(sorted(ids))

    def of(self, collection: int) -> list[_Record]:
        """The records of a data collection by ascending id (A2)."""
        return [self[number] for number in self._of.get(collection, ())]

    def count(self, collection: int) -> int:
        """Number of records of a data collection."""
        return len(self._of.get(collection, ()))


class State:
    """Resources in the order of their creation. ``version`` goes up with every request that may change
    something, and with jobs that end: what was derived from the state is stale then."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.version = 0
        self.reset()

    def reset(self) -> None:
        """Empty, with three standing users and both plugins."""
        self.numbers = itertools.count(101)
        self.users: dict[int, User] = {}
        self.bearers: dict[str, Bearer] = {}
        self.plugins = {one.name: one for one in (
            Plugin("optimized_raster", "Optimise rasters for image services"),
            Plugin("image_service", "Publish image services"))}
        self.projects: dict[int, Project] = {}
        self.collections: dict[int, Collection] = {}
        self.images: Table[Image] = Table()
        self.rasters: Table[Raster] = Table()
        self.clouds: Table[PointCloud] = Table()
        self.optimized: Table[Optimized] = Table()
        self.optimized_clouds: Table[OptimizedCloud] = Table()
        self.upload_jobs: Table[UploadJob] = Table()
        self.harvest: Table[Harvest] = Table()
        self.harvest_tasks: dict[int, HarvestTask] = {}
        self.attachments: dict[int, Attachment] = {}
        self.services: dict[int, Service] = {}
        self.analysis_services: dict[int, AnalysisService] = {}
        self.analysis_tasks: dict[int, AnalysisTask] = {}
        self.jobs: dict[int, Task] = {}
        self.groups: dict[int, Group] = {}
        for role, names in (("superuser", ("Siri", "Berg")), ("creator", ("Ola", "Hansen")),
                            ("viewer", ("Kari", "Nordmann"))):
            self.add_user(f"{role}@fjord.example", PASSWORD, names, role)
        self.changed()

    def changed(self) -> None:
        """Something is different."""
        self.version += 1

    def add_user(self, username: str, password: str, names: tuple[str, str], role: str) -> User:
        """Somebody new."""
        one = User(next(self.numbers), username, password, *names, role)
        self.users[one.id] = one
        return one

    def user_named(self, username: str) -> User | None:
        """By user name, whatever its case."""
        return next((one for one in self.users.values() if one.username.lower() == username.lower()), None)

    # ------------------------------------------------------------------ what is there
    def hidden(self, project: Project) -> bool:
        """Whether a project, or one above it, was deleted (A19)."""
        return any(one.deleted is not None for one in self.above(project))

    def above(self, project: Project) -> Iterator[Project]:
        """The project itself, then upwards."""
        here: Project | None = project
        while here is not None:
            yield here
            here = self.projects.get(here.parent) if here.parent is not None else None

    def live_projects(self) -> list[Project]:
        """Those that are not hidden, by ascending id."""
        return [one for one in self.projects.values() if not self.hidden(one)]

    def live(self, collection: Collection) -> bool:
        """Whether a data collection is neither deleted nor hidden with its project."""
        return collection.deleted is None and not self.hidden(self.projects[collection.project])

    def live_collections(self, project: int | None = None) -> list[Collection]:
        """Those of a project, or all, that can be seen."""
        return [one for one in self.collections.values()
                if (project is None or one.project == project) and self.live(one)]

    def children(self, project: int) -> list[Project]:
        """The projects right below one."""
        return [one for one in self.projects.values() if one.parent == project]
