"""Stored objects there and back (notes, section 13)."""

from __future__ import annotations

from pathlib import Path

from ... import steps
from ...errors import InputProblem
from ...transfer import SignedPut, TransferEngine, download, upload
from ...work import Work
from ..client import CatalogClient
from .uploads import CONTENT


def download_object(
    api: CatalogClient, engine: TransferEngine, kind: str, key: str, target: Path, work: Work
) -> None:
    """A stored object into a file, by signed addresses; each attempt asks for a fresh one."""
    asked = api.during(work)
    size = asked.storage.size(key, kind)
    download(lambda: asked.storage.download_url(key, kind), target, work, engine, size)


def read(api: CatalogClient, engine: TransferEngine, kind: str, key: str, target: Path, work: Work) -> None:
    """A stored object into a file, straight from the service; nothing of it stays when it is cut."""
    part = target.with_name(target.name + ".part")
    try:
        with api.during(work).storage.read(key, kind) as pieces, part.open("wb") as out:
            for piece in pieces:
                work.check_cancelled()
                out.write(piece)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def put(api: CatalogClient, engine: TransferEngine, kind: str, key: str, source: Path, work: Work) -> None:
    """A file into the store; an object of that key is replaced."""
    if not source.is_file():
        raise InputProblem("missing_file", file=source.name)
    asked = api.during(work)
    upload(source, SignedPut(lambda: asked.storage.upload_url(key, kind), CONTENT), work, engine)


def remove(api: CatalogClient, kind: str, key: str, work: Work) -> None:
    """A stored object goes."""
    asked = api.during(work)
    steps.delete_once(work, lambda: asked.storage.delete(key, kind), lambda: asked.storage.size(key, kind))
