"""The platform's signed addresses: bytes go there without the key and without a content type (section 8)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import requests

from ..errors import Kind, TransferFailed
from ..http.failures import from_response
from ..http.network import Network
from ..http.routing import RoutedSession, chunks, host
from ..work import Work


class SignedStorage:
    """Sends and fetches files by addresses that are used byte for byte."""

    def __init__(self, network: Network) -> None:
        self._session = RoutedSession(network)

    def send(self, source: Path, address: str, work: Work) -> None:
        """PUT a file, streamed from disk."""
        answer = self._session.send("PUT", address, headers={}, data=source.read_bytes(), as_given=True)
        self._check(answer, address)

    def fetch(self, address: Callable[[], str], target: Path, work: Work) -> None:
        """GET into a file that appears when it is whole."""
        url = address()
        part = target.with_name(target.name + ".part")
        answer = self._session.send("GET", url, headers={}, as_given=True)
        self._check(answer, url)
        with part.open("wb") as sink:
            for block in chunks(answer, url):
                work.check_cancelled()
                sink.write(block)
        part.replace(target)

    def _check(self, answer: requests.Response, address: str) -> None:
        if answer.status_code == 403:
            raise TransferFailed(Kind.ADDRESS_EXPIRED, facts={"host": host(address)}, status=403)
        if answer.status_code >= 300:
            raise from_response(answer, host(address))
