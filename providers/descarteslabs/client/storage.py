"""Stored objects (notes, section 13)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

from ...errors import Kind, ServerFault
from ...http.session import HttpSession
from ..paths import STORAGE
from .answers import address

TYPES = ("data", "tmp", "result", "logs", "products")
NEXT = "x-next"


class Storage:
    """Operations on stored objects."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def download_url(self, key: str, storage_type: str = "data") -> str:
        """``signedDownloadUrl``: an address that needs no login."""
        return address(self._http.text(STORAGE["signedDownloadUrl"], storage_type=storage_type, key=key))

    def upload_url(self, key: str, storage_type: str = "data") -> str:
        """``signedUploadUrl``: where the bytes are put without a login."""
        return address(self._http.text(STORAGE["signedUploadUrl"], storage_type=storage_type, key=key))

    def size(self, key: str, storage_type: str = "data") -> int | None:
        """``headObject``: bytes of an object, None where the service does not say. NOT_FOUND when there is none."""
        _, headers = self._http.answered(STORAGE["headObject"], storage_type=storage_type, key=key)
        length = headers.get("content-length", "")
        return int(length) if length.isdigit() else None

    def read(self, key: str, storage_type: str = "data") -> AbstractContextManager[Iterator[bytes]]:
        """``getObject``: the bytes, piece by piece."""
        return self._http.stream(STORAGE["getObject"], storage_type=storage_type, key=key)

    def delete(self, key: str, storage_type: str = "data") -> None:
        """``deleteObject``."""
        self._http.content(STORAGE["deleteObject"], storage_type=storage_type, key=key)

    def list(self, storage_type: str = "data", prefix: str = "") -> Iterator[str]:
        """``listObjects``: the keys that begin so, page by page; the place of the next page is in a header."""
        following = ""
        while True:
            answer, headers = self._http.answered(
                STORAGE["listObjects"], query={"prefix": prefix} if prefix else {},
                headers={"X-NEXT": following} if following else {}, storage_type=storage_type,
            )
            if not isinstance(answer, list):
                raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "not_a_list"})
            yield from (one for one in answer if isinstance(one, str))
            before, following = following, headers.get(NEXT, "")
            if not following or following == before or not answer:
                return
