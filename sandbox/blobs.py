"""Object storage behind signed addresses: slots for one PUT each, objects for GET.

ASSUMED A33 of the Picterra notes: random tokens with ``%2F`` and ``%2B`` in them (a client that re-encodes the address
fails), one hour, then 403 with a short XML text, PUT once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from .clock import Clock
from .segments import Content
from .settings import Settings


@dataclass
class Slot:
    """A place for one upload. ``path`` exists once ``stored`` is true."""

    key: str
    path: Path
    stored: bool = False
    size: int = 0


class BlobStore:
    """Slots and objects by key, and the addresses that open them."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.settings = Settings()
        self.port: int | None = None
        """Port of the storage's own socket, a host of its own as far as clients can tell."""
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._slots: dict[str, Slot] = {}
        self._objects: dict[str, Content] = {}

    # ------------------------------------------------------------------ slots
    def open_slot(self, kind: str) -> Slot:
        """A new place to PUT to; ``kind`` begins its key."""
        name = str(uuid.uuid4())
        self.folder.mkdir(parents=True, exist_ok=True)
        slot = Slot(f"{kind}/{name}", self.folder / name)
        self._slots[slot.key] = slot
        return slot

    def slot(self, key: str) -> Slot | None:
        """The slot with that key."""
        return self._slots.get(key)

    def close_slot(self, slot: Slot) -> None:
        """Forget a slot and its bytes, if they are still there."""
        self._slots.pop(slot.key, None)
        slot.path.unlink(missing_ok=True)

    # ------------------------------------------------------------------ objects
    def offer(self, key: str, content: Content) -> str:
        """Make content available under a key."""
        self._objects[key] = content
        return key

    def withdraw(self, prefix: str) -> None:
        """Remove all objects whose key begins so. Files are left to their owner."""
        for key in [one for one in self._objects if one.startswith(prefix)]:
            del self._objects[key]

    def content(self, key: str) -> Content | None:
        """The object with that key."""
        return self._objects.get(key)

    def reset(self) -> None:
        """Forget everything and delete uploads that nobody took."""
        self._slots.clear()
        self._objects.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def overview(self) -> dict[str, object]:
        """Slots and objects, for tests that count what is left on the platform."""
        return {"slots": [{"key": one.key, "stored": one.stored, "size": one.size} for one in self._slots.values()],
                "objects": sorted(self._objects),
                "files": sorted(one.name for one in self.folder.glob("*")) if self.folder.is_dir() else []}

    # ------------------------------------------------------------------ addresses
    def address(self, method: str, key: str, host: str, seconds: float | None = None) -> str:
        """A signed address for one method and one key, on the storage's port of the host that the client called."""
        expires = int(self._clock.now() + (self.settings.address_seconds if seconds is None else seconds))
        return f"{self.host(host)}{self._path(key)}?{self._query(method, key, expires)}"

    def host(self, host: str) -> str:
        """The storage's own host, seen from the host that the client called."""
        parts = urlsplit(host)
        return f"{parts.scheme}://{parts.hostname}:{self.port}" if self.port is not None else host

    def refusal(self, method: str, raw_path: str, raw_query: str, key: str) -> str | None:
        """Why a request may not go on, as storage's error code; None when its address is byte for byte as issued."""
        _, _, expires = raw_query.rpartition("&X-Expires=")
        if not expires.isdigit():
            return "SignatureDoesNotMatch"
        wanted = f"{self._path(key)}?{self._query(method, key, int(expires))}"
        if not hmac.compare_digest(wanted.encode(), f"{raw_path}?{raw_query}".encode()):
            return "SignatureDoesNotMatch"
        return "ExpiredToken" if self._clock.now() >= int(expires) else None

    @staticmethod
    def _path(key: str) -> str:
        return "/blob/" + quote(key, safe="")

    def _query(self, method: str, key: str, expires: int) -> str:
        digest = hmac.new(self._secret, f"{method}\n{key}\n{expires}".encode(), hashlib.sha256).digest()
        signature = "s/+" + base64.b64encode(digest).decode("ascii")
        return f"X-Signature={quote(signature, safe='')}&X-Expires={expires}"
