"""Connections without a window: adding one and removing one."""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = (
    "manage:AddConnection",
    "manage:RemoveConnection",
)
