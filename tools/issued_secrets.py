"""Finds secrets that the sandbox issued (signatures, tile tokens, temporary credentials) in files, among very many."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

SHORTEST = 16
RUN = re.compile(rb"[A-Za-z0-9]{6,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")
HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){16,}")


def read(folder: Path) -> set[str]:
    """The secrets that the sandboxes of a test run noted, one to a line."""
    return {line.strip() for path in folder.rglob("*.txt") for line in path.read_text("utf-8").splitlines() if line}


class IssuedSecrets:
    """Each secret is found by its longest run of letters and digits, then compared whole."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._by_run: dict[bytes, list[bytes]] = {}
        for secret in secrets:
            raw = unquote(secret).encode()
            runs = sorted(RUN.findall(raw), key=len)
            if len(raw) < SHORTEST or not runs:
                raise ValueError("A secret is too short to be looked for.")
            self._by_run.setdefault(runs[-1], []).append(raw)

    def __bool__(self) -> bool:
        return bool(self._by_run)

    def in_bytes(self, content: bytes) -> bool:
        """Whether one is there: as it is, in JSON, percent-encoded once or twice, as UTF-16, hexadecimal, base64."""
        return any(self._plainly_in(form) for form in _forms(content))

    def _plainly_in(self, content: bytes) -> bool:
        known = self._by_run.keys() & set(RUN.findall(content))
        return any(raw in content for run in known for raw in self._by_run[run])


def _forms(content: bytes) -> Iterator[bytes]:
    yield content
    if b"\\/" in content:
        yield content.replace(b"\\/", b"/")
    if b"%" in content:
        once = unquote_to_bytes(content)
        yield once
        if b"%" in once:
            yield unquote_to_bytes(once)
    if b"\0" in content:
        yield unquote_to_bytes(content.replace(b"\0", b""))
    for run in HEXADECIMAL.findall(content):
        yield unquote_to_bytes(binascii.unhexlify(run))
    for run in BASE64.findall(content):
        for shift in range(4):
            cut = run.rstrip(b"=")[shift:]
            yield unquote_to_bytes(base64.b64decode(cut[: len(cut) // 4 * 4]))
