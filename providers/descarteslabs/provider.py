"""The Descartes Labs catalog as the rest of the plugin sees it. Only delegates: one request to the client, more to a
flow."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ..capabilities import Branch, Entries, Entry, Way
from ..http.addresses import root_of
from ..http.network import Network
from ..http.tokens import claims_of
from ..search import Hits, Query
from ..transfer import TransferEngine
from ..work import Work
from .client import VENDOR, CatalogClient, Hosts, connect_client
from .flows import browse, finding, imagery, pictures
from .token_file import TokenInfo, of_line, read_file

IDENTITY = "https://iam.descarteslabs.com/"
BELOW = {
    "catalog": "metadata/v1/catalog/", "metadata": "metadata/v1/", "raster": "raster/", "storage": "storage/v1/",
    "identity": "",
}
"""Where each service is below the main address."""


class DescartesLabs:
    """A connected catalog: ``api`` is the client, ``engine`` moves files to and from signed addresses."""

    def __init__(self, api: CatalogClient, engine: TransferEngine) -> None:
        self.api = api
        self.engine = engine

    def close(self) -> None:
        """Give connections and threads back."""
        self.engine.close()
        self.api.close()

    # ------------------------------------------------------------------ Browse
    def roots(self) -> Sequence[Entry]:
        """Own products, all that can be read, stored objects."""
        return browse.ROOTS

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """A page of what is below an entry."""
        return browse.page(self.api, branch, begin, work)

    def searches(self, entry: Entry) -> bool:
        """Lists of products are searched by text, stored objects by the beginning of their keys."""
        return entry.kind in browse.SEARCHED

    # ------------------------------------------------------------------ Pictures
    def picture(self, entry: Entry, above: Sequence[Entry], work: Work) -> bytes:
        """Of an image whose file the catalog has; of one that is stored elsewhere there are no pixels."""
        if entry.kind != "image" or entry.state not in ("", browse.AVAILABLE):
            return b""
        return pictures.image_picture(self.api, entry.id, work)

    # ------------------------------------------------------------------ Finds
    def find(self, text: str, most: int, work: Work) -> Iterator[Way]:
        """Images of own products, as far as the first ones are looked through."""
        return finding.find(self.api, text, most, work)

    # ------------------------------------------------------------------ Search
    @property
    def narrows(self) -> frozenset[str]:
        """Area, time, clouds and the product."""
        return imagery.NARROWS

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """A page of the images of own products, or of one product."""
        return imagery.page(self.api, query, begin, work)


def connect(
    address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network
) -> DescartesLabs:
    """The platform for a connection; sends nothing. ``secrets``: ``client_id``, ``refresh_token``. ``options``: the
    five services, ``login_file``, which is read instead of the secrets where it is named, and ``variable``, the
    environment variable that the token came from. What is refused names the one or the other."""
    file = Path(options.get("login_file", "")).name
    origin = {"variable": options["variable"]} if "variable" in options else {"login_file": file} if file else None
    known = info_of(secrets, options)
    api = connect_client(known, hosts_of(address, options), network, origin_of_secret=origin)
    return DescartesLabs(api, TransferEngine(network))


def info_of(secrets: Mapping[str, str], options: Mapping[str, str]) -> TokenInfo:
    """Who is asking: a token file that the user named, the line of the vendor's log-in page, or id and token; with
    ``token`` among the secrets, one that is ready for use and tells whom it is for. The order is that of the vendor's
    client: what is said before what is in the file."""
    file, given = options.get("login_file", "").strip(), secrets.get("refresh_token", "").strip()
    ready = secrets.get("token", "").strip()
    client = secrets.get("client_id", "").strip() or (str(claims_of(ready).get("aud") or "") if ready else "")
    if file and not given and not ready:
        return read_file(file)
    return of_line(given) or TokenInfo(client, given, token=ready)


def hosts_of(address: str, options: Mapping[str, str]) -> Hosts:
    """The services of a connection. Those that are not named are below the main address; a token of another server has
    nothing to do at the vendor's. An address of the raster service may hold a version, which is left to the paths."""
    main = normalise_address(address)

    def root(name: str) -> str:
        given = options.get(name, "").strip()
        if given:
            return normalise_address(given)
        return IDENTITY if name == "identity" and main == VENDOR else main + BELOW[name]

    raster = re.sub(r"v[0-9]+/$", "", root("raster"))
    return Hosts(root("catalog"), root("metadata"), raster, root("storage"), root("identity"))


def normalise_address(text: str) -> str:
    """The root of a host; the vendor's own where none is given."""
    return root_of(text, VENDOR)


def check(platform: DescartesLabs) -> str:
    """Who is logged in, by the token, after one request that needs it. Sent once: who tests a connection waits for the
    answer, and can test again."""
    api = platform.api.trying_once()
    next(api.products.search(owner=api.owner(), size=1))
    claims = api.claims()
    return str(claims.get("name") or claims.get("email") or "")
