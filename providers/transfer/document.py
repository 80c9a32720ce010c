"""A small file of storage, read into memory: one that says which other files there are."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import Kind, TransferFailed
from ..http.routing import chunks
from ..work import Work
from .addresses import Addresses
from .control import Meter
from .engine import TransferEngine
from .fetch import BLOCK
from .wire import Wire

MOST_BYTES = 64 << 20


def read_document(
    address: Callable[[], str], work: Work, engine: TransferEngine, most_bytes: int = MOST_BYTES
) -> bytes:
    """The bytes behind a signed address. ``address`` as for :func:`~.download.download`. Raises ``TransferFailed``
    (``DAMAGED``, ``document_size``) for more than ``most_bytes``, which are not read."""
    addresses = Addresses(address)
    meter = Meter(0)

    def read(wire: Wire) -> bytes:
        def get(given: str) -> bytes:
            found = bytearray()
            with wire.exchange("GET", given, accepted=(200,)) as response:
                for piece in chunks(response, given, BLOCK):
                    wire.control.check()
                    found += piece
                    if len(found) > most_bytes:
                        raise TransferFailed(Kind.DAMAGED, facts={"reason": "document_size"})
            return bytes(found)

        return wire.control.patiently(lambda: addresses.use(get), engine.retry)

    return engine.run_one(read, work, meter, "downloading")
