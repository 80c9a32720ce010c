"""Many small requests as one transfer: pieces of files, each to a place of its own, side by side.

What has arrived is noted for many pieces at once, since a note for each would take longer than a photo does. After a
kill at most the pieces of the last two seconds are sent again: so sending one twice must make the same object.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from ..errors import PlatformError
from ..work import Work
from .control import Meter, NotRepeated
from .engine import TransferEngine
from .source import Source, SourceBody
from .wire import Wire

SENT = "sent/"
NOTE_SECONDS = 2.0


@dataclass(frozen=True)
class Piece:
    """Bytes of a file. ``key`` tells the piece from all others of its place; ``send`` is one attempt to send it."""

    key: str
    source: Source
    offset: int
    length: int
    send: Callable[[SourceBody, Wire], object]

    @property
    def stamp(self) -> list[int | str]:
        """What the file was when the piece was sent, for the journal."""
        return [self.source.size, self.source.stamp]


class PieceRun:
    """One run of such a transfer. ``place`` is what tells this storage from another: pieces noted for another one do
    not count. ``meter`` counts the bytes of all pieces; what is not to be sent again is its start."""

    def __init__(self, place: str, work: Work, engine: TransferEngine, meter: Meter) -> None:
        self._place = place
        self._work = work
        self._engine = engine
        self._meter = meter
        self._unnoted: dict[str, list[int | str]] = {}
        self._noted_at = time.monotonic()

    def arrived(self) -> dict[str, list[int | str]]:
        """The stamps of the pieces that are noted as arrived, by key."""
        found: dict[str, list[int | str]] = {}
        for step in self._work.steps():
            if step.startswith(SENT):
                entry = self._work.noted(step)
                if entry is not None and entry.done and entry.value["place"] == self._place:
                    found.update(entry.value["files"])
        return found

    def send(
        self,
        pieces: Iterable[Piece],
        finished: Callable[[Piece], object] = lambda piece: None,
        borne: Callable[[PlatformError], bool] = lambda error: False,
    ) -> dict[str, PlatformError]:
        """Send the pieces, and give the failures that were borne, by key; any other ends the run and is raised.

        ``finished`` is called in the calling thread for each piece that arrived, in any order; ``borne`` in others.
        """
        failed: dict[str, PlatformError] = {}

        def take(result: tuple[Piece, PlatformError | None]) -> None:
            piece, error = result
            if error is not None:
                failed[piece.key] = error
            else:
                finished(piece)
                self.keep(piece.key, piece.stamp)

        try:
            self._engine.run(self._tasks(pieces, borne), self._work, self._meter, "uploading_files", take)
        finally:
            self.note()
        return failed

    def keep(self, key: str, stamp: list[int | str]) -> None:
        """A piece has arrived: note it soon."""
        self._unnoted[key] = stamp
        if time.monotonic() - self._noted_at >= NOTE_SECONDS:
            self.note()

    def note(self) -> None:
        """Note now what has arrived."""
        self._noted_at = time.monotonic()
        if self._unnoted:
            number = sum(step.startswith(SENT) for step in self._work.steps())
            self._work.note(f"{SENT}{number:05d}", {"place": self._place, "files": self._unnoted})
            self._unnoted = {}

    def _tasks(
        self, pieces: Iterable[Piece], borne: Callable[[PlatformError], bool]
    ) -> Iterator[Callable[[Wire], tuple[Piece, PlatformError | None]]]:
        for piece in pieces:
            yield partial(self._send, piece, borne)

    def _send(
        self, piece: Piece, borne: Callable[[PlatformError], bool], wire: Wire
    ) -> tuple[Piece, PlatformError | None]:
        def attempt() -> None:
            body = SourceBody(
                piece.source, piece.offset, piece.length, wire.control, self._meter.add, self._engine.stall_seconds
            )
            try:
                piece.send(body, wire)
            except (PlatformError, NotRepeated):
                body.take_back()
                raise

        try:
            wire.control.patiently(attempt, self._engine.retry)
            piece.source.check_unchanged()
        except NotRepeated as none:
            error = none.error
            if not isinstance(error, PlatformError) or not borne(error):
                raise
            return piece, error.with_traceback(None)
        except PlatformError as error:
            if not borne(error):
                raise
            return piece, error.with_traceback(None)
        return piece, None
