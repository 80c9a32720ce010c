"""What a handler may use: the platform's state, its jobs and its storage.

``world.state`` (:mod:`.state`), ``world.project(call, change=True)`` for the project of a path or a refusal,
``world.group(call)``, ``world.path(bucket, key)`` for the place of an object on this machine, ``world.stored`` whether
it is there, ``world.remove(bucket, key)``, ``world.address(bucket, key)`` for a signed address of it, ``world.jobs``,
``world.pages``, ``world.settings``, ``world.clock``. Refusals are those of :mod:`sandbox.errors`; the platform gives
them the shape of their family. A handler that changes something needs not tell: lists go stale by every request that
is no GET.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from ..clock import Clock
from ..errors import detail, not_found
from ..jobs import Jobs
from ..pages import Pages
from ..platform import Answer, Call, Services
from ..settings import Settings
from .records import ADMINISTRATING, WRITING, Account, Group, Place, Project, Share
from .state import State

LARGEST_PAGE = 500
"""A06."""


class World:
    """State, jobs, storage, and the steps that many handlers share."""

    def __init__(self, services: Services, state: State, jobs: Jobs) -> None:
        self.services = services
        self.state = state
        self.jobs = jobs
        self.pages = Pages("page", tells_size=False)

    @property
    def settings(self) -> Settings:
        """What is set now."""
        return self.services.settings

    @property
    def clock(self) -> Clock:
        """The sandbox's time."""
        return self.services.clock

    # ------------------------------------------------------------------ who may what
    def may(self, account: Account, place: Place, change: bool = False, administrate: bool = False) -> bool:
        """Whether an account may see a place, change it, or say who else may."""
        role = self.state.role(account.user, place) if account.share is None else None
        if role is None:
            return False
        return role in (ADMINISTRATING if administrate else WRITING) if change or administrate else True

    def require(self, account: Account, place: Place, change: bool = False, administrate: bool = False) -> None:
        """403 when an account may not do that."""
        if not self.may(account, place, change, administrate):
            raise detail(403, "You do not have permission to perform this action.")

    def project(self, call: Call, change: bool = False) -> Project:
        """The project that a path names by ``id``; 404 when the caller does not see it, 403 when it may not be changed.

        A share token of the project, or of its group, in the query opens it as well (section 2).
        """
        found = self.state.project_of(call.path["id"])
        if found is None:
            raise not_found("Not found.")
        self.require_project(call, found, change)
        return found

    def require_project(self, call: Call, project: Project, change: bool = False) -> None:
        """404 when the caller does not see a project, 403 when it may not be changed or the share token is disabled."""
        if self.may(call.account, project.place, change):
            return
        share = call.account.share or self.state.shares.get(call.query.get("shareToken", ""))
        if share is not None and self.opens(share, project):
            if not share.enabled or (change and not share.write):
                raise detail(403, "You do not have permission to perform this action.")
            return
        if not self.may(call.account, project.place):
            raise not_found("Not found.")
        raise detail(403, "You do not have permission to perform this action.")

    def may_change(self, call: Call, project: Project) -> bool:
        """Whether the caller may change a project, by a role or by the share token."""
        if self.may(call.account, project.place):
            return self.may(call.account, project.place, change=True)
        share = call.account.share or self.state.shares.get(call.query.get("shareToken", ""))
        return share is not None and share.enabled and share.write and self.opens(share, project)

    def opens(self, share: Share, project: Project) -> bool:
        """Whether a share token is for a project, or for its site."""
        if share.type == "Project":
            return share.type_id == project.id
        group = self.state.groups.get(share.type_id)
        return group is not None and project.parent == group.place

    def group(self, call: Call, change: bool = False) -> Group:
        """The site that a path names by ``id``; 404 when the caller does not see it, 403 when it may not be changed."""
        found = self.state.groups.get(int(call.path["id"]))
        if found is None or not self.may(call.account, found.place):
            raise not_found("Not found.")
        self.require(call.account, found.place, change)
        return found

    # ------------------------------------------------------------------ lists
    def page_size(self, call: Call) -> int:
        """Elements per page: what was asked for, up to the largest (A06)."""
        size: int = call.query.get("page_size", self.settings.page_size)
        return min(size, LARGEST_PAGE)

    # ------------------------------------------------------------------ files
    def path(self, bucket: str, key: str) -> Path:
        """The place of an object on this machine; the object need not be there."""
        return self.services.storage.path(bucket, key)

    def stored(self, bucket: str, key: str) -> bool:
        """Whether the storage has an object."""
        try:
            return self.path(bucket, key).is_file()
        except LookupError:
            return False

    def remove(self, bucket: str, key: str) -> None:
        """Delete an object, or all below a key."""
        path = self.path(bucket, key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def address(self, bucket: str, key: str, seconds: float = 3600) -> str:
        """A signed address of an object, good for a GET during that time."""
        return self.services.storage.address(bucket, key, seconds)


def empty(status: int = 204) -> Answer:
    """An answer without a body."""
    return Answer(status)
