"""Jobs: an algorithm, its parameters and a journal. Taking a job up again is running it again with its journal."""

from __future__ import annotations

from .record import JobRecord, State
from .store import JobStore, job_store

__all__ = ["JobRecord", "JobStore", "State", "job_store"]
