"""Geodata Pixel as the rest of the plugin sees it. Only delegates: one request to the client, more to a flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from ..capabilities import Branch, Entries, Entry, Signed, Way
from ..errors import InputProblem
from ..http.addresses import root_of
from ..http.network import Network
from ..search import Hits, Query
from ..transfer import TransferEngine
from ..work import Work
from . import web
from .client import SERVICES, Hosts, PixelClient, connect_client
from .flows import browse, finding, imagery, pictures, streaming
from .places import place_of

API = "https://{environment}.api.geodatapixel.no/{tenant}"
"""The vendor's address: what is in braces comes from the connection's options."""
LOGIN = "https://{environment}.keycloak.geodatapixel.no"
ENVIRONMENT = "prod"


@dataclass(frozen=True)
class Tenancy:
    """Where a connection leads to: the hosts, and the tenant as it was written."""

    hosts: Hosts
    tenant: str


class Pixel:
    """A connected tenant: ``api`` is the client, ``engine`` moves files to and from the storage."""

    def __init__(self, api: PixelClient, engine: TransferEngine, tenant: str) -> None:
        self.api = api
        self.engine = engine
        self.tenant = tenant

    def close(self) -> None:
        """Give connections and threads back."""
        self.engine.close()
        self.api.close()

    # ------------------------------------------------------------------ Browse
    def roots(self) -> Sequence[Entry]:
        """Projects, services, analysis, deleted projects, and the tenant itself."""
        return browse.ROOTS

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """A page of what is below an entry."""
        return browse.page(self.api, branch, begin, work)

    def searches(self, entry: Entry) -> bool:
        """Most lists are narrowed by the platform (ASSUMED A3)."""
        return entry.kind in browse.SEARCHED

    # ------------------------------------------------------------------ Pages
    def page(self, entry: Entry, above: Sequence[Entry] = ()) -> str:
        """The tenant's page, whatever the entry: those of single things are not documented."""
        return web.tenant_page(self.api.hosts.api, self.tenant)

    # ------------------------------------------------------------------ Pictures
    def picture(self, entry: Entry, above: Sequence[Entry], work: Work) -> bytes:
        """Of an image, where the platform gives the address of its file. The id of a found one holds its place."""
        collection = next((one.id for one in reversed(above) if one.kind.startswith("collection.")), "")
        number = entry.id
        if entry.kind == "found.image":
            collection, _, number = entry.id.rpartition("/")
        elif entry.kind != "image":
            return b""
        return pictures.image_picture(self.api, self.engine, place_of(collection), number, work) if collection else b""

    # ------------------------------------------------------------------ Finds
    def find(self, text: str, most: int, work: Work) -> Iterator[Way]:
        """Data collections and what is in them, by the search of the tenant."""
        return finding.find(self.api, text, most, work)

    # ------------------------------------------------------------------ Search
    @property
    def narrows(self) -> frozenset[str]:
        """All but clouds, which the platform does not know of."""
        return imagery.NARROWS

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """A page of rasters or images, what came last first."""
        return imagery.page(self.api, query, begin, work)

    # ------------------------------------------------------------------ Stream
    def stream(self, what: str, identity: str, form: str) -> Signed:
        """A raster; ``identity`` as ``flows.streaming.identity`` makes it."""
        if (what, form) != (streaming.WHAT, streaming.FORM):
            raise InputProblem("not_streamed")
        return streaming.offered(self.api, identity)


def connect(address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network) -> Pixel:
    """The platform for a connection; sends nothing. ``secrets``: ``username``, ``password``. ``options``: ``tenant``,
    ``environment``, ``login``, ``services``, and ``variable``, the environment variable that the password came from."""
    origin = {"variable": options["variable"]} if "variable" in options else None
    place = tenancy_of(address, options)
    api = connect_client(
        secrets["username"], secrets["password"], place.tenant, place.hosts, network, origin_of_secret=origin
    )
    return Pixel(api, TransferEngine(network), place.tenant)


def tenancy_of(address: str, options: Mapping[str, str]) -> Tenancy:
    """Hosts and tenant of a connection. An address of one's own holds the tenant; login and ArcGIS server are then on
    the same host, unless others are named: a password for one server has nothing to do at another.

    Raises :class:`InputProblem`: ``no_tenant`` where it is not said, ``no_address`` for what is none.
    """
    api = normalise_address(address)
    tenant = options.get("tenant", "").strip()
    environment = options.get("environment", "").strip() or ENVIRONMENT
    own = api == API
    if not tenant and not own:
        tenant = urlsplit(api).path.rstrip("/").rpartition("/")[2]
    if not tenant or "/" in tenant:
        raise InputProblem("no_tenant")
    if own:
        api = normalise_address(_filled(API, environment, tenant))
    parts = urlsplit(api)
    beside = f"{parts.scheme}://{parts.netloc}/"

    def root(name: str, usual: str) -> str:
        given = options.get(name, "").strip()
        return normalise_address(given) if given else usual

    login = root("login", normalise_address(_filled(LOGIN, environment, tenant)) if own else beside)
    return Tenancy(Hosts(api, login, root("services", SERVICES if own else beside)), tenant)


def _filled(template: str, environment: str, tenant: str) -> str:
    """The vendor's address of an environment and a tenant, whose name is in lower case (notes, section 1)."""
    return template.format(environment=quote(environment.lower(), safe=""), tenant=quote(tenant.lower(), safe=""))


def normalise_address(text: str) -> str:
    """The root of a host; ``API`` as it is where none is given, since environment and tenant are put into it later."""
    given = text.strip().rstrip("/")
    if not given or given == API:
        return API
    root = root_of(text, API)
    if "{" in root:
        raise InputProblem("no_address", address=text)
    return root


def check(platform: Pixel) -> str:
    """Who is logged in. Sent once: who tests a connection waits for the answer, and can test again."""
    user = platform.api.trying_once().account.me()
    name = " ".join(filter(None, (user.get("first_name"), user.get("last_name"))))
    return name or user.get("username") or user.get("email") or ""
