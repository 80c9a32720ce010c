"""Ways to move one file, each run in a process of its own: ``python -m benchmarks.transfer_ways WAY ADDRESS PATH``."""

from __future__ import annotations

import sys
from pathlib import Path

import requests
from imagery_hub.providers.http.network import Route
from imagery_hub.providers.journal import SqliteJournal
from imagery_hub.providers.transfer import PartTarget, PresignedParts, SignedPut, TransferEngine, download, upload
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
    journal_path = path.with_suffix(".journal")
    journal = SqliteJournal(journal_path, "benchmark")
    with TransferEngine(Direct()) as engine:
        target = PresignedParts(lambda number: PartTarget(f"{address}-{number}"), PART_BYTES, "benchmark")
        upload(path, target, Work(journal), engine)
    journal.close()
    journal_path.unlink()


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


WAYS = {way.__name__: way for way in (plugin_put, plugin_parts, requests_put, plugin_get, requests_get)}

if __name__ == "__main__":
    report(timed(lambda: WAYS[sys.argv[1]](sys.argv[2], Path(sys.argv[3]))))
