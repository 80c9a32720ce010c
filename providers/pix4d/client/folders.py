"""Folders of the drive (notes, section 19)."""

from __future__ import annotations

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Folder


class Folders:
    """Operations on folders."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def create(self, name: str, parent_type: str, parent_uuid: str) -> Folder:
        """``createFolder``; ``parent_type``: organization, folder or user."""
        body = {"name": name, "parent_type": parent_type, "parent_uuid": parent_uuid}
        return record(self._http.json(PATHS["createFolder"], body=body), Folder, "uuid")

    def rename(self, folder_uuid: str, name: str) -> None:
        """``renameFolder``."""
        self._http.json(PATHS["renameFolder"], body={"name": name}, folder_uuid=folder_uuid)

    def delete(self, folder_uuid: str) -> None:
        """``deleteFolder``: everything below is deleted with it, for good."""
        self._http.json(PATHS["deleteFolder"], folder_uuid=folder_uuid)
