"""What asks all platforms at once."""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = ("search:SearchEverywhere",)
