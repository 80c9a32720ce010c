"""One PUT to a signed address (Picterra, Descartes Labs): a single stream that starts again when it was cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .addresses import Addresses
from .one_request import OneRequest
from .source import SourceBody
from .upload import Part
from .wire import Wire


class SignedPut(OneRequest):
    """``address`` gives the signed address, and a fresh one each time it is asked again.

    Storage may take an address only once. Where a slot belongs to an object of the platform, ``address`` must see to
    it that one object remains: by making a new slot and removing the one before.
    ``headers`` are sent exactly as they are; nothing else but what HTTP itself needs is (no ``Content-Type``).
    """

    def __init__(self, address: Callable[[], str], headers: Mapping[str, str] | None = None) -> None:
        self._addresses = Addresses(address)
        self._headers = dict(headers or {})

    def send(self, part: Part, body: SourceBody, state: Any, wire: Wire) -> str:
        def put(address: str) -> str:
            body.take_back()
            with wire.exchange("PUT", address, self._headers, body) as response:
                return response.headers.get("etag", "")

        return self._addresses.use(put)
