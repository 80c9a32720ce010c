"""What the catalog keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..blobs import Slot
from ..jobs import Job
from .accounts import Account

Attributes = dict[str, Any]


@dataclass
class Access:
    """Access lists (section 3). Owners and writers may change, owners, writers and readers may read (D15)."""

    owners: list[str]
    read: list[str] = field(default_factory=list)
    writers: list[str] = field(default_factory=list)

    def may_read(self, account: Account) -> bool:
        """Whether it is shown to somebody."""
        return self._meets(account, (*self.owners, *self.writers, *self.read))

    def may_change(self, account: Account) -> bool:
        """Whether somebody may change or remove it."""
        return self._meets(account, (*self.owners, *self.writers))

    def copy(self) -> Access:
        """The same lists, on their own."""
        return Access(list(self.owners), list(self.read), list(self.writers))

    @staticmethod
    def _meets(account: Account, entries: Iterable[str]) -> bool:
        return not account.principals.isdisjoint(entries)


@dataclass
class Product:
    """A product by its full id; ``attributes`` as answers name them, without the access lists."""

    id: str
    attributes: Attributes
    access: Access
    modified: float
    core: bool = False


@dataclass
class Band:
    """A band; ``attributes`` as in answers, without ``name`` and ``product``."""

    product: str
    name: str
    attributes: Attributes
    access: Access
    modified: float
    core: bool = False

    @property
    def id(self) -> str:
        """The full id."""
        return f"{self.product}:{self.name}"


@dataclass
class Image:
    """An image record. ``paths`` are the files that were uploaded for it, in their order; ``filled`` what the service
    found out of them itself, which is only assumed (D12, D23)."""

    product: str
    key: str
    attributes: Attributes
    access: Access
    modified: float
    paths: list[Path] = field(default_factory=list)
    core: bool = False
    filled: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The full id."""
        return f"{self.product}:{self.key}"


@dataclass
class Upload:
    """A file that is to come. ``files`` are the names that make one image together."""

    number: int
    product: str
    upload_id: str
    image: str
    files: tuple[str, ...]
    slot: Slot
    given: Attributes
    controls: dict[str, Any]
    account: Account
    job: Job | None = None
    path: Path | None = None


@dataclass
class Result:
    """How an upload ended (section 8.4). Assumed: it is ``created`` when the file has arrived and ``updated`` when it
    was read; only the first is told."""

    number: int
    product: str
    id: str
    created: float
    updated: float
    status: str
    runtime: float
    peak_memory: int
    logs: str
    failure_type: str | None = None
    exception_name: str | None = None
    stacktrace: str | None = None


@dataclass
class Removal:
    """A cascade (section 5.4): what will be gone at ``ends``."""

    handle: str
    started: float
    ends: float
    bands: list[Band]
    images: list[Image]
    access: Access
    done: bool = False

    @property
    def total(self) -> int:
        """How many records it removes."""
        return len(self.bands) + len(self.images)


@dataclass
class Stored:
    """A file in the storage service. ``owner`` is a user's namespace; files of products have the product's."""

    path: Path
    owner: str
    product: str | None = None
