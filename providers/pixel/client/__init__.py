"""One typed method per documented operation, in the vendor's terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...http.grants import KeycloakPassword
from ...http.network import Network
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ...work import Work
from ..paths import LOGIN
from .account import Account, Plugins, Users
from .analysis import Analysis
from .arcgis import ArcgisServices
from .attachments import Attachments
from .collections import Collections
from .harvest import Harvest
from .images import Images, Rasters
from .jobs import Jobs, UploadJobs
from .optimized import OptimizedRasters
from .point_clouds import PointClouds
from .projects import Projects
from .search import Search

SERVICES = "https://services.geodataonline.no/"


@dataclass(frozen=True)
class Hosts:
    """The roots of the hosts, each with its last slash (section 1): the tenant's API with the tenant in it, the login
    server, the ArcGIS server."""

    api: str
    login: str
    services: str = SERVICES


class TenantToken(KeycloakPassword):
    """One bearer token for the tenant's API.

    The name and password go to the login server in a form, the token to the API's host only and never along a redirect
    to another. Storage has signed addresses, the ArcGIS server tokens of its own.
    """


class PixelClient:
    """The operations by resource; the storage itself belongs to the transfer engine."""

    def __init__(self, http: HttpSession, hosts: Hosts) -> None:
        self.http = http
        self.hosts = hosts
        self.account = Account(http)
        self.users = Users(http)
        self.plugins = Plugins(http)
        self.projects = Projects(http)
        self.collections = Collections(http)
        self.images = Images(http)
        self.rasters = Rasters(http)
        self.optimized = OptimizedRasters(http)
        self.point_clouds = PointClouds(http)
        self.upload_jobs = UploadJobs(http)
        self.jobs = Jobs(http)
        self.attachments = Attachments(http)
        self.search = Search(http)
        self.harvest = Harvest(http)
        self.arcgis = ArcgisServices(http, hosts.services)
        self.analysis = Analysis(http)

    def during(self, work: Work, to_the_end: bool = False) -> PixelClient:
        """The same client, whose pauses and requests end when the work is cancelled.

        ``to_the_end`` lets a request that was begun come to its end: it makes something of which nobody else could
        tell, or tidies up.
        """
        cancelled = None if to_the_end else work.cancelled
        return PixelClient(self.http.pausing_with(work.wait, cancelled), self.hosts)

    def trying_once(self) -> PixelClient:
        """The same client without repeats."""
        return PixelClient(self.http.trying_once(), self.hosts)

    def close(self) -> None:
        """Close the pooled connections."""
        self.http.close()


def realm_of(tenant: str) -> str:
    """The realm of a tenant on the login server: its first letter upper case, all others lower case (section 1)."""
    return tenant.capitalize()


def connect_client(
    username: str,
    password: str,
    tenant: str,
    hosts: Hosts,
    network: Network | None = None,
    retry: RetryPolicy | None = None,
    origin_of_secret: Mapping[str, str] | None = None,
) -> PixelClient:
    """A client for this user of a tenant. ``origin_of_secret``: facts that are told when the password is refused."""
    address = hosts.login + LOGIN["getToken"].fill(realm=realm_of(tenant))
    token = TenantToken(address, username.strip(), password)
    return PixelClient(HttpSession(hosts.api, token, network, retry, origin_of_secret), hosts)
