"""At start: what an earlier session left unfinished. It is only looked at; the network and the master password wait
until the user says "Continue"."""

from __future__ import annotations

from .record import JobRecord, State
from .store import JobStore


def waiting_for_the_user(store: JobStore) -> list[JobRecord]:
    """The jobs whose process ended in the middle of them, newest first; long finished ones are forgotten meanwhile."""
    store.pause_abandoned()
    store.forget_old()
    return store.all((State.PAUSED,))
