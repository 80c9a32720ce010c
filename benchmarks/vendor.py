"""The vendor's own client, of one generation, as installed by tools/vendor_clients.sh."""

from __future__ import annotations

import sys
from typing import Any

from .measure import ROOT

GENERATIONS = ("4.0.0", "2.0.0")


def vendor_client(generation: str) -> Any:
    """The client, unchanged; its connection is in the environment. One generation in a process."""
    sys.path.insert(0, str(ROOT / "build" / "vendor_clients" / f"picterra-{generation}"))
    if generation.startswith("2."):
        from picterra.client import APIClient

        return APIClient()
    from picterra import ForgeClient

    return ForgeClient()
