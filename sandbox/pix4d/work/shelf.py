"""Where a run of processing puts its files, and the list of what it made."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from .records import Product


class Shelf:
    """Files below a folder, entries of the list of outputs in the order of their making. ``stem`` begins file names;
    it is made from the project's name, of which nothing but letters, digits, hyphens and underscores is kept."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.stem = re.sub(r"[^\w-]+", "_", name, flags=re.ASCII).strip("_-")[:60] or "project"
        self.products: list[Product] = []

    def place(self, relative: str) -> Path:
        """Where a file belongs; its folder is made."""
        path = self.folder / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, result_type: str, output_type: str, relative: str) -> None:
        """A file that was written."""
        if not (self.folder / relative).is_file():
            raise FileNotFoundError(relative)
        self.products.append(Product(result_type, output_type, relative))

    def without(self, result_type: str, output_type: str, availability: str = "not available") -> None:
        """An output that was asked for and is not made."""
        self.products.append(Product(result_type, output_type, None, availability))

    def bundle(self, result_type: str, output_type: str, relative: str, members: Iterable[str]) -> None:
        """A ZIP of files that were written, side by side."""
        with zipfile.ZipFile(self.place(relative), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for member in members:
                archive.write(self.folder / member, member.rpartition("/")[2])
        self.add(result_type, output_type, relative)
