"""One typed method per documented operation, in the vendor's terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ...http.authentication import Authenticator
from ...http.grants import RefreshToken
from ...http.network import Network
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ...http.tokens import claims_of
from ...work import Work
from ..paths import IDENTITY
from ..token_file import TokenInfo
from .bands import Bands
from .images import Images
from .products import Products
from .raster import Raster
from .storage import Storage
from .uploads import Uploads

VENDOR = "https://platform.descarteslabs.com/"


@dataclass(frozen=True)
class Hosts:
    """The roots of the services, each with its last slash (section 1). ``raster`` is without the version, which the
    paths hold."""

    catalog: str
    metadata: str
    raster: str
    storage: str
    identity: str


class CatalogToken(RefreshToken):
    """One bearer token for catalog, metadata, raster and storage, bought at the identity service.

    Each session that holds it sends it to its own host only and never along a redirect to another; signed addresses
    get none.
    """


@dataclass(frozen=True)
class Sessions:
    """The sessions of a connection, which share the token."""

    catalog: HttpSession
    metadata: HttpSession
    raster: HttpSession
    storage: HttpSession

    def pausing_with(self, work: Work, to_the_end: bool) -> Sessions:
        """The same, whose pauses and requests end when the work is cancelled."""
        cancelled = None if to_the_end else work.cancelled
        return Sessions(
            self.catalog.pausing_with(work.wait, cancelled), self.metadata.pausing_with(work.wait, cancelled),
            self.raster.pausing_with(work.wait, cancelled), self.storage.pausing_with(work.wait, cancelled),
        )

    def trying_once(self) -> Sessions:
        """The same without repeats."""
        return Sessions(
            self.catalog.trying_once(), self.metadata.trying_once(), self.raster.trying_once(),
            self.storage.trying_once(),
        )


class CatalogClient:
    """The operations by resource; signed addresses belong to the transfer engine."""

    def __init__(self, sessions: Sessions, hosts: Hosts) -> None:
        self.sessions = sessions
        self.hosts = hosts
        self.http = sessions.catalog
        self.products = Products(sessions.catalog, sessions.metadata)
        self.bands = Bands(sessions.catalog, sessions.metadata)
        self.images = Images(sessions.catalog, sessions.metadata)
        self.uploads = Uploads(sessions.catalog)
        self.storage = Storage(sessions.storage)
        self.raster = Raster(sessions.raster)

    def claims(self) -> dict[str, object]:
        """What the token says of the user: ``sub``, ``name``, ``org`` ...; a token is bought where there is none."""
        authorization = self.sessions.metadata.proof().get("Authorization", "")
        return dict(claims_of(authorization.rpartition(" ")[2]))

    def owner(self) -> str:
        """The user as lists of own things name him: the raw ``sub`` (section 9)."""
        return str(self.claims().get("sub") or "")

    def namespace(self) -> str:
        """What stands before ids of the user's products: SHA-1 of the ``sub`` in lower case hex (section 2.5)."""
        return hashlib.sha1(self.owner().encode(), usedforsecurity=False).hexdigest()

    def own_namespace(self) -> str:
        """What the catalog puts before an id without one: the organization's name, else the user's (ASSUMED D14)."""
        return str(self.claims().get("org") or "") or (self.namespace() if self.owner() else "")

    def during(self, work: Work, to_the_end: bool = False) -> CatalogClient:
        """The same client, whose pauses and requests end when the work is cancelled.

        ``to_the_end`` lets a request that was begun come to its end: it makes something of which nobody else could
        tell, or tidies up.
        """
        return CatalogClient(self.sessions.pausing_with(work, to_the_end), self.hosts)

    def trying_once(self) -> CatalogClient:
        """The same client without repeats."""
        return CatalogClient(self.sessions.trying_once(), self.hosts)

    def close(self) -> None:
        """Close the pooled connections."""
        for one in (self.sessions.catalog, self.sessions.metadata, self.sessions.raster, self.sessions.storage):
            one.close()


def connect_client(
    who: TokenInfo,
    hosts: Hosts,
    network: Network | None = None,
    retry: RetryPolicy | None = None,
    origin_of_secret: Mapping[str, str] | None = None,
) -> CatalogClient:
    """A client for these credentials. ``origin_of_secret``: facts that are told when they are refused."""
    address = hosts.identity + IDENTITY["refreshToken"].fill()
    token: Authenticator = CatalogToken(
        address, who.client_id, who.refresh_token, who.scope, who.token or None
    )
    roots = (hosts.catalog, hosts.metadata, hosts.raster, hosts.storage)
    return CatalogClient(
        Sessions(*(HttpSession(root, token, network, retry, origin_of_secret) for root in roots)), hosts
    )
