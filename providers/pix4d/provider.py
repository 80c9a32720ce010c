"""PIX4D cloud as the rest of the plugin sees it. Only delegates: to the client for one request, to a flow for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..capabilities import Branch, Bucket, Entries, Entry
from ..errors import InputProblem, Kind, PlatformError
from ..http.addresses import root_of
from ..http.network import Network
from ..search import Hits, Query
from ..transfer import TransferEngine
from ..work import Work
from . import web
from .client import EMBED, MAIN, WEBGIS, Hosts, Pix4dClient, connect_client
from .flows import browse, imagery, pictures, streaming


class Pix4d:
    """A connected platform: ``api`` is the client, ``engine`` moves files to and from the storage, whose endpoint is
    ``api.hosts.s3_endpoint`` (empty: Amazon's). ``organization`` is the uuid of the one that the connection names,
    empty where it names none."""

    def __init__(self, api: Pix4dClient, engine: TransferEngine, organization: str = "") -> None:
        self.api = api
        self.engine = engine
        self.organization = organization

    def close(self) -> None:
        """Give connections and threads back."""
        self.engine.close()
        self.api.close()

    # ------------------------------------------------------------------ Browse
    def roots(self) -> Sequence[Entry]:
        """The organizations with their drives, all sites, all projects."""
        return browse.ROOTS

    def children(self, branch: Branch, begin: str, work: Work) -> Entries:
        """A page of what is below an entry."""
        return browse.page(self.api, self.organization, branch, begin, work)

    def searches(self, entry: Entry) -> bool:
        """Drives and the lists of sites and projects are narrowed by the platform."""
        return entry.kind in browse.SEARCHED

    # ------------------------------------------------------------------ Search
    @property
    def narrows(self) -> frozenset[str]:
        """Nothing of a search: the platform lists projects by state and whole name."""
        return imagery.NARROWS

    def search(self, query: Query, begin: str, work: Work) -> Hits:
        """A page of the processed projects."""
        return imagery.page(self.api, query, begin, work)

    # ------------------------------------------------------------------ Pages
    def page(self, entry: Entry, above: Sequence[Entry] = ()) -> str:
        """Projects and what is in them, and sites."""
        return web.page_of(self.api.hosts.main, entry, above)

    # ------------------------------------------------------------------ Pictures
    def picture(self, entry: Entry, above: Sequence[Entry], work: Work) -> bytes:
        """Of a photo, and of a project that was processed."""
        if entry.kind == "project" and entry.state in ("", imagery.PROCESSED):
            return pictures.project_picture(self.api, self.engine, entry.id, work)
        project = next((one.id for one in reversed(above) if one.kind == "project"), "")
        if entry.kind != "photo" or not project:
            return b""
        return pictures.photo_picture(self.api, self.engine, project, entry.id, work)

    # ------------------------------------------------------------------ Stream
    def stream(self, what: str, identity: str, form: str) -> Bucket:
        """A raster among a project's outputs; ``identity`` as ``flows.outputs.identity`` makes it."""
        if (what, form) != (streaming.WHAT, streaming.FORM):
            raise InputProblem("not_streamed")
        return streaming.offered(self.api, identity)


def connect(address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network) -> Pix4d:
    """The platform for a connection; sends nothing. ``secrets``: ``client_id``, ``client_secret``. ``options``:
    ``webgis``, ``embed``, ``s3_endpoint``, ``organization``, and ``variable``, the environment variable that the secret
    came from."""
    origin = {"variable": options["variable"]} if "variable" in options else None
    hosts = hosts_of(address, options)
    api = connect_client(secrets["client_id"], secrets["client_secret"], hosts, network, origin_of_secret=origin)
    return Pix4d(api, TransferEngine(network), options.get("organization", "").strip())


def hosts_of(address: str, options: Mapping[str, str]) -> Hosts:
    """The hosts of a connection. Where the main one is not the vendor's, those that are not named are on it too: a
    token of another server has nothing to do at the vendor's."""
    main = normalise_address(address)
    own = main == MAIN

    def root(name: str, usual: str) -> str:
        given = options.get(name, "").strip()
        return normalise_address(given) if given else usual if own else main

    endpoint = options.get("s3_endpoint", "").strip()
    return Hosts(
        main, root("webgis", WEBGIS), root("embed", EMBED), normalise_address(endpoint).rstrip("/") if endpoint else ""
    )


def normalise_address(text: str) -> str:
    """The root of a host; the vendor's own where none is given."""
    return root_of(text, MAIN)


def check(platform: Pix4d) -> str:
    """Who is behind the credentials; empty where the platform does not serve that (section 23). Sent once: who tests a
    connection waits for the answer, and can test again."""
    api = platform.api.trying_once()
    try:
        user = api.account.user()
    except PlatformError as error:
        if error.kind is not Kind.NOT_FOUND:
            raise
        next(api.projects.list(), None)
        return ""
    name = " ".join(filter(None, (user.get("first_name"), user.get("last_name"))))
    return name or user.get("email") or ""
