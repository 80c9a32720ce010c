"""Many photos for uploads to Geodata Pixel, each of its own content, and what the platform has of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pixel_files
import requests
from sandbox_pixel import PixelCalls

_plain: list[bytes] = []


def photos(folder: Path, count: int, prefix: str = "pier") -> list[Path]:
    """So many photos with a place inside the area; they differ in what follows the end of the picture."""
    folder.mkdir(parents=True, exist_ok=True)
    if not _plain:
        made = pixel_files.photo(folder / "plain.jpg")
        _plain.append(made.read_bytes())
        made.unlink()
    paths = [folder / f"{prefix}_{number:04d}.jpg" for number in range(count)]
    for path in paths:
        path.write_bytes(_plain[0] + path.name.encode())
    return paths


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


class Stored:
    """What a data collection holds, read by plain HTTP."""

    def __init__(self, calls: PixelCalls, place: str, kind: str = "images") -> None:
        self.calls, self.place, self.kind = calls, place, kind

    def listed(self) -> list[dict[str, Any]]:
        """All objects."""
        self.calls.log_in()  # tests end tokens
        found: list[dict[str, Any]] = []
        while len(page := self.calls.read(self.place, f"{self.kind}/?limit=1000&offset={len(found)}")) == 1000:
            found += page
        return found + page

    def digests(self) -> dict[str, list[str]]:
        """The digests of the stored bytes of each object, by the name of its file."""
        found: dict[str, list[str]] = {}
        for one in self.listed():
            whole = self.calls.read(self.place, f"{self.kind}/{one['id']}")
            content = requests.get(whole["download_url"], timeout=60).content
            found.setdefault(whole["file_name"], []).append(md5(content))
        return found
