"""One search over the connections that were chosen: each is asked at its own pace, none holds another up."""

from __future__ import annotations

from .lane import BATCH, Found, Lane, LaneState
from .relax import Relaxation, less_narrow
from .run import SearchRun
from .sieve import Sieve

__all__ = ["BATCH", "Found", "Lane", "LaneState", "Relaxation", "SearchRun", "Sieve", "less_narrow"]
