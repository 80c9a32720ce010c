"""Attachments of projects, data collections and images (notes, section 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...http.session import HttpSession
from ..paths import PATHS
from ..records import Attachment, NewAttachment
from .answers import after, listed, query_of


@dataclass(frozen=True)
class Owner:
    """What attachments belong to: ``type`` is one of ``RESOURCE_TYPES``."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"

    def query(self, **more: str) -> dict[str, str | list[str]]:
        """Everything about the owner is in the query."""
        return query_of({"resource_type": self.type, "resource_id": self.id, **more})


class Attachments:
    """Operations on attachments."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, owner: Owner, status: str = "") -> list[Attachment]:
        """``listAttachments``, of one status or of all; without pages."""
        return listed(self._http.json(PATHS["listAttachments"], query=owner.query(status=status)), Attachment)

    def create(self, owner: Owner, files: Sequence[NewAttachment]) -> Sequence[Attachment]:
        """``createAttachments``: gives where to send each; what belongs together has the same name."""
        answer = self._http.json(PATHS["createAttachments"], query=owner.query(), body={"files": [*files]})
        return listed(answer, Attachment)

    def update(self, owner: Owner, attachment_id: str, status: str = "Completed") -> Attachment:
        """``updateAttachment``: tell that its file is there."""
        query = owner.query(attachment_id=attachment_id, status=status)
        return after(self._http.json(PATHS["updateAttachment"], query=query), Attachment)

    def move(self, owner: Owner, attachment_id: str, to: Owner) -> Attachment:
        """``moveAttachment``: to another owner."""
        query = owner.query(attachment_id=attachment_id, new_resource_type=to.type, new_resource_id=to.id)
        return after(self._http.json(PATHS["moveAttachment"], query=query), Attachment)

    def delete(self, owner: Owner, attachment_id: str) -> None:
        """``deleteAttachment``, for good."""
        self._http.json(PATHS["deleteAttachment"], query=owner.query(attachment_id=attachment_id))
