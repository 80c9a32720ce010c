"""Looks for secrets where none may be: in profiles, projects, histories, job stores, logs and outputs.

Usage: .venv/bin/python tools/secret_hunt.py [--marker TEXT ...] [--issued FOLDER] [--skip GLOB ...] FOLDER ...

Prints each file that holds a marker or a signed address, never the secret itself; exit code 1 when there is one. A
marker is looked for as it is and as UTF-16, percent-encoded, in hexadecimal and in base64. SQLite files (GeoPackages,
profiles, job stores) are searched value by value as well, as a value may be split over pages; zip members and
gzip files are unpacked, one inside the other too. `--issued` names the folder in which the sandboxes of the tests noted
every signature, tile token and credential that they handed out; it must hold some.
"""

from __future__ import annotations

import argparse
import base64
import fnmatch
import gzip
import io
import re
import sqlite3
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import issued_secrets

# The sandbox's keys and what tests use in their place: a secret of a test holds the word `marker-secret`.
MARKERS = ("sandbox-picterra-key", "sandbox-pix4d-secret", "sandbox-pix4d-second-secret", "sandbox-pixel-password",
           "sandbox-pixxel-key", "sandbox-pixxel-second-key", "sandbox-dl-refresh-token",
           "sandbox-dl-colleague-refresh-token", "sandbox-gdo-password", "sandbox-harvest-password",
           "sandbox-harvest-api-key", "marker-secret")
SIGNED = re.compile(
    rb"X-(?:Amz-)?(?:Signature|Security-Token|Credential)(?:=|%3D)[A-Za-z0-9%+/~._-]{20,}", re.IGNORECASE
)
CHUNK = 4 << 20
OVERLAP = 4096
MAX_DEPTH = 4


def forms(marker: str) -> dict[str, bytes]:
    """The ways in which a marker may be written down, by their names."""
    raw = marker.encode("utf-8")
    written = {
        "plain": raw,
        "UTF-16": marker.encode("utf-16-le"),
        "percent-encoded": quote(marker, safe="").encode(),
        "hexadecimal": raw.hex().encode(),
    }
    for shift in range(3):
        # The first and last characters depend on the neighbours; what lies between does not.
        encoded = base64.b64encode(b"\0" * shift + raw)
        written[f"base64 at {shift}"] = encoded[4 if shift else 0: len(encoded) // 4 * 4 - 4]
    return written


class Hunt:
    """A search for some markers, for signed addresses, and for secrets that were issued."""

    def __init__(self, markers: tuple[str, ...], issued: Iterable[str] = ()) -> None:
        self.issued = issued_secrets.IssuedSecrets(issued)
        self.wanted = [(masked(marker), form, raw) for marker in markers for form, raw in forms(marker).items()]

    def in_bytes(self, content: bytes) -> Iterator[str]:
        for marker, form, raw in self.wanted:
            if raw in content:
                yield f"the marker {marker}, {form}"
        if SIGNED.search(content):
            yield "a signed address"
        if self.issued and self.issued.in_bytes(content):
            yield "a secret that the sandbox issued"

    def in_stream(self, stream: io.BufferedIOBase) -> Iterator[str]:
        kept = b""
        while block := stream.read(CHUNK):
            yield from self.in_bytes(kept + block)
            kept = (kept + block)[-OVERLAP:]

    def in_database(self, path: Path) -> Iterator[str]:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)
        connection.text_factory = bytes
        try:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                try:
                    for row in connection.execute(f'SELECT * FROM "{table.decode()}"'):  # noqa: S608 - the file's own
                        for value in row:
                            if isinstance(value, bytes):
                                yield from self.in_bytes(value)
                except sqlite3.DatabaseError:
                    continue  # a virtual table of an extension that is not here; its bytes were searched
        except sqlite3.DatabaseError:
            return  # not a whole database; its bytes were searched
        finally:
            connection.close()

    def in_packed(self, stream: io.BufferedIOBase, depth: int) -> Iterator[str]:
        """What is inside a zip or gzip file, or nothing where it is neither."""
        start = stream.read(4)
        stream.seek(0)
        if depth > MAX_DEPTH:
            return
        try:
            if start[:2] == b"PK":
                with zipfile.ZipFile(stream) as archive:
                    for name in archive.namelist():
                        with archive.open(name) as member:
                            yield from (f"{found} in {name}" for found in self.in_any(member.read(), depth + 1))
            elif start[:2] == b"\x1f\x8b":
                yield from self.in_any(gzip.decompress(stream.read()), depth + 1)
        except (zipfile.BadZipFile, OSError, EOFError, RuntimeError):
            return  # cut or locked; its bytes were searched

    def in_any(self, content: bytes, depth: int) -> Iterator[str]:
        yield from self.in_bytes(content)
        yield from self.in_packed(io.BytesIO(content), depth)

    def in_file(self, path: Path) -> set[str]:
        """What was found in a file, in words."""
        found = set(self.in_bytes(path.name.encode()))
        with path.open("rb") as stream:
            start = stream.read(16)
            stream.seek(0)
            found.update(self.in_stream(stream))
            stream.seek(0)
            found.update(self.in_packed(stream, 0))
        if start == b"SQLite format 3\0":
            found.update(self.in_database(path))
        return found


def masked(marker: str) -> str:
    return f"{marker[:4]}…({len(marker)} characters)"


def files(folder: Path, skipped: tuple[str, ...]) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and not any(fnmatch.fnmatch(name, one) for one in skipped):
            yield path


def main() -> int:
    parser = argparse.ArgumentParser(description="Look for secrets where none may be.")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--marker", action="append", default=[], help="a secret, beside the usual markers")
    parser.add_argument("--issued", type=Path, help="folder with the secrets that the sandboxes of the tests issued")
    parser.add_argument("--skip", action="append", default=[], help="paths below a folder that are not looked at")
    options = parser.parse_args()
    issued = issued_secrets.read(options.issued) if options.issued else set()
    if options.issued and not issued:
        parser.error(f"{options.issued} holds no secrets, so that none can be found")
    hunt, looked_at, found = Hunt((*MARKERS, *options.marker), issued), 0, 0
    for folder in options.folders:
        if not folder.is_dir():
            parser.error(f"{folder} is not a folder")
        for path in files(folder, tuple(options.skip)):
            looked_at += 1
            for words in sorted(hunt.in_file(path)):
                found += 1
                print(f"{path}: {words}")
    print(f"secret hunt: {looked_at} files looked at, {found} findings"
          + (f"; {len(issued)} issued secrets looked for" if options.issued else ""))
    if not looked_at:
        print("secret hunt: there was nothing to look at, which proves nothing", file=sys.stderr)
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
