"""Temporary credentials for a part of the storage."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from .errors import StorageError


@dataclass(frozen=True)
class Credentials:
    """As a token service answers them. ``Expiration`` is an aware time by the sandbox's clock."""

    AccessKeyId: str
    SecretAccessKey: str
    SessionToken: str
    Expiration: datetime


@dataclass(frozen=True)
class Grant:
    """What credentials are good for: keys that begin with the prefix of one of ``places`` (bucket and prefix)."""

    credentials: Credentials
    places: tuple[tuple[str, str], ...]
    read_only: bool

    def allows(self, bucket: str, key: str) -> bool:
        """Whether a key, or the prefix of a list, is inside."""
        return any(bucket == mine and key.startswith(prefix) for mine, prefix in self.places)

    @property
    def buckets(self) -> set[str]:
        """Where anything is allowed."""
        return {bucket for bucket, _ in self.places}


class CredentialStore:
    """Issues credentials and knows which still hold."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._grants: dict[str, Grant] = {}

    def issue(self, prefixes: Iterable[str], lifetime: timedelta, read_only: bool = False) -> Grant:
        """New credentials for ``bucket/prefix``, one or several. Raises ValueError without a bucket."""
        places = tuple(_split(one) for one in prefixes)
        if not places or not all(bucket for bucket, _ in places):
            raise ValueError("The prefix needs to begin with a bucket.")
        credentials = Credentials(
            AccessKeyId="ASIA" + secrets.token_hex(8).upper(),
            SecretAccessKey=secrets.token_urlsafe(30),
            SessionToken=secrets.token_urlsafe(120),
            Expiration=self._now() + lifetime,
        )
        grant = Grant(credentials, places, read_only)
        self._grants[credentials.AccessKeyId] = grant
        return grant

    def expire(self, access_key: str | None = None) -> int:
        """Ends credentials now, all without an argument; from then on they are answered with ExpiredToken. Answers how
        many were ended."""
        chosen = [key for key in self._grants if access_key in (None, key)]
        for key in chosen:
            grant = self._grants[key]
            ended = replace(grant.credentials, Expiration=min(grant.credentials.Expiration, self._now()))
            self._grants[key] = replace(grant, credentials=ended)
        return len(chosen)

    def revoke(self, access_key: str) -> None:
        """Forgets credentials; from then on they are answered with InvalidAccessKeyId."""
        self._grants.pop(access_key, None)

    def find(self, access_key: str) -> Grant:
        """The grant of an access key, expired or not. Raises StorageError for an unknown one."""
        grant = self._grants.get(access_key)
        if grant is None:
            raise StorageError("InvalidAccessKeyId", "The access key id does not exist in the records.")
        return grant

    def require_valid(self, grant: Grant, token: str) -> None:
        """Checks session token and expiry. Raises StorageError."""
        if not secrets.compare_digest(grant.credentials.SessionToken.encode(), token.encode()):
            raise StorageError("InvalidToken", "The session token is missing or is not the one of this access key.")
        if self._now() >= grant.credentials.Expiration:
            raise StorageError("ExpiredToken", "The provided token has expired.")


def _split(prefix: str) -> tuple[str, str]:
    bucket, _, key = prefix.strip().lstrip("/").partition("/")
    return bucket, key
