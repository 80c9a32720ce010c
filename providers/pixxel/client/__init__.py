"""One typed method per documented operation, in the vendor's terms."""

from __future__ import annotations

from collections.abc import Mapping

from ...http.authentication import KeyHeader
from ...http.network import Network
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ...work import Work
from .aois import Aois, Assets
from .catalogs import Catalogs, Deliveries, Stores
from .indices import Indices, Visualizations
from .insights import Blocks, Insights
from .orders import Bandsets, OrderItems, Orders
from .projects import Projects, Service
from .scenes import Archives, Satellites, Scenes
from .workflows import Jobs, Workflows

BARE, BEARER = "bare", "bearer"
"""How the key is written into the header: both are in the vendor's own text (notes, section 2)."""


class PixxelClient:
    """The operations by resource; bundles are fetched from signed addresses by the transfer engine."""

    def __init__(self, http: HttpSession) -> None:
        self.http = http
        self.service = Service(http)
        self.projects = Projects(http)
        self.satellites = Satellites(http)
        self.scenes = Scenes(http)
        self.archives = Archives(http)
        self.aois = Aois(http)
        self.assets = Assets(http)
        self.indices = Indices(http)
        self.visualizations = Visualizations(http)
        self.bandsets = Bandsets(http)
        self.orders = Orders(http)
        self.order_items = OrderItems(http)
        self.catalogs = Catalogs(http)
        self.deliveries = Deliveries(http)
        self.stores = Stores(http)
        self.blocks = Blocks(http)
        self.insights = Insights(http)
        self.workflows = Workflows(http)
        self.jobs = Jobs(http)

    def during(self, work: Work, to_the_end: bool = False) -> PixxelClient:
        """The same client, whose pauses and requests end when the work is cancelled.

        ``to_the_end`` lets a request that was begun come to its end: it makes something of which nobody else could
        tell, or tidies up.
        """
        return PixxelClient(self.http.pausing_with(work.wait, None if to_the_end else work.cancelled))

    def trying_once(self) -> PixxelClient:
        """The same client without repeats."""
        return PixxelClient(self.http.trying_once())

    def close(self) -> None:
        """Close the pooled connections."""
        self.http.close()


def connect_client(
    key: str,
    root: str,
    spelling: str = BARE,
    network: Network | None = None,
    retry: RetryPolicy | None = None,
    origin_of_key: Mapping[str, str] | None = None,
) -> PixxelClient:
    """A client for that key below a root. ``spelling``: ``bare`` or ``bearer``, never both in one call.
    ``origin_of_key``: facts that are told when the key is refused."""
    proof = key.strip() if spelling == BARE else f"Bearer {key.strip()}"
    return PixxelClient(HttpSession(root, KeyHeader("Authorization", proof), network, retry, origin_of_key))
