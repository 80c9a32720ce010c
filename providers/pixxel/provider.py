"""Pixxel as the rest of the plugin sees it. Only delegates: one request to the client, more to a flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ..capabilities import Branch, Entries, Entry, Way
from ..errors import InputProblem
from ..http.addresses import root_of
from ..http.failures import testing_the_key
from ..http.network import Network
from ..search import Hits, Query
from ..transfer import TransferEngine
from ..work import Work
from . import web
from .client import BARE, BEARER, PixxelClient, connect_client
from .flows import browse, finding, imagery, pictures

API = "https://api.pixxel.space/"


class Pixxel:
    """A connected workspace: ``api`` is the client, ``engine`` fetches bundles from signed addresses."""

    def __init__(self, api: PixxelClient, engine: TransferEngine) -> None:
        self.api = api
        self.engine = engine

    def close(self) -> None:
        """Give connections and threads back."""
        self.engine.close()
        self.api.close()

    # ------------------------------------------------------------------ Browse
    def roots(self) -> Sequence[Entry]:
        """Projects, areas, the catalog, orders, the archive, and what is set up for the workspace."""
        return browse.ROOTS

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """A page of what is below an entry."""
        return browse.page(self.api, branch, begin, work)

    def searches(self, entry: Entry) -> bool:
        """Areas and workflows are narrowed by the platform."""
        return entry.kind in browse.SEARCHED

    # ------------------------------------------------------------------ Pages
    def page(self, entry: Entry, above: Sequence[Entry] = ()) -> str:
        """The vendor's console, whatever the entry: pages of single things are not documented."""
        return web.console_page(self.api.http.root)

    # ------------------------------------------------------------------ Pictures
    def picture(self, entry: Entry, above: Sequence[Entry], work: Work) -> bytes:
        """The quick look of an entry of the catalog, of a scene of the archive, or of one that a search found; it lies
        on another host."""
        if entry.kind == imagery.FOUND_SCENE:
            return pictures.fetch_from(self.engine, entry.picture, work)
        if entry.kind not in ("catalog", "scene"):
            return b""
        return pictures.fetch_picture(self.engine, pictures.item_of(self.api, entry.kind, entry.id, work), work)

    # ------------------------------------------------------------------ Finds
    def find(self, text: str, most: int, work: Work) -> Iterator[Way]:
        """Scenes of the catalog by their whole names, order items, workflows, assets and insights."""
        return finding.find(self.api, text, most, work)

    # ------------------------------------------------------------------ Search
    @property
    def narrows(self) -> frozenset[str]:
        """Area, time, clouds, and where to look."""
        return imagery.NARROWS

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """A page of the catalog, the archive, or the scenes of all satellites."""
        return imagery.page(self.api, query, begin, work)


def connect(address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network) -> Pixxel:
    """The platform for a connection; sends nothing. ``secrets``: ``key``. ``options``: ``authorization``, how the key
    is written (``bare`` or ``bearer``), and ``variable``, the environment variable that the key came from."""
    origin = {"variable": options["variable"]} if "variable" in options else None
    spelling = spelling_of(options.get("authorization", ""))
    api = connect_client(secrets["key"], normalise_address(address), spelling, network, origin_of_key=origin)
    return Pixxel(api, TransferEngine(network))


def spelling_of(text: str) -> str:
    """``bare`` or ``bearer``. Raises :class:`InputProblem` (``no_spelling``) for anything else."""
    found = text.strip().lower() or BARE
    if found not in (BARE, BEARER):
        raise InputProblem("no_spelling", text=text)
    return found


def normalise_address(text: str) -> str:
    """The root of the host, without the ``v0`` that the vendor's examples have behind it."""
    root = root_of(text, API)
    return root.removesuffix("v0/") if root.endswith("/v0/") else root


def check(platform: Pixxel) -> str:
    """Whether the key is taken; the platform tells no name of an account. Sent once: who tests a connection waits for
    the answer, and can test again."""
    with testing_the_key(reason="pixxel_key"):
        next(platform.api.trying_once().projects.list(size=1), None)
    return ""
