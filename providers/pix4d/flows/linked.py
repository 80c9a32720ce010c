"""Files that name further files: an OPF project, and a tiled scene (notes, section 17.6; 3D Tiles 1.1, glTF 2.0).

What is named is looked for below the project's own folder of the storage, and nowhere else. The names come from a
server: each part of a path becomes a safe name here, and where that differs the file that names it is written anew.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ...errors import Kind, TransferFailed
from ...transfer import TransferEngine, download_folder, read_document, safe_name
from ...work import Work
from .storage import ProjectStorage

CAMERA_LIST = "application/opf-camera-list+json"
GLTF = "model/gltf+json"
MOST_FILES = 500_000
DEEPEST = 200
"""Levels of tiles within a file; deeper ones are left to viewers."""

Holder = dict[str, Any]
"""A part of a document with the member ``uri`` (in older scenes ``url``)."""


@dataclass
class Gathered:
    """``documents``: key and parsed content of what names files. ``files``: keys of all others. ``elsewhere``: what is
    named and not in the project's folder. ``holders``: for each document where it names which key."""

    index: str
    documents: dict[str, bytes] = field(default_factory=dict)
    parsed: dict[str, Any] = field(default_factory=dict)
    holders: dict[str, list[tuple[Holder, str, str]]] = field(default_factory=dict)
    files: dict[str, None] = field(default_factory=dict)
    elsewhere: dict[str, None] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """Of everything, the index first."""
        return [*self.documents, *self.files]


@dataclass(frozen=True)
class Brought:
    """``index``: the file to open. ``files``: how many there are in all. ``elsewhere``: what is named and was not
    fetched, as it is not in the project's folder."""

    index: Path
    files: int
    elsewhere: list[str]


def bring(
    storage: ProjectStorage,
    engine: TransferEngine,
    index: str,
    folder: Path,
    work: Work,
    wanted: Callable[[str], bool] = lambda key: True,
) -> Brought:
    """Fetch an index and all that it names into ``folder``, laid out as in the storage. ``wanted`` leaves files out, by
    their keys. Raises ``TransferFailed`` (``DAMAGED``, ``not_an_index``) for an index that cannot be read."""
    gathered = gather(
        index, storage.prefix,
        lambda key: read_document(storage.address(key), work.part("reading", (0.0, 0.1)), engine),
    )
    for key in [key for key in gathered.files if not wanted(key)]:
        del gathered.files[key]
    places = placed(gathered.keys, folder)
    for path in places.values():
        path.parent.mkdir(parents=True, exist_ok=True)
    files = {places[key]: storage.address(key) for key in gathered.files}
    download_folder(files, work.part("files", (0.1, 0.98)), engine)
    for key, content in gathered.documents.items():
        _write(places[key], _rewritten(gathered, key, places, content))
    work.progress(1.0, "downloading")
    return Brought(places[index], len(places), list(gathered.elsewhere))


def gather(index: str, prefix: str, read: Callable[[str], bytes]) -> Gathered:
    """Follow what documents name, from the index on. ``read`` gives the content of a key."""
    found = Gathered(index)
    waiting = [(index, _kind_of_index(index))]
    seen = {index}
    while waiting:
        key, kind = waiting.pop()
        content = read(key)
        found.documents[key] = content
        parsed = _parsed(content, key)
        found.parsed[key] = parsed
        found.holders[key] = []
        for holder, member, names in _named(parsed, kind):
            named = key_of(posixpath.dirname(key), str(holder[member]), prefix)
            if named is None:
                found.elsewhere[str(holder[member])] = None
                continue
            found.holders[key].append((holder, member, named))
            if named in seen:
                continue
            seen.add(named)
            if names:
                waiting.append((named, names))
            else:
                found.files[named] = None
            if len(seen) > MOST_FILES:
                raise TransferFailed(Kind.DAMAGED, facts={"reason": "too_many_files", "file": _name(index)})
    return found


def key_of(folder: str, uri: str, prefix: str) -> str | None:
    """The key of what a URI names, seen from a folder; None for what is not below the project's folder."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or not path or path.startswith("/") or "\0" in path:
        return None
    key = posixpath.normpath(posixpath.join(folder, path))
    return key if key.startswith(f"{prefix}/") else None


def placed(keys: list[str], folder: Path) -> dict[str, Path]:
    """Where the file of each key goes: as in the storage, from the folder that holds all of them, by safe names. No two
    go to one place, also where capitals do not count."""
    top = posixpath.commonpath([posixpath.dirname(key) or "." for key in keys])
    names: dict[str, str] = {"": ""}
    taken: set[str] = set()
    for key in keys:
        above = ""
        for number, part in enumerate(PurePosixPath(posixpath.relpath(key, top)).parts):
            original = posixpath.join(above, part)
            if original not in names:
                base = names[above]
                names[original] = _free(posixpath.join(base, safe_name(part, f"file-{number}")), taken)
            above = original
    return {key: folder.joinpath(*PurePosixPath(names[posixpath.relpath(key, top)]).parts) for key in keys}


def _free(path: str, taken: set[str]) -> str:
    stem, suffix = posixpath.splitext(path)
    number, found = 1, path
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}{suffix}"
    taken.add(found.casefold())
    return found


# ---------------------------------------------------------------------- documents
def _kind_of_index(key: str) -> str:
    return "opf" if key.endswith(".opf") else "tileset"


def _named(parsed: Any, kind: str) -> Iterator[tuple[Holder, str, str]]:
    """Where a document names files, and what kind of document each is (empty: none that names others)."""
    if kind == "opf":
        for item in _records(parsed, "items"):
            for holder in _records(item, "resources"):
                form = str(holder.get("format") or "").partition(";")[0].strip()
                if isinstance(holder.get("uri"), str):
                    yield holder, "uri", {CAMERA_LIST: "cameras", GLTF: "gltf"}.get(form, "")
    elif kind == "cameras":
        yield from ((one, "uri", "") for one in _records(parsed, "cameras") if isinstance(one.get("uri"), str))
    elif kind == "gltf":
        for name in ("buffers", "images"):
            yield from ((one, "uri", "") for one in _records(parsed, name) if _is_file(one.get("uri")))
    else:
        yield from _tiles(parsed)


def _tiles(parsed: Any) -> Iterator[tuple[Holder, str, str]]:
    """The contents of all tiles of a tileset. Tiles that are named by a pattern (implicit tiling) are left out."""
    level = [parsed.get("root")] if isinstance(parsed, dict) else []
    for _ in range(DEEPEST):
        tiles = [one for one in level if isinstance(one, dict)]
        for tile in tiles:
            single = tile.get("content")
            for holder in [*([single] if isinstance(single, dict) else []), *_records(tile, "contents")]:
                member = next((name for name in ("uri", "url") if name in holder), "")
                if member and "implicitTiling" not in tile and _is_file(holder[member]):
                    suffix = PurePosixPath(urlsplit(holder[member]).path).suffix.lower()
                    yield holder, member, {".json": "tileset", ".gltf": "gltf"}.get(suffix, "")
        level = [child for tile in tiles for child in _records(tile, "children")]


def _is_file(uri: Any) -> bool:
    """Not data within the document."""
    return isinstance(uri, str) and not uri.startswith("data:")


def _records(value: Any, name: str) -> list[Holder]:
    found = value.get(name) if isinstance(value, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _parsed(content: bytes, key: str) -> Any:
    """The document. Whole numbers stay whole: ids of cameras are unsigned and have 64 bit."""
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise TransferFailed(Kind.DAMAGED, facts={"reason": "not_an_index", "file": _name(key)})
    return parsed


def _rewritten(gathered: Gathered, key: str, places: Mapping[str, Path], content: bytes) -> bytes:
    """The document as it came, or with other names where files could not keep theirs."""
    changed = False
    for holder, member, named in gathered.holders[key]:
        if named not in places:
            continue
        way = _way(places[key].parent, places[named])
        usual = posixpath.relpath(named, posixpath.dirname(key) or ".")
        if way != usual:
            holder[member] = quote(way)
            changed = True
    return json.dumps(gathered.parsed[key], ensure_ascii=False).encode() if changed else content


def _way(start: Path, end: Path) -> str:
    """From a folder to a file, with slashes."""
    return posixpath.relpath(end.as_posix(), start.as_posix())


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _name(key: str) -> str:
    return PurePosixPath(key).name
