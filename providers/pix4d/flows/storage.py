"""A project's part of the storage: where it is, and the right to read and write there, which renews (section 6)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ...errors import Kind, ServerFault, TransferFailed
from ...moments import moment_of
from ...transfer import S3Credentials, Source, TransferEngine, upload_folder
from ...transfer.boto import S3, is_numbered
from ...transfer.control import Meter
from ...transfer.remote import SIDE
from ...transfer.s3_folder import S3Folder
from ...transfer.s3_multipart import PART_BYTES
from ...transfer.wire import Wire
from ...work import Work
from ..client import Pix4dClient
from ..project_records import S3Credentials as Answer

REGION = "us-east-1"
"""Of every documented example; taken where the platform names none."""


@dataclass(frozen=True)
class Access:
    """Credentials as GDAL and others want them. ``expires`` in seconds since 1970 by this machine's clock."""

    bucket: str
    prefix: str
    region: str
    endpoint: str
    credentials: S3Credentials

    @property
    def expires(self) -> float | None:
        """When they end."""
        return None if self.credentials.expires is None else self.credentials.expires.timestamp()

    def gdal_options(self) -> dict[str, str]:
        """Where the bucket is, for GDAL; without the credentials. Only named hosts have one for each bucket."""
        options = {"AWS_REGION": self.region}
        if self.endpoint:
            scheme, _, host = self.endpoint.partition("://")
            options |= {
                "AWS_S3_ENDPOINT": host.rstrip("/"),
                "AWS_HTTPS": "NO" if scheme == "http" else "YES",
                "AWS_VIRTUAL_HOSTING": "FALSE" if is_numbered(self.endpoint) else "TRUE",
            }
        return options

    def secrets(self) -> Mapping[str, str]:
        """The credentials by the platform's names."""
        found = self.credentials
        return {"access_key": found.access_key, "secret_key": found.secret_key, "session_token": found.token}


def access_of(api: Pix4dClient, project_id: str) -> Access:
    """Fresh credentials for a project."""
    answer = api.storage.of_project(project_id)
    endpoint = api.hosts.s3_endpoint or _accelerated(answer)
    return Access(
        str(answer["bucket"]), str(answer["key"]).strip("/"), answer.get("region") or REGION, endpoint,
        credentials_of(answer),
    )


def _accelerated(answer: Answer) -> str:
    """The endpoint that the platform names itself (A16). Only encrypted: session tokens go along with requests."""
    host = answer.get("endpoint_override")
    if not isinstance(host, str) or not host:
        return ""
    return "https://" + host.rpartition("://")[2]


def credentials_of(answer: Answer, now: Callable[[], datetime] = lambda: datetime.now(timezone.utc)) -> S3Credentials:
    """Credentials by this machine's clock, which may be wrong: what counts is how long they last by the platform's."""
    here = now()
    told, server = answer.get("expiration"), moment_of(answer.get("server_time"))
    if isinstance(told, (int, float)) and not isinstance(told, bool):  # A14
        expires: datetime | None = here + timedelta(seconds=float(told))
    else:
        end = moment_of(told)
        expires = None if end is None else here + (end - (server or here))
        if expires is not None and server is not None and end is not None and end <= server:
            expires = None  # a stale sample, as the documented one: storage itself says when they end
    return S3Credentials(answer["access_key"], answer["secret_key"], answer["session_token"], expires)


class ProjectStorage:
    """The storage of a project for as long as a job lasts. Asks the platform when it is made."""

    def __init__(self, api: Pix4dClient, project_id: str) -> None:
        self._api = api
        self._project_id = project_id
        self._lock = threading.Lock()
        self._unused: Access | None = access_of(api, project_id)
        self.bucket, self.prefix = self._unused.bucket, self._unused.prefix
        self.region, self.endpoint = self._unused.region, self._unused.endpoint
        self._reader = S3(self.credentials, self.region, self.endpoint)

    def credentials(self) -> S3Credentials:
        """Credentials to work with: the first ones, and fresh ones each further time. From any thread."""
        with self._lock:
            first, self._unused = self._unused, None
        found = first if first is not None else access_of(self._api, self._project_id)
        if (found.bucket, found.prefix) != (self.bucket, self.prefix):
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "storage_moved"})
        return found.credentials

    def folder(self, part_bytes: int = PART_BYTES) -> S3Folder:
        """Where files are sent to."""
        return S3Folder(self.bucket, self.prefix, self.credentials, self.region, self.endpoint, part_bytes)

    def send(self, files: Mapping[str, Path | Source], work: Work, engine: TransferEngine) -> list[str]:
        """Send files by their names below the project's folder, and give their keys (:func:`~...upload_folder`).

        Storage that denies it by rights which are fresh says that they are for reading only.
        """
        try:
            return upload_folder(files, self.folder(), work, engine)
        except TransferFailed as error:
            if error.facts.get("code") != "AccessDenied" or SIDE in error.facts:
                raise
            facts = {"reason": "storage_read_only", "host": error.facts.get("host", "")}
            raise TransferFailed(
                Kind.FORBIDDEN, facts=facts, status=error.status, request_id=error.request_id
            ) from None

    def sizes(self, engine: TransferEngine, work: Work) -> dict[str, int]:
        """The bytes of all files of the project by their keys."""

        def look(wire: Wire) -> dict[str, int]:
            pages = self._reader.pages(
                wire, "list_objects_v2", {"NextContinuationToken": "ContinuationToken"},
                Bucket=self.bucket, Prefix=f"{self.prefix}/",
            )
            return {one["Key"]: int(one["Size"]) for page in pages for one in page.get("Contents", [])}

        def patiently(wire: Wire) -> dict[str, int]:
            return wire.control.patiently(lambda: look(wire), engine.retry)

        return engine.run_one(patiently, work, Meter(0), "waiting")

    def address(self, key: str, bucket: str = "") -> Callable[[], str]:
        """Gives signed addresses to read an object."""
        signed_by: int | None = None

        def fresh() -> str:
            nonlocal signed_by
            if signed_by is not None:  # the one before was refused
                self._reader.renew(signed_by)
            address, signed_by = self._reader.signed("get_object", Bucket=bucket or self.bucket, Key=key)
            return address

        return fresh
