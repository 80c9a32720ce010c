"""Bands (notes, sections 6, 9 and 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ...http.session import HttpSession
from ..paths import CATALOG, METADATA
from ..records import Band, BandDetails, DerivedBand
from .answers import document, flat, listed, mapped


class Bands:
    """Operations on bands. ``name``: of the band, without the product's id."""

    def __init__(self, catalog: HttpSession, metadata: HttpSession) -> None:
        self._catalog = catalog
        self._metadata = metadata

    def add(self, product_id: str, details: BandDetails) -> Band:
        """``addBand``: name, source, data type, range and type are needed."""
        return document(self._catalog.json(CATALOG["addBand"], body=details, product_id=product_id), Band)

    def add_core(self, product_id: str, details: BandDetails) -> Band:
        """``addCoreBand``: to a product of the vendor's own catalog, for staff."""
        return document(self._catalog.json(CATALOG["addCoreBand"], body=details, product_id=product_id), Band)

    def get(self, product_id: str, name: str) -> Band:
        """``getBand``."""
        return document(self._catalog.json(CATALOG["getBand"], product_id=product_id, name=name), Band)

    def replace(self, product_id: str, name: str, details: BandDetails) -> Band:
        """``replaceBand``: what is left out falls back to its default."""
        answer = self._catalog.json(CATALOG["replaceBand"], body=details, product_id=product_id, name=name)
        return document(answer, Band)

    def change(self, product_id: str, name: str, details: BandDetails) -> Band:
        """``changeBand``: what is left out stays."""
        answer = self._catalog.json(CATALOG["changeBand"], body=details, product_id=product_id, name=name)
        return document(answer, Band)

    def remove(self, product_id: str, name: str) -> None:
        """``removeBand``."""
        self._catalog.content(CATALOG["removeBand"], product_id=product_id, name=name)

    # ------------------------------------------------------------------ reading
    def search(
        self, products: Sequence[str] = (), owner: str = "", limit: int = 0, offset: int = 0,
        wavelength: float | None = None, resolution: float | None = None, tags: Sequence[str] = (),
    ) -> list[Band]:
        """``searchBands``: of products, or of an owner (the raw ``sub``) as older clients ask."""
        asked: dict[str, Any] = {
            "products": list(products), "owner": owner, "limit": limit, "offset": offset, "wavelength": wavelength,
            "resolution": resolution, "tags": list(tags),
        }
        body = {name: value for name, value in asked.items() if value not in ("", None, 0, [])}
        return listed(self._metadata.json(METADATA["searchBands"], body=body), Band)

    def of_product(self, product_id: str) -> dict[str, Band]:
        """``bandsOfProduct``: by their ids, derived ones too; none for a product that is not there."""
        return mapped(self._metadata.json(METADATA["bandsOfProduct"], product_id=product_id), Band)

    def of_image(self, image_id: str) -> dict[str, Band]:
        """``bandsOfImage``: by their names."""
        return mapped(self._metadata.json(METADATA["bandsOfImage"], image_id=image_id), Band)

    def read(self, band_id: str) -> Band:
        """``getFlatBand``, by the whole id."""
        return flat(self._metadata.json(METADATA["getFlatBand"], band_id=band_id), Band)

    def derived(
        self, bands: Sequence[str] = (), require_bands: bool = False, limit: int = 0, offset: int = 0
    ) -> list[DerivedBand]:
        """``searchDerivedBands``: those that are computed of these bands; ``require_bands``: of no others."""
        asked: dict[str, Any] = {"bands": list(bands), "limit": limit, "offset": offset}
        body = {name: value for name, value in asked.items() if value}
        if require_bands:
            body["require_bands"] = True
        return listed(self._metadata.json(METADATA["searchDerivedBands"], body=body), DerivedBand)

    def get_derived(self, band_id: str) -> DerivedBand:
        """``getDerivedBand``, as in ``derived:ndvi``."""
        answer = self._metadata.json(METADATA["getDerivedBand"], band_id=band_id)
        return flat({"id": band_id, **cast("dict[str, Any]", answer)} if isinstance(answer, dict) else answer,
                    DerivedBand)
