"""Folders, which the web application calls projects (notes 9.11)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Detector, Folder
from .answers import Page, pages, record


class Folders:
    """Operations on folders."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, search: str = "") -> Iterator[Page[Folder]]:
        """``listFolders``."""
        return pages(self._http, PATHS["listFolders"], Folder, {"search": search})

    def get(self, folder_id: str) -> Folder:
        """``getFolder``."""
        return record(self._http.json(PATHS["getFolder"], folder_id=folder_id), Folder)

    def create(self, name: str) -> str:
        """``createFolder``: gives the new id."""
        return record(self._http.json(PATHS["createFolder"], body={"name": name}), Folder, "id")["id"]

    def detectors(self, folder_id: str) -> Iterator[Page[Detector]]:
        """``listFolderDetectors``: ``id``, ``name``, ``is_runnable``, ``user_tag``."""
        return pages(self._http, PATHS["listFolderDetectors"], Detector, folder_id=folder_id)
