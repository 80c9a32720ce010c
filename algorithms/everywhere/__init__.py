"""What asks several platforms at once, and what goes from one to another."""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = ("search:SearchEverywhere", "sending:SendItem")
