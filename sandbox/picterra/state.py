"""All that the sandbox's Picterra knows: in memory, files in a folder."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from typing import TypeVar

from ..clock import Clock
from ..errors import detail, not_found
from .records import Account, Detector, Folder, Grant, Marker, Raster, Upload, VectorLayer

DEFAULT_KEY = "sandbox-picterra-key"
SECOND_KEY = "sandbox-picterra-second-key"
TOOL_ID = "7d8a0c52-1f6b-4e0e-9a3c-5b2f9d4e6a01"
SOURCE_ID = "b7d1c0a4-2f53-4f8c-9c77-6a0e5b1d3c22"
DEFAULT_FOLDER = "Picterra API Project"
PLAN_SETTINGS = frozenset({"training_steps", "backbone", "tile_size", "background_sample_ratio"})
COLORS = ("#33aa55", "#aa3333", "#3355aa", "#aa8833", "#8833aa", "#33aaaa")

Owned = TypeVar("Owned", Raster, Detector, Folder, VectorLayer)


class State:
    """Resources by id in the order of their creation, and who may see and change them (A2).

    What belongs to another account does not exist (404); what is only shared for viewing may not be changed (403).
    """

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.version = 0
        self.reset()

    def reset(self) -> None:
        """Empty, with the two standing accounts."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.accounts: dict[str, Account] = {}
        self.folders: dict[str, Folder] = {}
        self.rasters: dict[str, Raster] = {}
        self.detectors: dict[str, Detector] = {}
        self.layers: dict[str, VectorLayer] = {}
        self.markers: dict[str, Marker] = {}
        self.uploads: dict[str, Upload] = {}
        self.prepared: list[dict[str, object]] = []
        self.add_account("first", DEFAULT_KEY, "Alpine Survey Co-op", frozenset())
        self.add_account("second", SECOND_KEY, "Lowland Mapping", PLAN_SETTINGS)
        self.changed()

    def changed(self) -> None:
        """Something is different: lists that were made before are stale."""
        self.version += 1

    def add_account(self, name: str, key: str, organization: str, forbidden: frozenset[str]) -> Account:
        """A new account; its key opens it at once."""
        def fixed(kind: str) -> str:
            return str(uuid.uuid5(uuid.NAMESPACE_URL, f"sandbox/{kind}"))
        account = Account(name, key, fixed("user/" + name), fixed("organization/" + organization), organization,
                          forbidden)
        self.accounts[key] = account
        return account

    def place(self, kind: str, name: str) -> Path:
        """A file's place in the sandbox's folder; its folder exists."""
        folder = self.folder / kind
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    @staticmethod
    def new_id() -> str:
        """A new random id."""
        return str(uuid.uuid4())

    # ------------------------------------------------------------------ who may what
    def role(self, account: Account, thing: Raster | Detector | Folder | VectorLayer) -> str | None:
        """``owner``, ``editor``, ``viewer`` or None. Rasters and layers share the role of their folder."""
        if thing.owner == account.name:
            return "owner"
        grants: list[Grant] = []
        if isinstance(thing, (Folder, Detector)):
            grants = thing.grants
        elif isinstance(thing, VectorLayer):
            raster = self.rasters.get(thing.raster_id)
            return self.role(account, raster) if raster is not None else None
        else:
            folder = self.folders.get(thing.folder_id)
            grants = folder.grants if folder is not None else []
        roles = {one.role for one in grants if (one.grantee_type, one.grantee_id) in (
            ("user", account.user_id), ("organization", account.organization_id))}
        return "editor" if "editor" in roles else ("viewer" if roles else None)

    def find(self, things: dict[str, Owned], account: Account, thing_id: str, change: bool = False) -> Owned:
        """One resource by its id; 404 when it is not there for this account, 403 when it may not be changed."""
        thing = things.get(thing_id)
        role = self.role(account, thing) if thing is not None else None
        if thing is None or role is None:
            raise not_found()
        if change and role == "viewer":
            raise detail(403, "This key may not change that resource.")
        return thing

    def raster(self, account: Account, raster_id: str, change: bool = False) -> Raster:
        """A raster, committed or not."""
        return self.find(self.rasters, account, raster_id, change)

    def detector(self, account: Account, detector_id: str, change: bool = False) -> Detector:
        """A detector."""
        return self.find(self.detectors, account, detector_id, change)

    def default_folder(self, account: Account) -> Folder:
        """The folder for uploads that name none, made at the first of them (A42)."""
        for one in self.folders.values():
            if one.owner == account.name and one.name == DEFAULT_FOLDER:
                return one
        return self.add_folder(account, DEFAULT_FOLDER)

    def add_folder(self, account: Account, name: str) -> Folder:
        """A new folder."""
        folder = Folder(self.new_id(), account.name, name, self.clock.now())
        self.folders[folder.id] = folder
        self.changed()
        return folder

    def color(self, number: int) -> str:
        """A colour for the class or layer of that number."""
        return COLORS[number % len(COLORS)]
