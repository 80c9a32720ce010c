"""The drive: the tree of folders, sites and projects (notes, section 19). Everything by uuid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import DriveNode, DrivePath
from .answers import pages


class Drive:
    """Operations on the tree."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self,
        parent_type: str,
        parent_uuid: str,
        ordering: str = "",
        projects: bool = True,
        sites: bool = True,
        full_metadata: bool = False,
        page: int = 1,
    ) -> Iterator[Page[DriveNode]]:
        """``listDrive``: one level, from a page on. ``parent_type``: organization, user or folder."""
        filters = _filters(ordering, projects, sites, full_metadata)
        return pages(
            self._http, PATHS["listDrive"], DriveNode, filters, page, "uuid",
            parent_type=parent_type, parent_uuid=parent_uuid,
        )

    def search(
        self,
        parent_type: str,
        parent_uuid: str,
        text: str,
        ordering: str = "",
        projects: bool = True,
        sites: bool = True,
        exclude_grouped_projects: bool = False,
        full_metadata: bool = False,
        page: int = 1,
    ) -> Iterator[Page[DriveNode]]:
        """``searchDrive``: in display names at any depth, from a page on. ``parent_type``: organization or user."""
        filters = {"q": text, **_filters(ordering, projects, sites, full_metadata)}
        if exclude_grouped_projects:
            filters["exclude_grouped_projects"] = True
        return pages(
            self._http, PATHS["searchDrive"], DriveNode, filters, page, "uuid",
            parent_type=parent_type, parent_uuid=parent_uuid,
        )

    def path(self, node_type: str, node_uuid: str, most: int = 0) -> DrivePath:
        """``getDrivePath``: the node, then what it lies in, the nearest first. ``most`` 0: as many as are given."""
        query = {"max_path_items": str(most)} if most else None
        answer = self._http.json(PATHS["getDrivePath"], query=query, parent_type=node_type, parent_uuid=node_uuid)
        return record(answer, DrivePath)

    def move(
        self, owner_uuid: str, nodes: Sequence[tuple[str, str]], target_type: str, target_uuid: str
    ) -> None:
        """``moveBatch``: ``nodes`` are pairs of type and uuid, each once, all with the same parent."""
        body = {
            "owner_uuid": owner_uuid,
            "source_nodes": [{"type": kind, "uuid": uuid} for kind, uuid in nodes],
            "target_type": target_type,
            "target_uuid": target_uuid,
        }
        self._http.json(PATHS["moveBatch"], body=body)


def _filters(ordering: str, projects: bool, sites: bool, full_metadata: bool) -> dict[str, object]:
    """What is the platform's default is not sent."""
    filters: dict[str, object] = {"ordering": ordering}
    if not projects:
        filters["include_projects"] = False
    if not sites:
        filters["include_project_groups"] = False
    if full_metadata:
        filters["full_metadata"] = True
    return filters
