"""Pixels (notes, section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from ...http.session import HttpSession
from ..paths import RASTER
from ..records import RasterRequest


class Raster:
    """Operations of the raster service; answers are streams that ``flows.pixels`` reads."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def file(self, request: RasterRequest) -> AbstractContextManager[Iterator[bytes]]:
        """``rasterFile``: whole files (``of`` GTiff, PNG or JPEG), as clients up to 1.8 ask for them."""
        return self._http.stream(RASTER["rasterFile"], body=request)

    def array_v1(self, request: RasterRequest) -> AbstractContextManager[Iterator[bytes]]:
        """``rasterArrayV1``: a NumPy ``.npz`` with ``data`` and ``metadata`` (``of`` npz)."""
        return self._http.stream(RASTER["rasterArrayV1"], body=request)

    def array(self, request: RasterRequest, attempt: int = 0) -> AbstractContextManager[Iterator[bytes]]:
        """``rasterArray``: blocks of pixels and masks (``of`` blosc), as client 1.12 asks for them."""
        return self._http.stream(RASTER["rasterArray"], body=request, headers={"x-retry-count": str(attempt)})
