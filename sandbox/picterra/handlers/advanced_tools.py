"""Advanced tools, for the seed generation only (A40)."""

from __future__ import annotations

from typing import Any

from ...errors import not_found
from ...platform import Answer, Call
from ..state import TOOL_ID
from ..world import World
from .registry import operation


@operation("runAdvancedTool")
def run_tool(world: World, call: Call) -> Answer:
    """One tool that echoes what it is given; every other id is unknown."""
    if call.path["tool_id"] != TOOL_ID:
        raise not_found()
    echo: dict[str, Any] = {"inputs": call.body["inputs"], "outputs": call.body["outputs"]}
    return world.started(world.start(call, "advanced_tool", {}, lambda outcome: echo))
