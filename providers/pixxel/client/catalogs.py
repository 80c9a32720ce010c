"""The catalog of what was delivered, its downloads, deliveries to stores, and stores (notes, sections 13 and 14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..order_records import (
    CatalogDownload,
    CatalogEntry,
    CatalogSearch,
    Delivery,
    DeliveryFilters,
    NewDelivery,
    NewStore,
    Selection,
    Store,
)
from ..paths import PATHS
from .answers import PAGE_SIZE, listed, pages, query_of, searched, told


class Catalogs:
    """Operations on the catalog."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def search(
        self, search: CatalogSearch | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[CatalogEntry]]:
        """``searchCatalogs``, from an offset on; everything where nothing is said."""
        ask = searched(self._http, PATHS["searchCatalogs"], search or {})
        return pages(ask, CatalogEntry, "catalogs", offset=offset, size=size)

    def get(self, catalog_id: str) -> CatalogEntry:
        """``getCatalog``."""
        return record(self._http.json(PATHS["getCatalog"], id=catalog_id), CatalogEntry, "id")

    def start_download(self, selection: Selection) -> CatalogDownload:
        """``createCatalogDownload``: one bundle of all that is chosen."""
        return record(
            self._http.json(PATHS["createCatalogDownload"], body=told(selection)), CatalogDownload, "id"
        )

    def download(self, download_id: str) -> CatalogDownload:
        """``getCatalogDownload``: its address is filled when it is made."""
        return record(self._http.json(PATHS["getCatalogDownload"], download_id=download_id), CatalogDownload)


class Deliveries:
    """Operations on deliveries to stores, which cannot be stopped."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(self, deliveries: Sequence[NewDelivery]) -> list[Delivery]:
        """``createDeliveries``: they go on in the background."""
        body = {"deliveries": [told(one) for one in deliveries]}
        return listed(self._http.json(PATHS["createDeliveries"], body=body), Delivery, "deliveries", "delivery_id")

    def list(self, filters: DeliveryFilters | None = None) -> list[Delivery]:
        """``listDeliveries``."""
        answer = self._http.json(PATHS["listDeliveries"], query=query_of(filters or {}))
        return listed(answer, Delivery, "deliveries", "delivery_id")


class Stores:
    """Operations on stores."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self) -> list[Store]:
        """``listStores``."""
        return listed(self._http.json(PATHS["listStores"]), Store, "stores")

    def create(self, details: NewStore) -> Store:
        """``createStore``; its secrets never come back."""
        return record(self._http.json(PATHS["createStore"], body=told(details)), Store, "id")

    def delete(self, store_id: str) -> None:
        """``deleteStore``: refused while something is on its way to it (ASSUMED P18)."""
        self._http.json(PATHS["deleteStore"], id=store_id)
