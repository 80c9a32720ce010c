"""One POST of a form to a signed address (single files and attachments of Geodata Pixel)."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..work import NOT_THERE
from .addresses import Addresses
from .source import FileBody, SourceFile
from .upload import Part
from .wire import Wire


@dataclass(frozen=True)
class FormTarget:
    """Where the form goes, and its members: they hold the signature and are sent unchanged, before the file."""

    address: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


class SignedForm:
    """``target`` gives address and members, and fresh ones each time it is asked again. A cut one starts again."""

    resumes = False
    identity = ""

    def __init__(self, target: Callable[[], FormTarget]) -> None:
        self._target = target
        self._fields: Mapping[str, str] = {}
        self._addresses = Addresses(self._ask)

    def _ask(self) -> str:
        target = self._target()
        self._fields = target.fields
        return target.address

    def open(self, source: SourceFile, wire: Wire) -> Any:
        return {}

    def find(self, source: SourceFile, wire: Wire) -> Any:
        return NOT_THERE

    def parts(self, source: SourceFile, state: Any) -> Sequence[Part]:
        return [Part(1, 0, source.size)]

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        return {}

    def send(self, part: Part, body: FileBody, state: Any, wire: Wire) -> str:
        def post(address: str) -> str:
            body.take_back()
            boundary = secrets.token_hex(16)
            form = FormBody(boundary, self._fields, body)
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            with wire.exchange("POST", address, headers, form) as response:
                return response.headers.get("etag", "")

        return self._addresses.use(post)

    def close(self, source: SourceFile, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        """Nothing to do: the POST itself made the object."""

    def abandon(self, state: Any, wire: Wire) -> None:
        """Nothing to do: an unfinished POST leaves nothing."""


class FormBody:
    """Members, then the file as the last part, named ``file`` (storage ignores what follows it)."""

    def __init__(self, boundary: str, fields: Mapping[str, str], file: FileBody) -> None:
        members = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        opening = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        self._before = ("".join(members) + opening).encode()
        self._after = f"\r\n--{boundary}--\r\n".encode()
        self._file = file
        self.length = len(self._before) + file.length + len(self._after)

    @property
    def answered_early(self) -> bool:
        return self._file.answered_early

    def send_through(self, connection: socket.socket) -> None:
        """Send the form."""
        connection.sendall(self._before)
        self._file.send_through(connection)
        if not self._file.answered_early:
            connection.sendall(self._after)
