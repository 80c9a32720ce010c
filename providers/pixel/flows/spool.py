"""Records that came page by page, kept in a file: what they hold has to be known before a table can be made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from ...work import Work
from ..items import METADATA

TELL_EVERY = 500
"""Records, which are also so many in a line: one by one they take twice the time."""
NUMBER, TEXT = "number", "text"


class Spool:
    """A file with some records in each line. ``keys``: those of the free metadata with ``number`` or ``text``, in the
    order in which they came; ``ids`` of all records; ``count``: how many."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keys: dict[str, str] = {}
        self.ids: list[str] = []
        self.count = 0

    def fill(self, records: Iterable[Mapping[str, Any]], work: Work, most: int = 0) -> None:
        """Write them as they come, at most so many (0: all)."""
        coming = iter(records) if not most else islice(records, most)
        with self._path.open("w", encoding="utf-8") as file:
            while some := list(self._looked_at(islice(coming, TELL_EVERY), work)):
                file.write(json.dumps(some, ensure_ascii=False) + "\n")
                work.progress(None, "listing", count=str(self.count))

    def _looked_at(self, records: Iterable[Mapping[str, Any]], work: Work) -> Iterator[Mapping[str, Any]]:
        for record in records:
            work.check_cancelled()
            metadata = record.get(METADATA)
            if isinstance(metadata, dict):
                self._look(metadata)
            self.ids.append(str(record.get("id", "")))
            self.count += 1
            yield record

    def _look(self, metadata: Mapping[str, Any]) -> None:
        for key, value in metadata.items():
            if value is not None:
                number = isinstance(value, (int, float)) and not isinstance(value, bool)
                kind = NUMBER if number and self.keys.get(str(key)) != TEXT else TEXT
                self.keys[str(key)] = kind

    def records(self) -> Iterator[dict[str, Any]]:
        """What was written, one after the other."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield from json.loads(line)
