"""Finds secrets that the sandbox issued (signatures, tile tokens, temporary credentials) in files, among very many."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes

SHORTEST = 16
# What a secret is written with, in all forms, is shown as A, everything else as a blank: searching this is much faster
# than a regular expression, and most of what a test run leaves is noise in which nothing can be.
LETTERS = bytes(65 if re.match(rb"[A-Za-z0-9+/=%_\\-]", bytes([one])) else 32 for one in range(256))
RUN = re.compile(rb"[A-Za-z0-9]{6,}")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{32,}={0,2}")
HEXADECIMAL = re.compile(rb"(?:[0-9a-fA-F]{2}){16,}")


def read(folder: Path) -> set[str]:
    """The secrets that the sandboxes of a test run noted, one to a line."""
    return {line.strip() for path in folder.rglob("*.txt") for line in path.read_text("utf-8").splitlines() if line}


class IssuedSecrets:
    """Each secret is found by its longest run of letters and digits, then compared whole; the few that have none of
    that length, as a random token with many dashes, are looked for one by one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._by_run: dict[bytes, list[bytes]] = {}
        self._without_run: list[bytes] = []
        for secret in secrets:
            raw = unquote(secret).encode()
            runs = sorted(RUN.findall(raw), key=len)
            if len(raw) < SHORTEST:
                raise ValueError("A secret is too short to be looked for.")
            if runs:
                self._by_run.setdefault(runs[-1], []).append(raw)
            else:
                self._without_run.append(raw)

    def __bool__(self) -> bool:
        return bool(self._by_run or self._without_run)

    def in_bytes(self, content: bytes) -> bool:
        """Whether one is there: as it is, in JSON, percent-encoded once or twice, as UTF-16, hexadecimal, base64."""
        forms = [content, content.replace(b"\0", b"")] if b"\0" in content else [content]
        parts = b"\n".join(part for form in forms for part in _long_enough(form))
        return bool(parts) and any(self._plainly_in(form) for form in _forms(parts))

    def _plainly_in(self, content: bytes) -> bool:
        known = self._by_run.keys() & set(RUN.findall(content))
        return any(raw in content for run in known for raw in self._by_run[run]) or any(
            raw in content for raw in self._without_run
        )


def _long_enough(content: bytes) -> Iterator[bytes]:
    """The parts of some content in which a secret could be."""
    shown, end = content.translate(LETTERS), 0
    while (start := shown.find(b"A" * SHORTEST, end)) >= 0:
        end = shown.find(b" ", start)
        end = len(shown) if end < 0 else end
        yield content[start:end]


def _forms(content: bytes) -> Iterator[bytes]:
    yield content
    if b"\\/" in content:
        yield content.replace(b"\\/", b"/")
    if b"%" in content:
        once = unquote_to_bytes(content)
        yield once
        if b"%" in once:
            yield unquote_to_bytes(once)
    decoded = [binascii.unhexlify(run) for run in set(HEXADECIMAL.findall(content))]
    for run in {one.rstrip(b"=") for one in BASE64.findall(content)}:
        decoded += [base64.b64decode(run[shift : shift + (len(run) - shift) // 4 * 4]) for shift in range(4)]
    yield unquote_to_bytes(b"\n".join(decoded))
