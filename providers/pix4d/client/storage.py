"""Credentials of the storage (notes, section 6). All of them are secrets with a short life."""

from __future__ import annotations

from collections.abc import Sequence

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import S3Credentials
from .tokens import number

KEYS = ("access_key", "secret_key", "session_token")


class Storage:
    """Temporary S3 credentials. How long they last is not documented (ASSUMED A13); they say it themselves."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def of_project(self, project_id: str, share_token: str | None = None) -> S3Credentials:
        """``getProjectS3Credentials``: read-write or read-only by the caller's rights; only below ``key``."""
        query = {"shareToken": share_token} if share_token else None
        answer = self._http.json(PATHS["getProjectS3Credentials"], query=query, project_id=project_id)
        return record(answer, S3Credentials, *KEYS, "bucket", "key")

    def of_site(self, group_id: str) -> S3Credentials:
        """``getProjectGroupS3Credentials``: for the site's own place, which need not be where its projects are."""
        answer = self._http.json(PATHS["getProjectGroupS3Credentials"], group_id=group_id)
        return record(answer, S3Credentials, *KEYS, "bucket", "key")

    def of_several(self, project_ids: Sequence[str], group_ids: Sequence[str] = ()) -> S3Credentials:
        """``getSeveralS3Credentials``: read-only, for about ten at once; without bucket and key (ASSUMED A15)."""
        body: dict[str, object] = {}
        body |= {"project_ids": [number(one) for one in project_ids]} if project_ids else {}
        body |= {"project_group_ids": [number(one) for one in group_ids]} if group_ids else {}
        return record(self._http.json(PATHS["getSeveralS3Credentials"], body=body), S3Credentials, *KEYS)
