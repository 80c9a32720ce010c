"""All that the sandbox's Pixxel knows: in memory; files lie in ``world.folder``. Tables by id (UUID text), in the order
of creation. The archive of scenes is not here: it follows from dates and places (:mod:`.scenes`)."""

from __future__ import annotations

from ..clock import Clock
from .records import (
    Aoi,
    Bundle,
    Delivery,
    Entry,
    Index,
    Insight,
    Key,
    Order,
    OrderItem,
    Project,
    Run,
    Store,
    Visualization,
    Workflow,
)

KEY = "sandbox-pixxel-key"
SECOND_KEY = "sandbox-pixxel-second-key"
"""Of a service account that was admitted to the second project only."""
EXPIRED_KEY = "sandbox-pixxel-expired-key"
WORKSPACE = "2f9e6f0c-7e8e-4a8c-8d0b-6f3f0c5d4e21"
USER = "9c1d7c38-0a57-4c1e-9f55-5d0b7a9e3c02"
SERVICE = "9c1d8d49-1b68-4d2f-8066-6e1c8bad4d13"
CROPS = "7d0b2f52-4a5e-4f0a-9a6b-0c7a2f6b1d10"
WATER = "7d0b3063-5b6f-4a1b-8a7c-1d8b3071c2e1"
FOREIGN = "7d0b4174-6c70-4b2c-9b8d-2e9c4182d3f2"
"""A project of the workspace to which no key was admitted."""
TOKENS = 1_000_000


class State:
    """The tables."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        """One workspace with three projects and three keys."""
        now = self.clock.now()
        self.tokens = TOKENS
        everything = frozenset({CROPS, WATER})
        self.keys = {one.key: one for one in (
            Key(KEY, "owner", USER, everything), Key(SECOND_KEY, "service", SERVICE, frozenset({WATER})),
            Key(EXPIRED_KEY, "expired", USER, everything, ends=now - 1))}
        self.projects = {one.id: one for one in (
            Project(CROPS, "tungabhadra-crops", "Tungabhadra crops", now - 3e7),
            Project(WATER, "fjord-water", "Fjord water", now - 2e7, 2),
            Project(FOREIGN, "somebody-else", "Somebody else's", now - 1e7, 1))}
        self.orders: dict[str, Order] = {}
        self.items: dict[str, OrderItem] = {}
        self.entries: dict[str, Entry] = {}
        self.bundles: dict[str, Bundle] = {}
        self.stores: dict[str, Store] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.aois: dict[str, Aoi] = {}
        self.indices: dict[str, Index] = {}
        self.visualizations: dict[str, Visualization] = {}
        self.insights: dict[str, Insight] = {}
        self.workflows: dict[str, Workflow] = {}
        self.runs: dict[str, Run] = {}
