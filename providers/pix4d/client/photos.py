"""Photos of a project (notes, section 16)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import Photo
from .answers import after, pages

PAGE_SIZE = 500
"""ASSUMED A06: the greatest."""


class Photos:
    """Operations on photos."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, project_id: str, photo_ids: Sequence[str] = (), ordering: str = "", page: int = 1
    ) -> Iterator[Page[Photo]]:
        """``listPhotos``, from a page on; ``ordering`` image (the platform's own) or id."""
        filters = {"photo_ids": ",".join(photo_ids), "ordering": ordering, "page_size": PAGE_SIZE}
        return pages(self._http, PATHS["listPhotos"], Photo, filters, page, project_id=project_id)

    def get(self, project_id: str, photo_id: str) -> Photo:
        """``getPhoto``."""
        return record(self._http.json(PATHS["getPhoto"], project_id=project_id, photo_id=photo_id), Photo)

    def exclude(self, project_id: str, photo_id: str, excluded: bool | None) -> Photo:
        """``updatePhoto``: True leaves it out of processing, False and None do not."""
        body = {"excluded_from_mapper": excluded}
        return after(self._http.json(PATHS["updatePhoto"], body=body, project_id=project_id, photo_id=photo_id), Photo)

    def exif(self, project_id: str, photo_id: str) -> dict[str, object]:
        """``getPhotoExif``; empty where there is none (ASSUMED A49)."""
        answer = self._http.json(PATHS["getPhotoExif"], project_id=project_id, photo_id=photo_id)
        return _inner(answer, "exif")

    def xmp(self, project_id: str, photo_id: str) -> dict[str, object]:
        """``getPhotoXmp``: values are text; empty where there is none (ASSUMED A49)."""
        answer = self._http.json(PATHS["getPhotoXmp"], project_id=project_id, photo_id=photo_id)
        return _inner(answer, "xmp")


def _inner(answer: object, member: str) -> dict[str, object]:
    found = answer.get(member) if isinstance(answer, dict) else None
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}
