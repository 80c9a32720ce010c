"""One POST of a form to a signed address (single files and attachments of Geodata Pixel)."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .addresses import Addresses
from .one_request import OneRequest
from .source import SourceBody
from .upload import Part
from .wire import Wire


@dataclass(frozen=True)
class FormTarget:
    """Where the form goes, and its members: they hold the signature and are sent unchanged, before the file."""

    address: str = field(repr=False)
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)


class SignedForm(OneRequest):
    """``target`` gives address and members, and fresh ones each time it is asked again. A cut one starts again."""

    def __init__(self, target: Callable[[], FormTarget]) -> None:
        self._target = target
        self._fields: Mapping[str, str] = {}
        self._addresses = Addresses(self._ask)

    def _ask(self) -> str:
        target = self._target()
        self._fields = target.fields
        return target.address

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        def post(address: str) -> str:
            body.take_back()
            boundary = secrets.token_hex(16)
            form = FormBody(boundary, self._fields, body)
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
            with wire.exchange("POST", address, headers, form) as response:
                return response.headers.get("etag", "")

        return self._addresses.use(post)


class FormBody:
    """Members, then the file as the last part, named ``file`` (storage ignores what follows it)."""

    def __init__(self, boundary: str, fields: Mapping[str, str], file: SourceBody) -> None:
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
