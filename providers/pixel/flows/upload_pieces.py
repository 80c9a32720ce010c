"""The pieces of files that are uploaded: their digests, and where each of them goes (notes, sections 9.2 and 9.3)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar, Union

from ...errors import Cancelled, Kind, PlatformError, ServerFault, TransferFailed
from ...transfer import FormTarget, PartTarget, PresignedParts, SignedForm, announced
from ...transfer.control import Meter
from ...transfer.engine import TransferEngine
from ...transfer.pieces import Piece
from ...transfer.presigned_parts import PartDigest
from ...transfer.source import SourceBody, SourceFile
from ...transfer.upload import Part, UploadProtocol, split
from ...transfer.wire import Wire
from ...work import Work
from ..records import NewFile, UploadJob
from .upload_plan import UploadFile

Given = TypeVar("Given")
Files = Mapping[int, UploadFile]
SizeOfParts = Callable[[int], int]
"""Of a file of so many bytes; 0: it is sent in one piece."""


@dataclass(frozen=True)
class Digest:
    """A file as it is announced. ``part_size`` 0: in one piece. ``support``: each with its digest."""

    source: SourceFile
    part_size: int
    parts: Sequence[PartDigest]
    support: Sequence[tuple[SourceFile, str]]

    def announced(self, file: UploadFile) -> NewFile:
        """The file as it is sent to create its upload job."""
        found: NewFile = {"name": file.path.name}
        if self.part_size:
            found["parts"] = [
                {"part_number": one.number, "md5": one.md5, "content_length": one.length} for one in self.parts
            ]
        else:
            found["md5"] = self.parts[0].md5
        if file.metadata:
            found["metadata"] = file.metadata
        if self.support:
            found["support_files"] = [{"name": one.path.name, "md5": md5} for one, md5 in self.support]
        return found


Read = Union[Digest, PlatformError]


class Ahead:
    """A thread beside the one that sends. It stops with its ``with`` block, in the middle of a file too."""

    def __enter__(self) -> Ahead:
        self._stopped = threading.Event()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="imagery-hub-digests")
        return self

    def __exit__(self, *problem: object) -> None:
        self._stopped.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def begin(self, do: Callable[[Callable[[], None]], Read]) -> Future[Read]:
        """Do something when its turn comes. It is given what raises :class:`Cancelled` once it is to stop."""
        return self._pool.submit(do, self._check)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Cancelled


class Digests:
    """Reads files for their digests, several at a time; those of the next block while this one is sent.

    ``borne`` says which failures are those of one file.
    """

    def __init__(
        self, engine: TransferEngine, work: Work, meter: Meter, size_of_parts: SizeOfParts,
        borne: Callable[[PlatformError], bool],
    ) -> None:
        self._engine = engine
        self._work = work
        self._meter = meter
        self._size_of_parts = size_of_parts
        self._borne = borne
        self._ahead: dict[int, Future[Read]] = {}

    def read_ahead(self, files: Files, ahead: Ahead) -> None:
        """Begin to read, in another thread."""
        for number, file in files.items():
            self._ahead[number] = ahead.begin(partial(self._read, file))

    def of(self, files: Files) -> tuple[dict[int, Digest], dict[int, PlatformError]]:
        """The digests by the files' numbers, in their order, and why some could not be read."""
        found = {number: one for number in files if (one := self._taken(number)) is not None}
        tasks = (partial(self._numbered, number, file) for number, file in files.items() if number not in found)
        self._engine.run(tasks, self._work, self._meter, "pixel_reading", lambda one: found.update([one]))
        made = {number: found[number] for number in files}
        return (
            {number: one for number, one in made.items() if isinstance(one, Digest)},
            {number: one for number, one in made.items() if isinstance(one, PlatformError)},
        )

    def _taken(self, number: int) -> Read | None:
        """What was read ahead, if it has begun and still holds."""
        begun = self._ahead.pop(number, None)
        if begun is None or begun.cancel():
            return None
        read = begun.result()
        try:
            if isinstance(read, Digest):
                read.source.check_unchanged()
        except PlatformError:
            return None
        return read

    def _numbered(self, number: int, file: UploadFile, wire: Wire) -> tuple[int, Read]:
        return number, self._read(file, wire.control.check)

    def _read(self, file: UploadFile, check: Callable[[], None]) -> Read:
        try:
            source = SourceFile.look(file.path)
            part_size = self._size_of_parts(source.size)
            parts = announced(file.path, part_size or max(source.size, 1), check)
            source.check_unchanged()
            support = [
                (one, announced(one.path, max(one.size, 1), check)[0].md5) for one in map(SourceFile.look, file.support)
            ]
        except PlatformError as error:
            if not self._borne(error):
                raise
            return error.with_traceback(None)
        return Digest(source, part_size, parts, support)


@dataclass(frozen=True)
class Slot:
    """An upload job that is open: what goes where."""

    digest: Digest
    job: UploadJob


def keys_of(file: UploadFile, job: str, size_of_parts: SizeOfParts) -> Iterator[tuple[str, list[int]]]:
    """The keys of a file's pieces with the stamps that they have now; one that nothing has for a file that is gone."""
    try:
        source = SourceFile.look(file.path)
        beside = [SourceFile.look(one) for one in file.support]
    except PlatformError:
        yield f"{job}/gone", []
        return
    for part in _cut(source, size_of_parts(source.size)):
        yield _key(job, part), [source.size, source.stamp]
    for one in beside:
        yield _support_key(job, one), [one.size, one.stamp]


def _cut(source: SourceFile, part_size: int) -> list[Part]:
    return split(source.size, part_size) if part_size else [Part(0, 0, source.size)]


def _key(job: str, part: Part) -> str:
    return f"{job}/{part.number}"


def _support_key(job: str, source: SourceFile) -> str:
    return f"{job}/support/{source.path.name}"


def pieces_of(slot: Slot) -> list[Piece]:
    """The pieces of a file and its support files. Raises :class:`ServerFault` (``no_slot``) where the platform gave no
    place for one of them."""
    digest, job, number = slot.digest, slot.job, str(slot.job["id"])
    parts = _cut(digest.source, digest.part_size)
    protocol = _in_parts(slot) if digest.part_size else _form(job.get("url"), job.get("upload_fields"))
    made = [_piece(_key(number, part), digest.source, part, protocol) for part in parts]
    targets = {one.get("name"): one for one in job.get("support_files") or []}
    for source, _ in digest.support:
        target = targets.get(source.path.name) or {}
        whole = Part(0, 0, source.size)
        form = _form(target.get("url"), target.get("upload_fields"))
        made.append(_piece(_support_key(number, source), source, whole, form))
    return made


def _piece(key: str, source: SourceFile, part: Part, protocol: UploadProtocol) -> Piece:
    def send(body: SourceBody, wire: Wire) -> str:
        return protocol.send(part, body, None, wire)

    return Piece(key, source, part.offset, part.length, send)


def _form(address: str | None, members: Mapping[str, str] | None) -> SignedForm:
    if not address:
        raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "no_slot"})
    return SignedForm(_only_once(FormTarget(address, dict(members or {}))))


def _in_parts(slot: Slot) -> PresignedParts:
    targets = {one.get("part_number"): one for one in slot.job.get("upload_parts") or []}
    given: dict[int, Callable[[], PartTarget]] = {}
    for part in slot.digest.parts:
        target = targets.get(part.number) or {}
        address = target.get("url")
        if not address:
            raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "no_slot"})
        given[part.number] = _only_once(PartTarget(address, dict(target.get("headers") or {})))
    return PresignedParts(lambda number: given[number](), slot.digest.part_size, str(slot.job["id"]))


def _only_once(target: Given) -> Callable[[], Given]:
    """The target, which the platform gives only once: there is no fresh one for the same job."""
    left = [target]

    def give() -> Given:
        if not left:
            raise TransferFailed(Kind.ADDRESS_EXPIRED)
        return left.pop()

    return give
