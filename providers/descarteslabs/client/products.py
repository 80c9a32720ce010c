"""Products (notes, sections 5 and 9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import CATALOG, METADATA
from ..records import DeletionStatus, Product, ProductDetails
from .answers import document, flat, pages

PAGE_SIZE = 1000
"""As many as one page may hold."""


class Products:
    """Operations on products."""

    def __init__(self, catalog: HttpSession, metadata: HttpSession) -> None:
        self._catalog = catalog
        self._metadata = metadata

    def add(self, details: ProductDetails) -> Product:
        """``addProduct``; the service puts a namespace before an id that has none."""
        return document(self._catalog.json(CATALOG["addProduct"], body=details), Product)

    def add_core(self, details: ProductDetails) -> Product:
        """``addCoreProduct``: into the vendor's own catalog, for staff."""
        return document(self._catalog.json(CATALOG["addCoreProduct"], body=details), Product)

    def get(self, product_id: str) -> Product:
        """``getProduct``."""
        return document(self._catalog.json(CATALOG["getProduct"], product_id=product_id), Product)

    def replace(self, product_id: str, details: ProductDetails, to_all: bool = False) -> Product:
        """``replaceProduct``: what is left out falls back to its default (ASSUMED D03). ``to_all``: the access lists
        are copied to all bands and images."""
        answer = self._catalog.json(
            CATALOG["replaceProduct"], query=_permissions(to_all), body=details, product_id=product_id
        )
        return document(answer, Product)

    def change(self, product_id: str, details: ProductDetails, to_all: bool = False) -> Product:
        """``changeProduct``: what is left out stays."""
        answer = self._catalog.json(
            CATALOG["changeProduct"], query=_permissions(to_all), body=details, product_id=product_id
        )
        return document(answer, Product)

    def remove(self, product_id: str, cascade: bool = False) -> str:
        """``removeProduct``: with all in it, and then the task that does so, or empty when nothing is left to do."""
        answer = self._catalog.json(
            CATALOG["removeProduct"], query={"cascade": str(cascade)}, product_id=product_id
        )
        return str(answer.get("deletion_task") or "") if isinstance(answer, dict) else ""

    def deletion(self, task: str) -> DeletionStatus:
        """``productDeletionStatus``."""
        return record(self._catalog.json(CATALOG["productDeletionStatus"], task=task), DeletionStatus)

    def search(
        self, owner: str = "", text: str = "", bands: list[str] | None = None, size: int = PAGE_SIZE, begin: str = ""
    ) -> Iterator[tuple[Page[Product], str]]:
        """``searchProducts``: by owner (the raw ``sub`` of a token), text or bands; with where the next page begins."""
        body: dict[str, Any] = {"limit": size}
        body.update({name: value for name, value in (("owner", owner), ("text", text), ("bands", bands)) if value})
        return pages(self._metadata, METADATA["searchProducts"], Product, body, begin)

    def ids(self) -> list[str]:
        """``listProductIds``: of all that can be read, as clients up to 1.10 ask for them."""
        answer = self._metadata.json(METADATA["listProductIds"])
        return [str(one) for one in answer if isinstance(one, str)] if isinstance(answer, list) else []

    def read(self, product_id: str) -> Product:
        """``getFlatProduct``: of the metadata service, as readers see it."""
        return flat(self._metadata.json(METADATA["getFlatProduct"], product_id=product_id), Product)


def _permissions(to_all: bool) -> dict[str, str | list[str]]:
    return {"set_global_permissions": "true"} if to_all else {}
