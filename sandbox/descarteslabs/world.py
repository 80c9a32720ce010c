"""What a handler may use: the catalog's state, its tokens, jobs and files, and the steps that many handlers share."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..clock import Clock
from ..errors import detail, not_found
from ..jobs import Jobs
from ..platform import Call, Services
from ..segments import Content
from ..settings import Settings
from .accounts import Account, Tokens
from .records import Access, Band, Image, Product
from .state import State

KEYS = "descarteslabs/"
"""How the keys in object storage begin."""
_BINARY = "application/octet-stream"


class World:
    """State, tokens, jobs, files."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.state = State()
        self.tokens = Tokens(services.clock)
        self.jobs = Jobs(services.clock, services.pool)
        self.folder = services.folder / "descarteslabs"
        self.troubles: list[dict[str, Any]] = []
        """Failures that a control call asked for."""
        self.searches: dict[tuple[str, str], list[Image]] = {}
        """What the last searches found, by account and filters."""
        self.tells_filled = True
        """Whether answers to this request hold what uploads filled in by themselves."""
        self.due: list[Callable[[], None]] = []
        """Steps to be taken before each operation; see :meth:`settle`."""

    @property
    def settings(self) -> Settings:
        """What is set now."""
        return self.services.settings

    @property
    def clock(self) -> Clock:
        """The sandbox's time."""
        return self.services.clock

    # ------------------------------------------------------------------ what a path names
    def product(self, call: Call, change: bool = False) -> Product:
        """The product of a path: 404 when it is not there or hidden, 403 when ``change`` is not allowed."""
        return self.allowed(call.account, self.state.products.get(call.path["product_id"]),
                            f"Product {call.path['product_id']}", change)

    def band(self, call: Call, change: bool = False) -> Band:
        """The band of a path, named by its short name or its full id (section 3)."""
        product, name = call.path["product_id"], call.path["name"]
        found = self.state.bands.get((product, name)) or self.state.bands.get(
            (product, name.removeprefix(f"{product}:")))
        return self.allowed(call.account, found, f"Band {name} of product {product}", change)

    def image(self, call: Call, change: bool = False) -> Image:
        """The image of a path."""
        product, name = call.path["product_id"], call.path["image_id"]
        found = self.state.images.get((product, name)) or self.state.images.get(
            (product, name.removeprefix(f"{product}:")))
        return self.allowed(call.account, found, f"Image {name} of product {product}", change)

    @staticmethod
    def allowed(account: Account, found: Any, words: str, change: bool = False) -> Any:
        """The record, if the account may see and, with ``change``, change it."""
        if found is None or not (visible(found, account)):
            raise not_found(f"{words} was not found.")
        if change and not found.access.may_change(account):
            raise detail(403, f"{words} belongs to somebody else.")
        return found

    # ------------------------------------------------------------------ ids and access lists
    @staticmethod
    def full_id(account: Account, given: str) -> str:
        """A product id with its namespace; 403 for a foreign one (D14)."""
        namespace, colon, _ = given.partition(":")
        if not colon:
            return f"{account.namespace}:{given}"
        if namespace not in account.namespaces:
            raise detail(403, f"The namespace {namespace} belongs to somebody else.")
        return given

    @staticmethod
    def new_access(account: Account, given: dict[str, Any]) -> Access:
        """The access lists of a new product (D15)."""
        owners = [f"user:{account.user}"]
        if account.organization:
            owners.insert(0, f"org:{account.organization}")
        return Access(list(given.get("owners") or owners), list(given.get("read", ())), list(given.get("writers", ())))

    # ------------------------------------------------------------------ files
    def new_path(self, name: str) -> Path:
        """A place for a file of that name, in a folder of its own."""
        folder = self.folder / str(uuid.uuid4())
        folder.mkdir(parents=True)
        return folder / Path(name).name

    def address(self, path: Path, host: str) -> str:
        """A signed address for a GET of a file."""
        blobs = self.services.blobs
        key = blobs.offer(f"{KEYS}{path.relative_to(self.folder)}", Content.of_file(path, _BINARY))
        return blobs.address("GET", key, host, self.settings.descarteslabs_signed_seconds)

    def remove_file(self, path: Path) -> None:
        """Delete a file with the folder that was made for it."""
        if path.is_relative_to(self.folder):
            self.services.blobs.withdraw(f"{KEYS}{path.relative_to(self.folder)}")
            shutil.rmtree(path.parent, ignore_errors=True)

    # ------------------------------------------------------------------ time
    def settle(self) -> None:
        """Take what has arrived, end what is due."""
        for step in self.due:
            step()
        self.jobs.settle()

    def reset(self) -> None:
        """Forget everything."""
        self.jobs.clear()
        self.state.reset()
        self.tokens.reset()
        self.troubles.clear()
        self.searches.clear()
        shutil.rmtree(self.folder, ignore_errors=True)


def visible(record: Any, account: Account) -> bool:
    """Whether somebody may read a record; what is the vendor's own is there for everybody."""
    return getattr(record, "core", False) or record.access.may_read(account)
