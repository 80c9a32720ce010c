"""Records that came page by page, kept in a file: what they hold has to be known before a table can be made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...work import Work
from ..items import METADATA

TELL_EVERY = 500
NUMBER, TEXT = "number", "text"


class Spool:
    """A file with a record in each line. ``keys``: those of the free metadata with ``number`` or ``text``, in the order
    in which they came; ``ids`` of all records; ``count``: how many."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.keys: dict[str, str] = {}
        self.ids: list[str] = []
        self.count = 0

    def fill(self, records: Iterable[Mapping[str, Any]], work: Work, most: int = 0) -> None:
        """Write them as they come, at most so many (0: all)."""
        with self._path.open("w", encoding="utf-8") as file:
            for record in records:
                work.check_cancelled()
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
                self._look(record.get(METADATA))
                self.ids.append(str(record.get("id", "")))
                self.count += 1
                if self.count % TELL_EVERY == 0:
                    work.progress(None, "listing", count=str(self.count))
                if most and self.count >= most:
                    return

    def _look(self, metadata: object) -> None:
        if isinstance(metadata, Mapping):
            for key, value in metadata.items():
                if value is not None:
                    number = isinstance(value, (int, float)) and not isinstance(value, bool)
                    kind = NUMBER if number and self.keys.get(str(key)) != TEXT else TEXT
                    self.keys[str(key)] = kind

    def records(self) -> Iterator[dict[str, Any]]:
        """What was written, one after the other."""
        with self._path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
