"""Control calls for Picterra: what cannot be seen or done through its API, for tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .state import SOURCE_ID, TOOL_ID
from .world import World

Query = dict[str, str]
Body = dict[str, Any]


class PicterraControl:
    """Below ``/_sandbox/picterra/``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def calls(self) -> dict[str, Callable[[Query, Body], Any]]:
        """Handlers by method and path."""
        return {"GET ": self._overview}

    def _overview(self, query: Query, body: Body) -> dict[str, Any]:
        state = self._world.state
        return {"tool_id": TOOL_ID, "source_id": SOURCE_ID, "accounts": sorted(one.name for one in state.accounts.values()),
                "folders": list(state.folders), "rasters": list(state.rasters), "detectors": list(state.detectors),
                "layers": list(state.layers), "markers": list(state.markers), "jobs_running": self._world.jobs.running}
