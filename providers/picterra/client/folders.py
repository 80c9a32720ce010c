"""Folders, which the web application calls projects (notes 9.11)."""

from __future__ import annotations

from collections.abc import Iterator

from ...http.answers import Page, record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Detector, Folder
from .answers import pages


class Folders:
    """Operations on folders."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, search: str = "", page: int = 1) -> Iterator[Page[Folder]]:
        """``listFolders``, from a page on."""
        return pages(self._http, PATHS["listFolders"], Folder, {"search": search, "page_number": page})

    def get(self, folder_id: str) -> Folder:
        """``getFolder``."""
        return record(self._http.json(PATHS["getFolder"], folder_id=folder_id), Folder)

    def create(self, name: str) -> str:
        """``createFolder``: gives the new id."""
        return record(self._http.json(PATHS["createFolder"], body={"name": name}), Folder, "id")["id"]

    def detectors(self, folder_id: str, page: int = 1) -> Iterator[Page[Detector]]:
        """``listFolderDetectors``, from a page on: ``id``, ``name``, ``is_runnable``, ``user_tag``."""
        return pages(self._http, PATHS["listFolderDetectors"], Detector, {"page_number": page}, folder_id=folder_id)
