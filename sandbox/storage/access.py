"""Which requests a grant allows."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

from .credentials import Grant
from .errors import StorageError
from .messages import Head

READING = ("GET", "HEAD")
_KEY = re.compile(r"<Key>([^<]*)</Key>")
_LISTS = ("list-type", "prefix", "delimiter", "marker", "max-keys", "uploads", "versions", "encoding-type")


def split(path: str) -> tuple[str, str]:
    """Bucket and key of a path on the wire."""
    bucket, _, key = unquote(path).lstrip("/").partition("/")
    return bucket, key


def check(grant: Grant, head: Head) -> None:
    """Allows a request inside the granted bucket and prefix. Raises StorageError for all others.

    Lists must ask for keys that begin with the granted prefix. The keys of a multi-object delete are in its body:
    :func:`check_delete`.
    """
    bucket, key = split(head.path)
    names = {name for name, _ in head.query}
    if bucket not in grant.buckets:
        _deny()
    if grant.read_only and head.method not in READING:
        _deny()
    if key:
        _check_key(grant, bucket, key)
        source = head.headers.get("x-amz-copy-source")
        if source is not None:
            source_bucket, source_key = split(source.partition("?")[0])
            _check_key(grant, source_bucket, source_key)
        return
    if head.method == "HEAD" or (head.method == "GET" and "location" in names):
        return
    if head.method == "GET" and (not names or names & set(_LISTS)):
        if not grant.allows(bucket, dict(head.query).get("prefix", "")):
            _deny()
        return
    if not is_delete(head):
        _deny()


def is_delete(head: Head) -> bool:
    """Whether this is a multi-object delete."""
    return head.method == "POST" and not split(head.path)[1] and any(name == "delete" for name, _ in head.query)


def check_delete(grant: Grant, bucket: str, body: bytes) -> None:
    """Allows a multi-object delete in a bucket whose keys all lie inside the grant. Raises StorageError."""
    text = body.decode("utf-8", "replace")
    keys = _KEY.findall(text)
    # A key written in another way, with a namespace for one, would be read by the storage and not here.
    if not keys or "Key" in _KEY.sub("", text):
        raise StorageError("MalformedXML", "The list of keys to be deleted cannot be read.")
    for key in keys:
        _check_key(grant, bucket, unescape(key))


def _check_key(grant: Grant, bucket: str, key: str) -> None:
    # The storage lies on a file system: a key must not climb out of its prefix.
    if not grant.allows(bucket, key) or any(part in (".", "..") for part in key.split("/")):
        _deny()


def _deny() -> None:
    raise StorageError("AccessDenied", "The credentials do not allow this.")
