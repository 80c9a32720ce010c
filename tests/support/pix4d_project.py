"""A project of the sandbox's PIX4D with files in its storage, by plain HTTP and by their place on this machine."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox_pix4d import PROJECTS, Pix4dCalls
from sandbox_process import SandboxProcess
from storage_gate import arrived_files


class StoredProject:
    """A project, made empty unless ``number`` names one. ``folder`` is where its objects lie."""

    def __init__(self, sandbox: SandboxProcess, calls: Pix4dCalls | None = None, number: int = 0) -> None:
        self.sandbox = sandbox
        self.calls = calls or Pix4dCalls(sandbox)
        self.id = number or sandbox.control("POST", "pix4d/projects", {"count": 1})["projects"][0]
        self.path = f"{PROJECTS}{self.id}/"
        self.folder = Path(self.seen()["folder"])
        self.base = "/".join(self.folder.parts[-2:])

    def seen(self) -> dict[str, Any]:
        """What the API does not show."""
        found: dict[str, Any] = self.sandbox.control("GET", f"pix4d/projects/{self.id}")
        return found

    def key(self, name: str) -> str:
        """The key of an object."""
        return f"{self.base}/{name}"

    def store(self, files: Iterable[Path], below: str = "") -> list[str]:
        """Put files into the storage, as an upload would, and give their keys."""
        keys = []
        for path in files:
            target = self.folder / below / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            keys.append(target.relative_to(self.folder.parents[1]).as_posix())
        return keys

    def stored(self) -> dict[str, bytes]:
        """The objects by their names below the project's folder, without the small pictures of photos."""
        return {name: path.read_bytes() for name, path in self._objects().items()}

    def digests(self) -> dict[str, str]:
        """The SHA-256 of the same objects, which are not held in memory."""
        found = {}
        for name, path in self._objects().items():
            with path.open("rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
        return found

    def _objects(self) -> dict[str, Path]:
        return {name: path
                for name, path in arrived_files(self.folder).items() if path.parent.name != "photo_thumbnails"}

    def count(self) -> int:
        """Number of objects, while some are on their way."""
        return len(arrived_files(self.folder))

    def register(self, keys: list[str]) -> dict[str, Any]:
        """Register stored objects as inputs."""
        found: dict[str, Any] = self.calls.post(f"{self.path}inputs/bulk_register/", {"input_file_keys": keys})
        return found

    def photos(self, **query: Any) -> list[dict[str, Any]]:
        """The first page of photos."""
        found: list[dict[str, Any]] = self.calls.get(f"{self.path}photos/", **query)["results"]
        return found

    def names(self) -> list[str]:
        """The names of all photos below the project's folder, in the order of their ids."""
        return [one["s3_key"].split("/", 2)[2] for one in self.photos(ordering="id", page_size=500)]
