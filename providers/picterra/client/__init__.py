"""One typed method per documented operation, in the vendor's terms."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from ...http.addresses import root_of
from ...http.authentication import KeyHeader
from ...http.network import Network
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ...work import Work
from .account import Account
from .detection_areas import DetectionAreas
from .detectors import Detectors
from .folders import Folders
from .markers import Markers
from .operations import AdvancedTools, Operations
from .rasters import Rasters
from .vector_layers import VectorLayers

PRODUCTION = "https://app.picterra.ch/"
API_PATH = "public/api/v2/"


class PicterraClient:
    """The 44 API operations by resource; the two storage operations belong to the transfer engine."""

    def __init__(self, http: HttpSession) -> None:
        self.http = http
        self.account = Account(http)
        self.advanced_tools = AdvancedTools(http)
        self.detection_areas = DetectionAreas(http)
        self.detectors = Detectors(http)
        self.folders = Folders(http)
        self.markers = Markers(http)
        self.operations = Operations(http)
        self.rasters = Rasters(http)
        self.vector_layers = VectorLayers(http)

    def during(self, work: Work, to_the_end: bool = False) -> PicterraClient:
        """The same client, whose pauses and requests end when the work is cancelled.

        ``to_the_end`` lets a request that was begun come to its end: it makes something of which nobody else could
        tell, or tidies up.
        """
        return PicterraClient(self.http.pausing_with(work.wait, None if to_the_end else work.cancelled))

    def trying_once(self) -> PicterraClient:
        """The same client without repeats."""
        return PicterraClient(self.http.trying_once())


def connect_client(
    key: str,
    address: str = "",
    network: Network | None = None,
    retry: RetryPolicy | None = None,
    origin_of_key: Mapping[str, str] | None = None,
) -> PicterraClient:
    """A client for that key. ``address`` in either form of the vendor's clients (section 2), empty for production.
    ``origin_of_key``: facts that are told when the key is refused."""
    authenticator = KeyHeader("X-Api-Key", key)
    return PicterraClient(HttpSession(api_root(address), authenticator, network, retry, origin_of_key))


def api_root(address: str) -> str:
    """The API root with its last slash, from the server's address or from the whole root (section 2, both traps); the
    vendor's own where none is given. Raises :class:`InputProblem` when it is none."""
    root = root_of(address, PRODUCTION)
    return root if urlsplit(root).path.rstrip("/").endswith("/api/v2") else root + API_PATH
