"""Jobs that wait for their turn: other processes leave them alone, and what one took up meanwhile is left to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import JobStore, State, owner
from imagery_hub.core.jobs.heartbeat import Heartbeat

pytestmark = pytest.mark.usefixtures("qgis_app")

MINE, OTHER = "elsewhere|1|mine", "elsewhere|2|other"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobStore]:
    monkeypatch.setattr(owner, "me", lambda: MINE)
    store = JobStore(tmp_path / "jobs" / "jobs.sqlite")
    yield store
    store.close()


def make_stale(store: JobStore, job: str) -> None:
    """As if its process had not been heard of for long."""
    store._do("UPDATE job SET beat = beat - 1000 WHERE id = ?", (job,))


def paused_by_other(store: JobStore, job: str) -> None:
    make_stale(store, job)
    with pytest.MonkeyPatch.context() as other:
        other.setattr(owner, "me", lambda: OTHER)
        assert store.pause_abandoned() == [job]


def taken_by(name: str, end: State | None) -> Callable[[JobStore, str], None]:
    """Another run takes the job up, whatever the state of the process that has it, and ends so, or goes on."""

    def take(store: JobStore, job: str) -> None:
        with pytest.MonkeyPatch.context() as other:
            other.setattr(owner, "me", lambda: name)
            other.setattr(owner, "is_gone", lambda *_: True)
            assert store.claim(job)
            assert end is None or store.end(job, end)

    return take


def new(store: JobStore) -> str:
    return store.create("hub:run", "Run", {})


def stopped(store: JobStore) -> str:
    job = new(store)
    taken_by(OTHER, State.STOPPED)(store, job)
    return job


def failed_here(store: JobStore) -> str:
    job = new(store)
    taken_by(MINE, State.FAILED)(store, job)
    return job


def abandoned(store: JobStore) -> str:
    """Another process, which was not heard of for long, had it."""
    job = new(store)
    taken_by(OTHER, None)(store, job)
    make_stale(store, job)
    return job


def removed_and_back(store: JobStore, job: str) -> None:
    store.remove([job])
    store.bring_back([job])


def test_the_heart_beats_for_what_waits_without_a_pulse(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    jobs = [new(store), new(store)]
    beats = Heartbeat(0.01)
    for job in jobs:
        make_stale(store, job)
        beats.begin_waiting(store, job)
    before = store.get(jobs[0]).created
    qtbot.waitUntil(lambda: all(store.get(job).beat >= before for job in jobs))
    assert beats.pulse(jobs[0]) is None
    with monkeypatch.context() as other:
        other.setattr(owner, "me", lambda: OTHER)
        assert store.pause_abandoned() == []
        assert not store.can_claim(jobs[0])
    beats.end_waiting(jobs[0])
    assert store.claim(jobs[1])
    pulse = beats.start(store, jobs[1])
    beats.stop(pulse)
    qtbot.waitUntil(lambda: beats._thread is None)


@pytest.mark.parametrize("made", [new, stopped, failed_here, abandoned])
@pytest.mark.parametrize("meanwhile", [
    taken_by(OTHER, State.STOPPED), taken_by(OTHER, State.FAILED), taken_by(OTHER, State.PAUSED),
    taken_by(OTHER, State.DONE), taken_by(OTHER, None), taken_by(MINE, State.STOPPED),
])
def test_a_run_that_another_one_came_before_does_not_begin(
    store: JobStore, made: Callable[[JobStore], str], meanwhile: Callable[[JobStore, str], None]
) -> None:
    job = made(store)
    seen = store.get(job)
    assert store.can_claim(job)
    meanwhile(store, job)
    now = store.get(job)
    assert not store.claim(job, seen)
    assert store.get(job) == now
    if now.state in (State.STOPPED, State.FAILED, State.PAUSED):
        assert store.claim(job, now), "who prepares it afterwards may"


@pytest.mark.parametrize(("made", "meanwhile"), [
    (new, lambda store, job: None), (new, lambda store, job: store.beat_waiting([job])), (new, paused_by_other),
    (new, removed_and_back), (stopped, lambda store, job: None), (stopped, removed_and_back),
    (stopped, lambda store, job: store.beat_waiting([job])), (failed_here, lambda store, job: None),
    (abandoned, lambda store, job: None), (abandoned, lambda store, job: store.pause_abandoned()),
])
def test_what_nobody_took_up_meanwhile_begins(
    store: JobStore, made: Callable[[JobStore], str], meanwhile: Callable[[JobStore, str], None]
) -> None:
    job = made(store)
    seen = store.get(job)
    meanwhile(store, job)
    assert store.claim(job, seen)
    assert not store.claim(job, seen)


def test_a_beat_while_it_is_claimed_does_not_refuse_it(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    job = new(store)
    read = store.get

    def beaten(job: str) -> Any:
        record = read(job)
        store._do("UPDATE job SET beat = beat + 2 WHERE id = ?", (job,))
        return record

    monkeypatch.setattr(store, "get", beaten)
    assert store.claim(job, read(job))
