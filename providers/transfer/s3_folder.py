"""Many files into one folder of S3 as one transfer: small ones side by side, large ones part by part.

A small file is one PUT to a key that is known beforehand. Made twice it is the same object, so nothing needs to be
noted before it (see ``pieces``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..errors import Kind, PlatformError
from ..work import Work
from .addresses import Addresses
from .boto import S3, S3Credentials
from .control import Meter
from .engine import TransferEngine
from .pieces import Piece, PieceRun
from .s3_multipart import PART_BYTES, S3Multipart
from .source import Source, SourceBody, look
from .upload import DONE, upload
from .wire import Wire


class S3Folder:
    """A prefix of a bucket and the right to write below it. ``prefix`` is without a slash at its end.

    ``credentials`` is asked again ahead of their end and when S3 says that they have expired. ``endpoint`` empty means
    Amazon. Files of more than ``part_bytes`` are sent in parts.
    """

    def __init__(
        self,
        bucket: str,
        prefix: str,
        credentials: Callable[[], S3Credentials],
        region: str,
        endpoint: str = "",
        part_bytes: int = PART_BYTES,
    ) -> None:
        self.bucket = bucket
        self.prefix = prefix
        self.part_bytes = part_bytes
        self._credentials = credentials
        self._region = region
        self._endpoint = endpoint
        self._s3 = S3(credentials, region, endpoint)

    @property
    def identity(self) -> str:
        """What tells this place from another one."""
        return f"{self._endpoint}/{self.bucket}/{self.prefix}"

    def key(self, name: str) -> str:
        """The full key of a file."""
        return f"{self.prefix}/{name}"

    def multipart(self, name: str) -> S3Multipart:
        """The protocol for one large file."""
        return S3Multipart(
            self.bucket, self.key(name), self._credentials, self._region, self._endpoint, self.part_bytes
        )

    def put(self, name: str, body: SourceBody, wire: Wire) -> None:
        """Send a small file, one attempt; credentials that have run out early are renewed."""
        place = {"Bucket": self.bucket, "Key": self.key(name)}
        signed_by = 0

        def sign() -> str:
            nonlocal signed_by
            address, signed_by = self._s3.signed("put_object", **place)
            return address

        def send(address: str) -> None:
            body.take_back()
            try:
                with wire.exchange("PUT", address, {}, body):
                    return
            except PlatformError as error:
                if error.kind is Kind.ADDRESS_EXPIRED:
                    self._s3.renew(signed_by)
                raise

        Addresses(sign).use(send)


def upload_folder(
    files: Mapping[str, Path | Source], folder: S3Folder, work: Work, engine: TransferEngine
) -> list[str]:
    """Send files by their names below the folder, and give their keys in the same order.

    Run again with the same journal it sends only what has not arrived or has changed since. Progress counts bytes, and
    files as the facts ``files_done`` and ``files_total``. Failures as of :func:`~.upload.upload`.
    """
    return _FolderRun(files, folder, work, engine).send_all()


@dataclass(frozen=True)
class _File:
    name: str
    source: Source

    @property
    def stamp(self) -> list[int | str]:
        return [self.source.size, self.source.stamp]


class _FolderRun:
    """One run of such an upload."""

    def __init__(
        self, files: Mapping[str, Path | Source], folder: S3Folder, work: Work, engine: TransferEngine
    ) -> None:
        self._folder = folder
        self._work = work
        self._engine = engine
        self._files = [_File(name, look(given)) for name, given in files.items()]
        self._meter = Meter(sum(one.source.size for one in self._files))
        self._arrived = 0
        self._run = PieceRun(folder.identity, work, engine, self._meter)

    def send_all(self) -> list[str]:
        there = self._run.arrived()
        waiting = [one for one in self._files if there.get(one.name) != one.stamp]
        self._arrived = len(self._files) - len(waiting)
        self._meter.start_at(self._meter.total - sum(one.source.size for one in waiting))
        self._tell_files()
        small = [one for one in waiting if one.source.size <= self._folder.part_bytes]
        self._run.send((self._piece(one) for one in small), lambda piece: self._finished())
        for one in waiting:
            if one.source.size > self._folder.part_bytes:
                if one.name in there:  # another content arrived under this name, or this one in another place
                    self._work.forget(f"large/{one.name}/{DONE}")
                self._send_large(one)
        total = self._meter.total
        self._work.progress(1.0, "uploading_files", bytes_done=total, bytes_total=total, **self._meter.facts)
        return [self._folder.key(one.name) for one in self._files]

    def _piece(self, one: _File) -> Piece:
        return Piece(one.name, one.source, 0, one.source.size, partial(self._folder.put, one.name))

    def _finished(self) -> None:
        self._arrived += 1
        self._tell_files()

    def _send_large(self, one: _File) -> None:
        low = self._meter.done
        share = low / self._meter.total, (low + one.source.size) / self._meter.total
        upload(one.source, self._folder.multipart(one.name), self._work.part(f"large/{one.name}", share),
               self._engine)
        self._meter.add(one.source.size)
        self._finished()
        self._run.keep(one.name, one.stamp)
        self._run.note()

    def _tell_files(self) -> None:
        self._meter.facts = {"files_done": str(self._arrived), "files_total": str(len(self._files))}
