"""One typed method per documented operation, in the vendor's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...http.grants import ClientCredentials
from ...http.network import Network
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ...work import Work
from ..paths import PATHS
from .access import Access
from .account import Account
from .annotations import Annotations
from .control_points import Gcps, Marks, Mtps
from .drive import Drive
from .embed import Embed
from .folders import Folders
from .groups import Groups
from .inputs import Depth, Extras, Inputs
from .outputs import Outputs
from .photos import Photos
from .processing import Options, Processing
from .projects import Projects
from .storage import Storage
from .tokens import Tokens
from .volumes import Volumes

MAIN = "https://cloud.pix4d.com/"
WEBGIS = "https://api.webgis.pix4d.com/"
EMBED = "https://embed.pix4d.com/"


@dataclass(frozen=True)
class Hosts:
    """The roots of the vendor's hosts, each with its last slash (section 1), and the endpoint of the storage, empty for
    Amazon's own."""

    main: str = MAIN
    webgis: str = WEBGIS
    embed: str = EMBED
    s3_endpoint: str = ""


class VendorToken(ClientCredentials):
    """One bearer token for the vendor's two hosts, the main API and the geospatial services, asked for at the first.

    It goes nowhere else: each of the two sessions that hold it sends it to its own host only and never along a
    redirect to another. Storage has credentials of its own, and the framed editor share tokens.
    """


@dataclass(frozen=True)
class Sessions:
    """The sessions of a connection, which share the token."""

    main: HttpSession
    webgis: HttpSession


class Pix4dClient:
    """The 80 API operations by resource; the storage itself belongs to the transfer engine."""

    def __init__(self, sessions: Sessions, hosts: Hosts) -> None:
        self.sessions = sessions
        self.hosts = hosts
        main, webgis = sessions.main, sessions.webgis
        self.http = main
        self.account = Account(main)
        self.projects = Projects(main)
        self.groups = Groups(main)
        self.drive = Drive(main)
        self.folders = Folders(main)
        self.access = Access(main)
        self.tokens = Tokens(main)
        self.storage = Storage(main)
        self.inputs = Inputs(main)
        self.extras = Extras(main)
        self.depth = Depth(main)
        self.photos = Photos(main)
        self.gcps = Gcps(main)
        self.mtps = Mtps(main)
        self.marks = Marks(main)
        self.options = Options(main)
        self.processing = Processing(main)
        self.outputs = Outputs(main)
        self.volumes = Volumes(webgis)
        self.annotations = Annotations(webgis)
        self.embed = Embed(hosts.embed, main.network)

    def during(self, work: Work, to_the_end: bool = False) -> Pix4dClient:
        """The same client, whose pauses and requests end when the work is cancelled.

        ``to_the_end`` lets a request that was begun come to its end: it makes something of which nobody else could
        tell, or tidies up.
        """
        cancelled = None if to_the_end else work.cancelled
        sessions = replace(
            self.sessions,
            main=self.sessions.main.pausing_with(work.wait, cancelled),
            webgis=self.sessions.webgis.pausing_with(work.wait, cancelled),
        )
        return Pix4dClient(sessions, self.hosts)

    def trying_once(self) -> Pix4dClient:
        """The same client without repeats."""
        sessions = Sessions(self.sessions.main.trying_once(), self.sessions.webgis.trying_once())
        return Pix4dClient(sessions, self.hosts)

    def close(self) -> None:
        """Close the pooled connections."""
        self.sessions.main.close()
        self.sessions.webgis.close()


def connect_client(
    client_id: str,
    client_secret: str,
    hosts: Hosts | None = None,
    network: Network | None = None,
    retry: RetryPolicy | None = None,
    origin_of_secret: Mapping[str, str] | None = None,
) -> Pix4dClient:
    """A client for these credentials. ``origin_of_secret``: facts that are told when they are refused."""
    hosts = hosts or Hosts()
    address = hosts.main + PATHS["getToken"].fill()
    token = VendorToken(address, client_id.strip(), client_secret.strip(), {"token_format": "jwt"})
    sessions = Sessions(
        HttpSession(hosts.main, token, network, retry, origin_of_secret),
        HttpSession(hosts.webgis, token, network, retry, origin_of_secret),
    )
    return Pix4dClient(sessions, hosts)
