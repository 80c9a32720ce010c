"""Images (notes, sections 7 and 11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import CATALOG, METADATA
from ..records import Feature, Image, ImageDetails, ImageSearch, Summary
from .answers import document, flat, listed, pages


class Images:
    """Operations on images. ``image_id`` of the catalog is without the product's id, of the metadata service whole."""

    def __init__(self, catalog: HttpSession, metadata: HttpSession) -> None:
        self._catalog = catalog
        self._metadata = metadata

    def add(self, product_id: str, details: ImageDetails) -> Image:
        """``addImage``: an entry; files are sent by uploads."""
        return document(self._catalog.json(CATALOG["addImage"], body=details, product_id=product_id), Image)

    def add_core(self, product_id: str, details: ImageDetails) -> Image:
        """``addCoreImage``: to a product of the vendor's own catalog, for staff."""
        return document(self._catalog.json(CATALOG["addCoreImage"], body=details, product_id=product_id), Image)

    def get(self, product_id: str, image_id: str) -> Image:
        """``getImage``."""
        return document(self._catalog.json(CATALOG["getImage"], product_id=product_id, image_id=image_id), Image)

    def replace(self, product_id: str, image_id: str, details: ImageDetails) -> Image:
        """``replaceImage``: what is left out falls back to its default."""
        answer = self._catalog.json(
            CATALOG["replaceImage"], body=details, product_id=product_id, image_id=image_id)
        return document(answer, Image)

    def change(self, product_id: str, image_id: str, details: ImageDetails) -> Image:
        """``changeImage``: what is left out stays."""
        answer = self._catalog.json(CATALOG["changeImage"], body=details, product_id=product_id, image_id=image_id)
        return document(answer, Image)

    def remove(self, product_id: str, image_id: str) -> None:
        """``removeImage``: with its stored file."""
        self._catalog.content(CATALOG["removeImage"], product_id=product_id, image_id=image_id)

    # ------------------------------------------------------------------ reading
    def read(self, image_id: str) -> Image:
        """``getFlatImage``."""
        return flat(self._metadata.json(METADATA["getFlatImage"], image_id=image_id), Image)

    def batch(
        self, ids: Sequence[str], ignore_not_found: bool = False, fields: Sequence[str] | None = None
    ) -> list[Image]:
        """``batchImages``: in the order of the ids. NOT_FOUND when one is missing, unless that is ignored."""
        body: dict[str, Any] = {"ids": list(ids), "ignore_not_found": ignore_not_found}
        if fields is not None:
            body["fields"] = list(fields)
        return listed(self._metadata.json(METADATA["batchImages"], body=body), Image)

    def search(self, query: ImageSearch, begin: str = "") -> Iterator[tuple[Page[Feature], str]]:
        """``searchImages``: pages of ``limit``, with where the next one begins."""
        return pages(self._metadata, METADATA["searchImages"], Feature, query, begin)

    def summary(self, query: ImageSearch, interval: str = "", pixels: bool = False) -> Summary:
        """``summarizeImages``: how many there are, by product or by interval of time."""
        body: dict[str, Any] = dict(query)
        if interval:
            body["interval"] = interval
        if pixels:
            body["pixels"] = True
        return record(self._metadata.json(METADATA["summarizeImages"], body=body), Summary)
