"""Uploads of one request: what cut ones have in common is that they start again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..work import NOT_THERE
from .source import Source, SourceBody
from .upload import Part
from .wire import Wire


class OneRequest:
    """The whole file is the only part. Nothing is opened before, and the request itself makes the object."""

    resumes = False
    identity = ""

    def open(self, source: Source, wire: Wire) -> Any:
        return {}

    def find(self, source: Source, wire: Wire) -> Any:
        return NOT_THERE

    def parts(self, source: Source, state: Any) -> Sequence[Part]:
        return [Part(1, 0, source.size)]

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        return {}

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        raise NotImplementedError

    def close(self, source: Source, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        """Nothing to do."""

    def abandon(self, state: Any, wire: Wire) -> None:
        """Nothing to do: an unfinished request leaves nothing."""
