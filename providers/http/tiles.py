"""Reading single map tiles. Their address is itself the secret: it is sent as it is and carries no key."""

from __future__ import annotations

from types import TracebackType

from ..capabilities import Tiles
from ..work import Work
from .failures import from_response
from .interruption import Interruption
from .network import Network
from .routing import RoutedSession, host, read_whole

MISSING = (204, 403, 404)
LIMIT = 1 << 22


class TileReader:
    """Reads tiles over pooled connections, in one thread; use it in a ``with``."""

    def __init__(self, network: Network) -> None:
        self._session = RoutedSession(network)

    def __enter__(self) -> TileReader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._session.close()

    def read(self, tiles: Tiles, zoom: int, column: int, row: int, work: Work) -> bytes:
        """The picture in the file's own format, empty where there is no such tile. ``row`` counts from the north.

        Raises :class:`PlatformError`. Ends early when the work is cancelled.
        """
        url = address(tiles, zoom, column, row)
        with Interruption(work.cancelled) as interruption:
            response = self._session.send("GET", url, headers={}, as_given=True, watcher=interruption)
            if response.status_code in MISSING:
                response.close()
                return b""
            if response.status_code != 200:
                raise from_response(response, host(url), secrets=(url,))
            return read_whole(response, url, LIMIT)


def address(tiles: Tiles, zoom: int, column: int, row: int) -> str:
    """Where a tile is; ``row`` counts from the north. ``{-y}`` counts from the south whatever is said of the others."""
    south = 2**zoom - 1 - row
    values = {"{z}": zoom, "{x}": column, "{-y}": south, "{y}": south if tiles.from_south else row}
    url = tiles.template
    for place, value in values.items():
        url = url.replace(place, str(value))
    return url
