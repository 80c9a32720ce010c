"""One PUT to a signed address (Picterra, Descartes Labs): a single stream that starts again when it was cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..work import NOT_THERE
from .addresses import Addresses
from .source import FileBody, SourceFile
from .upload import Part
from .wire import Wire


class SignedPut:
    """``address`` gives the signed address, and a fresh one each time it is asked again.

    Storage may take an address only once. Where a slot belongs to an object of the platform, ``address`` must see to
    it that one object remains: by making a new slot and removing the one before.
    ``headers`` are sent exactly as they are; nothing else but what HTTP itself needs is (no ``Content-Type``).
    """

    resumes = False
    identity = ""

    def __init__(self, address: Callable[[], str], headers: Mapping[str, str] | None = None) -> None:
        self._addresses = Addresses(address)
        self._headers = dict(headers or {})

    def open(self, source: SourceFile, wire: Wire) -> Any:
        return {}

    def find(self, source: SourceFile, wire: Wire) -> Any:
        return NOT_THERE

    def parts(self, source: SourceFile, state: Any) -> Sequence[Part]:
        return [Part(1, 0, source.size)]

    def arrived(self, state: Any, wire: Wire) -> Mapping[int, str] | None:
        return {}

    def send(self, part: Part, body: FileBody, state: Any, wire: Wire) -> str:
        def put(address: str) -> str:
            body.take_back()
            with wire.exchange("PUT", address, self._headers, body) as response:
                return response.headers.get("etag", "")

        return self._addresses.use(put)

    def close(self, source: SourceFile, state: Any, marks: Mapping[int, str], wire: Wire) -> None:
        """Nothing to do: the PUT itself made the object."""

    def abandon(self, state: Any, wire: Wire) -> None:
        """Nothing to do: an unfinished PUT leaves nothing."""
