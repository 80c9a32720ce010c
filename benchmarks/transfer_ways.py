"""Ways to move one file, each run in a process of its own: ``python -m benchmarks.transfer_ways WAY ADDRESS PATH``."""

from __future__ import annotations

import sys
from pathlib import Path

import requests
from imagery_hub.providers.http.network import Route
from imagery_hub.providers.journal import SqliteJournal
from imagery_hub.providers.transfer import (
    PartTarget,
    PresignedParts,
    SignedPut,
    Source,
    TransferEngine,
    download,
    remote,
    upload,
)
from imagery_hub.providers.work import Work

from .measure import report, timed

PART_BYTES = 16 << 20


class Direct:
    """No proxy."""

    user_agent = "imagery-hub-benchmark"

    def route(self, url: str) -> Route:
        return Route()


def plugin_put(address: str, path: Path) -> None:
    """One signed PUT by the engine."""
    with TransferEngine(Direct()) as engine:
        upload(path, SignedPut(lambda: address), Work(), engine)


def plugin_parts(address: str, path: Path) -> None:
    """Presigned parts by the engine, four at a time, with a journal on disk."""
    with TransferEngine(Direct()) as engine:
        in_parts(path, address, path, engine)


def in_parts(source: Path | Source, address: str, path: Path, engine: TransferEngine) -> None:
    """The same of any source; the journal lies beside ``path``."""
    journal_path = path.with_suffix(".journal")
    journal = SqliteJournal(journal_path, "benchmark")
    target = PresignedParts(lambda number: PartTarget(f"{address}-{number}"), PART_BYTES, "benchmark")
    upload(source, target, Work(journal), engine)
    journal.close()
    journal_path.unlink()


def plugin_pass(address: str, path: Path) -> None:
    """From storage to storage in one signed PUT, and nothing on disk."""
    with TransferEngine(Direct()) as engine, TransferEngine(Direct()) as origin:
        upload(passing(address, origin), SignedPut(lambda: address), Work(), engine)


def plugin_pass_parts(address: str, path: Path) -> None:
    """The same in parts, with a journal on disk."""
    with TransferEngine(Direct()) as engine, TransferEngine(Direct()) as origin:
        in_parts(passing(address, origin), address, path, engine)


def passing(address: str, origin: TransferEngine) -> Source:
    """What is at the address."""
    found = remote("object", lambda: address, Work(), origin)
    if found is None:
        raise RuntimeError("The server does not let it pass.")
    return found


def plugin_by_file(address: str, path: Path) -> None:
    """Fetched to disk, then sent in one PUT."""
    with TransferEngine(Direct()) as engine:
        upload(download(lambda: address, path, Work(), engine), SignedPut(lambda: address), Work(), engine)
    path.unlink()


def requests_put(address: str, path: Path) -> None:
    """What most scripts do."""
    with path.open("rb") as file:
        requests.put(address, data=file, timeout=600).raise_for_status()


def plugin_get(address: str, path: Path) -> None:
    """A download by the engine: ranges, synchronised to disk, renamed."""
    with TransferEngine(Direct()) as engine:
        download(lambda: address, path, Work(), engine)
    path.unlink()


def requests_get(address: str, path: Path) -> None:
    """What most scripts do."""
    with requests.get(address, stream=True, timeout=600) as answer, path.open("wb") as file:
        for piece in answer.iter_content(1 << 20):
            file.write(piece)
    path.unlink()


WAYS = {way.__name__: way for way in (
    plugin_put, plugin_parts, plugin_pass, plugin_pass_parts, plugin_by_file, requests_put, plugin_get, requests_get,
)}

if __name__ == "__main__":
    report(timed(lambda: WAYS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))))
