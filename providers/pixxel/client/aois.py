"""Areas of interest, their assets and bundles (notes, sections 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Aoi, AoiBundle, AoiFilters, Asset, NewAoi
from .answers import PAGE_SIZE, pages, queried


class Aois:
    """Operations on areas of interest, which cannot be changed or deleted."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, filters: AoiFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[Aoi]]:
        """``listAois``, from an offset on."""
        return pages(queried(self._http, PATHS["listAois"], filters), Aoi, "aois", "aoi_id", offset, size)

    def get(self, aoi_id: str) -> Aoi:
        """``getAoi``."""
        return record(self._http.json(PATHS["getAoi"], aoi_id=aoi_id), Aoi, "aoi_id")

    def create(self, details: NewAoi) -> Aoi:
        """``createAoi``: its scenes are brought in afterwards."""
        return record(self._http.json(PATHS["createAoi"], body=details), Aoi, "aoi_id")


class Assets:
    """What an area holds, and the making of bundles of it."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, aoi_id: str, offset: int = 0, size: int = PAGE_SIZE) -> Iterator[Page[Asset]]:
        """``listAssets``, from an offset on."""
        ask = queried(self._http, PATHS["listAssets"], aoi_id=aoi_id)
        return pages(ask, Asset, "assets", offset=offset, size=size)

    def start_download(self, aoi_id: str, asset_ids: Sequence[str]) -> AoiBundle:
        """``createAoiDownload``."""
        body = {"asset_ids": list(asset_ids)}
        answer = self._http.json(PATHS["createAoiDownload"], body=body, aoi_id=aoi_id)
        return record(answer, AoiBundle, "download_id")

    def download(self, aoi_id: str, download_id: str) -> AoiBundle:
        """``getAoiDownload``: its address is filled when it is made."""
        return record(
            self._http.json(PATHS["getAoiDownload"], aoi_id=aoi_id, download_id=download_id), AoiBundle
        )
