"""All that the catalog knows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from ..blobs import Slot
from .records import Band, Image, Product, Removal, Result, Stored, Upload

Key = tuple[str, str]


class State:
    """Tables by id; bands and images by product and own name."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.numbers = itertools.count(1)
        self.products: dict[str, Product] = {}
        self.bands: dict[Key, Band] = {}
        self.images: dict[Key, Image] = {}
        self.uploads: list[Upload] = []
        self.results: dict[Key, Result] = {}
        self.removals: dict[str, Removal] = {}
        self.objects: dict[tuple[str, str, str], Stored] = {}
        """Stored files by type, owner (empty for those of products) and key."""
        self.incoming: list[tuple[Slot, str, str, str]] = []
        """Signed addresses of the storage service that wait for their file: slot, type, owner, key."""

    def bands_of(self, product: str) -> list[Band]:
        """Bands of a product, by id."""
        return sorted((one for one in self.bands.values() if one.product == product), key=lambda one: one.id)

    def images_of(self, product: str) -> list[Image]:
        """Images of a product, by id."""
        return sorted((one for one in self.images.values() if one.product == product), key=lambda one: one.id)

    def find_band(self, full: str) -> Band | None:
        """A band by its full id, in which the names may have colons."""
        return next((self.bands[key] for key in _splits(full) if key in self.bands), None)

    def find_image(self, full: str) -> Image | None:
        """An image by its full id."""
        return next((self.images[key] for key in _splits(full) if key in self.images), None)


def _splits(full: str) -> Iterator[Key]:
    """All ways to read a full id as product and name."""
    parts = full.split(":")
    for at in range(len(parts) - 1, 0, -1):
        yield ":".join(parts[:at]), ":".join(parts[at:])
