"""All that the sandbox's PIX4D cloud knows: in memory; files lie in the object storage.

``accounts`` by client id, ``bearers`` by token, ``organizations``, ``users``, ``folders`` by uuid, ``groups`` (sites)
and ``projects`` by their number, ``shares`` (permission tokens) by token, ``roles`` and ``invitations`` by uuid,
``annotations`` as :class:`~sandbox.pix4d.annotations.Store`. Who may see and change what: :meth:`State.role`.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator

from ..clock import Clock
from .annotations import Store
from .control_points import ControlPoints
from .inputs import Inputs
from .records import (
    ROLES,
    AccessRole,
    Account,
    Bearer,
    Crs,
    Folder,
    Group,
    Invitation,
    Organization,
    Place,
    Project,
    Share,
    User,
)

CLIENT_ID = "sandbox-pix4d-client"
CLIENT_SECRET = "sandbox-pix4d-secret"
SECOND_CLIENT_ID = "sandbox-pix4d-second-client"
SECOND_CLIENT_SECRET = "sandbox-pix4d-second-secret"
BUCKET = "prod-pix4d-cloud-default"
GROUP_BUCKET = "prod-pix4d-cloud-sites"
REGION = "us-east-1"


def fixed(kind: str) -> str:
    """The same uuid in every sandbox."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox/pix4d/{kind}"))


def plain(text: str) -> str:
    """A uuid in the form in which all are kept, whether it came with hyphens or without."""
    digits = text.replace("-", "").lower()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class State:
    """Resources in the order of their creation."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.version = 0
        # Never from the beginning again: the storage remembers the folders of a project for a second.
        self.numbers = itertools.count(1204001)
        self.reset()

    def reset(self) -> None:
        """Empty, with two standing organizations: the first has three members, the second one."""
        self.organizations: dict[str, Organization] = {}
        self.users: dict[str, User] = {}
        self.accounts: dict[str, Account] = {}
        self.bearers: dict[str, Bearer] = {}
        self.folders: dict[str, Folder] = {}
        self.groups: dict[int, Group] = {}
        self.projects: dict[int, Project] = {}
        self.shares: dict[str, Share] = {}
        self.roles: dict[str, AccessRole] = {}
        self.invitations: dict[str, Invitation] = {}
        self.annotations = Store()
        self._by_uuid: dict[str, Project | Group] = {}
        first = self._add_organization("Alpine Survey Co-op")
        self._add_account(CLIENT_ID, CLIENT_SECRET, first, ("Nora", "Keller"))
        for names, role in ((("Ivo", "Brunner"), "MANAGER"), (("Lena", "Costa"), "EDITOR")):
            self.grant(self.add_user(first, names).uuid, Place("organization", first), role)
        second = self._add_organization("Lowland Mapping")
        self._add_account(SECOND_CLIENT_ID, SECOND_CLIENT_SECRET, second, ("Mats", "Visser"))
        self.changed()

    def changed(self) -> None:
        """Something is different: lists that were made before are stale."""
        self.version += 1

    # ------------------------------------------------------------------ new ones
    def _add_organization(self, name: str) -> str:
        one = Organization(fixed("organization/" + name), name)
        self.organizations[one.uuid] = one
        return one.uuid

    def add_user(self, organization: str | None, names: tuple[str, str]) -> User:
        """A person; the address is made of the names."""
        email = f"{names[0]}.{names[1]}@example.org".lower()
        user = User(fixed("user/" + email), email, *names, organization)
        self.users[user.uuid] = user
        return user

    def _add_account(self, name: str, secret: str, organization: str, names: tuple[str, str]) -> Account:
        user = self.add_user(organization, names)
        account = Account(name, secret, user, organization)
        self.accounts[name] = account
        self.grant(user.uuid, Place("organization", organization), "OWNER")
        return account

    def grant(self, user: str, place: Place, role: str) -> AccessRole:
        """Give a user a role on a place, instead of the one that the user had there."""
        known = next((one for one in self.roles.values() if one.user == user and one.place == place), None)
        if known is None:
            known = AccessRole(str(uuid.uuid4()), user, place, role)
            self.roles[known.uuid] = known
        known.role = role
        return known

    def add_folder(self, name: str, parent: Place) -> Folder:
        """A new folder."""
        one = Folder(next(self.numbers), str(uuid.uuid4()), name, parent, self.owner(parent), self.clock.now())
        self.folders[one.uuid] = one
        self.changed()
        return one

    def add_group(self, name: str, kind: str, parent: Place, crs: Crs) -> Group:
        """A new site."""
        one = Group(next(self.numbers), str(uuid.uuid4()), name, kind, parent, self.owner(parent), self.clock.now(),
                    crs)
        self.groups[one.id] = one
        self._by_uuid[one.uuid] = one
        self.changed()
        return one

    def add_project(self, name: str, kind: str, parent: Place, account: Account,
                    stored: Callable[[str, str], bool]) -> Project:
        """A new project; ``stored`` tells of a bucket and a key whether the storage has the object."""
        number, owner = next(self.numbers), self.owner(parent)
        base = f"user-{account.user.uuid}/project-{number}"
        now = self.clock.now()
        one = Project(number, str(uuid.uuid4()), name, name, kind, parent, owner, BUCKET, base,
                      Inputs(base, self.numbers, lambda key: stored(BUCKET, key)),
                      ControlPoints(number, self.numbers), now, self.clock.moment(now), account.user.uuid)
        self.projects[number] = one
        self._by_uuid[one.uuid] = one
        self.changed()
        return one

    def rebase(self, one: Project, base: str, stored: Callable[[str, str], bool]) -> None:
        """Give a project without files another prefix."""
        one.base = base
        one.inputs = Inputs(base, self.numbers, lambda key: stored(BUCKET, key))

    def forget(self, thing: Project | Group) -> None:
        """Take a project or group out, and the roles, invitations and share tokens on it."""
        del self._by_uuid[thing.uuid]
        if isinstance(thing, Project):
            del self.projects[thing.id]
            self.annotations.clear(thing.id)
        else:
            del self.groups[thing.id]
        kind = "Project" if isinstance(thing, Project) else "ProjectGroup"
        self.shares = {name: one for name, one in self.shares.items() if (one.type, one.type_id) != (kind, thing.id)}
        self.forget_access(thing.place)

    def forget_access(self, place: Place) -> None:
        """Take the roles and invitations on a place out."""
        self.roles = {name: one for name, one in self.roles.items() if one.place != place}
        self.invitations = {name: one for name, one in self.invitations.items() if one.place != place}
        self.changed()

    # ------------------------------------------------------------------ finding
    def find(self, place: Place) -> Organization | User | Folder | Group | Project | None:
        """What is at a place."""
        if place.kind == "organization":
            return self.organizations.get(place.uuid)
        if place.kind == "user":
            return self.users.get(place.uuid)
        if place.kind == "folder":
            return self.folders.get(place.uuid)
        thing = self._by_uuid.get(place.uuid)
        return thing if isinstance(thing, Project if place.kind == "project" else Group) else None

    def project_of(self, reference: str) -> Project | None:
        """A project by its number or by its uuid, with or without hyphens (section 3)."""
        if reference.isdigit() and len(reference) < 20:
            return self.projects.get(int(reference))
        thing = self._by_uuid.get(plain(reference))
        return thing if isinstance(thing, Project) else None

    def parent(self, place: Place) -> Place | None:
        """What a place lies in; None for an organization and a user."""
        thing = self.find(place)
        return thing.parent if isinstance(thing, (Folder, Group, Project)) else None

    def above(self, place: Place) -> Iterator[Place]:
        """The place itself, then upwards to the organization or user."""
        here: Place | None = place
        while here is not None:
            yield here
            here = self.parent(here)

    def owner(self, place: Place) -> str:
        """The uuid of the organization or user that a place belongs to."""
        return list(self.above(place))[-1].uuid

    # ------------------------------------------------------------------ who may what
    def role(self, user: User, place: Place) -> str | None:
        """The most that a user may with a place, by a role there or above; None when the user does not see it."""
        above = set(self.above(place))
        if Place("user", user.uuid) in above:
            return "OWNER"
        found = [one.role for one in self.roles.values() if one.user == user.uuid and one.place in above]
        return min(found, key=ROLES.index) if found else None
