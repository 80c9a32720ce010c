"""Annotations of a project (notes, section 20), on the host of the geospatial services.

Pages go on by a key, not by a number. There is no reading of a single one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

from ...errors import Kind, ServerFault
from ...http.session import HttpSession
from ..paths import WEBGIS
from ..project_records import Annotation, Outcome

ENTITY = "Project"
PAGE_SIZE = 500
"""ASSUMED A06."""


@dataclass(frozen=True)
class AnnotationPage:
    """Some annotations, and the key after which the list goes on; empty on the last page."""

    records: list[Annotation]
    following: str


class Annotations:
    """Operations on annotations. ``share_token`` is sent beside the bearer token where it is given."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def page(
        self, project_id: str, last_key: str = "", page_size: int = PAGE_SIZE, share_token: str | None = None
    ) -> AnnotationPage:
        """``listAnnotations``: one page."""
        query = {**_entity(project_id, share_token), "page_size": str(page_size)}
        if last_key:
            query["last_key"] = last_key
        answer = self._http.json(WEBGIS["listAnnotations"], query=query)
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list):
            raise _missing("results")
        found = [cast(Annotation, one) for one in results if isinstance(one, dict) and isinstance(one.get("id"), str)]
        return AnnotationPage(found, key_of(answer.get("next")))

    def pages(
        self, project_id: str, page_size: int = PAGE_SIZE, share_token: str | None = None
    ) -> Iterator[AnnotationPage]:
        """``listAnnotations``: all pages, fetched as they are asked for. A key that comes again is a fault."""
        seen: set[str] = set()
        key = ""
        while True:
            page = self.page(project_id, key, page_size, share_token)
            yield page
            key = page.following
            if not key:
                return
            if key in seen:
                raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "page_repeated"})
            seen.add(key)

    def create(self, annotations: Sequence[Annotation]) -> list[Outcome]:
        """``createAnnotations``: one outcome for each, in order."""
        return outcomes(self._http.json(WEBGIS["createAnnotations"], body={"annotations": list(annotations)}))

    def overwrite(self, annotation_id: str, annotation: Annotation) -> Annotation:
        """``overwriteAnnotation``: what is left out is lost."""
        answer = self._http.json(WEBGIS["overwriteAnnotation"], body=annotation, annotation_id=annotation_id)
        return cast(Annotation, answer) if isinstance(answer, dict) else {}

    def delete_some(self, ids: Sequence[str]) -> list[Outcome]:
        """``deleteAnnotations``: a DELETE with a body, and never with a query: on the same path a query without a body
        is an assumed way (A61) to delete all of a project."""
        return outcomes(self._http.json(WEBGIS["deleteAnnotations"], body={"annotations": list(ids)}))

    def delete(self, annotation_id: str) -> None:
        """``deleteAnnotation``."""
        self._http.json(WEBGIS["deleteAnnotation"], annotation_id=annotation_id)

    def delete_all(self, project_id: str) -> None:
        """``deleteAllAnnotations`` (path ASSUMED, A61)."""
        self._http.json(WEBGIS["deleteAllAnnotations"], query=_entity(project_id))


def key_of(following: Any) -> str:
    """The key in a page's ``next``: the text itself, or what an address has as ``last_key`` (A08)."""
    if not isinstance(following, str):
        return ""
    if not following.startswith(("http://", "https://")):
        return following
    found = parse_qs(urlsplit(following).query).get("last_key")
    if not found:
        raise _missing("last_key")
    return found[0]


def outcomes(answer: Any) -> list[Outcome]:
    """What became of each of a batch."""
    found = answer.get("annotations") if isinstance(answer, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _missing("annotations")
    return [cast(Outcome, one) for one in found]


def _entity(project_id: str, share_token: str | None = None) -> dict[str, str]:
    known = {"entity_type": ENTITY, "entity_id": project_id}
    return {**known, "shareToken": share_token} if share_token else known


def _missing(member: str) -> ServerFault:
    return ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": member})
