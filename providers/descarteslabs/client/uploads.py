"""Uploads and what became of them (notes, section 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...errors import Kind, ServerFault
from ...http.answers import Page, is_identity
from ...http.session import HttpSession
from ..paths import CATALOG
from ..records import UploadFilters, UploadRequest, UploadResult
from .answers import address

PAGE_SIZE = 100


class Uploads:
    """Operations on uploads of images; the bytes are moved by the transfer engine (``putSignedFile``)."""

    def __init__(self, catalog: HttpSession) -> None:
        self._catalog = catalog

    def create(self, product_id: str, upload_id: str, request: UploadRequest) -> str:
        """``createUpload``: the signed address for the bytes. Asked again it is a new one of the same upload."""
        return address(self._catalog.text(
            CATALOG["createUpload"], body=request, product_id=product_id, upload_id=upload_id
        ))

    def get(self, product_id: str, upload_id: str) -> UploadResult:
        """``getUpload``: with its log. NOT_FOUND while it is in work (ASSUMED D11)."""
        return _result(self._catalog.json(CATALOG["getUpload"], product_id=product_id, upload_id=upload_id))

    def list(
        self, product_id: str, filters: UploadFilters | None = None, begin: str = ""
    ) -> Iterator[tuple[Page[UploadResult], str]]:
        """``listUploads``: those that ended, without their logs, with where the next page begins."""
        token = begin
        while True:
            body: dict[str, Any] = {"limit": PAGE_SIZE, **(filters or {})}
            if token:
                body["continuation_token"] = token
            answer = self._catalog.json(CATALOG["listUploads"], body=body, product_id=product_id)
            rows = answer.get("data") if isinstance(answer, dict) else None
            if not isinstance(rows, list):
                raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "data"})
            meta = answer.get("meta")
            following = str(meta.get("continuation_token") or "") if isinstance(meta, dict) and rows else ""
            if following and following == token:
                raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "page_repeated"})
            token = following
            results = [_result(one) for one in rows if isinstance(one, dict) and one.get("id")]
            yield Page(results, None, not token), token
            if not token:
                return


def _result(answer: Any) -> UploadResult:
    if not isinstance(answer, dict) or not is_identity(answer.get("id")):
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "id"})
    attributes = answer.get("attributes")
    found: Any = {**(attributes if isinstance(attributes, dict) else {}), "id": str(answer["id"])}
    result: UploadResult = found
    return result
