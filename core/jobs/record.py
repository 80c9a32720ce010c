"""What is kept of a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class State(Enum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    """Its process ended in the middle of it: it waits for "Continue"."""
    STOPPED = "stopped"
    """The user stopped it."""
    FAILED = "failed"
    DONE = "done"


UNFINISHED = (State.WAITING, State.RUNNING, State.PAUSED, State.STOPPED, State.FAILED)
#: A job in one of these states may be taken up by whoever comes first.
OPEN = (State.WAITING, State.PAUSED, State.STOPPED, State.FAILED)


@dataclass(frozen=True)
class JobRecord:
    """One row of the store. ``parameters`` are as ``parameters.to_json`` gave them; times are seconds since 1970.

    ``obstacle`` says in a sentence why the job cannot be taken up in another session, or is empty. ``message`` is how
    it ended, for the user. ``fraction`` is 0 to 1, or None when not known. ``about`` says what it works on.
    ``progress`` is what ``progress.as_kept`` gives of a run, ``wish`` what another process asks of it. ``question`` is
    the step of which it is not known whether it was taken. ``removed`` is when the user took the job off the list, from
    where it can come back for a while.
    """

    id: str
    algorithm: str
    title: str
    parameters: dict[str, Any]
    state: State
    owner: str = ""
    beat: float = 0.0
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    fraction: float | None = None
    message: str = ""
    obstacle: str = ""
    results: dict[str, Any] = field(default_factory=dict)
    about: str = ""
    progress: dict[str, Any] = field(default_factory=dict)
    wish: str = ""
    question: str = ""
    removed: float | None = None
