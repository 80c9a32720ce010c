"""Which jobs' results are waited for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core.jobs import JobStore, State, store
from imagery_hub.core.jobs import runner as jobs_runner
from imagery_hub.ui.run import collector
from imagery_hub.ui.run.collector import WANTED, Collector
from qgis.core import QgsApplication, QgsSettings
from qgis.PyQt.QtCore import QObject


@pytest.fixture
def jobs(qgis_app: QgsApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JobStore]:
    made = JobStore(tmp_path / "jobs.sqlite")
    monkeypatch.setattr(store, "job_store", lambda: made)
    yield made
    QgsSettings().remove(WANTED)
    made.close()
    jobs_runner.close()


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    done: list[str] = []
    monkeypatch.setattr(collector, "_collect", lambda job, results, wish: done.append(job))
    return done


def wished() -> set[str]:
    settings = QgsSettings()
    settings.beginGroup(WANTED)
    return set(settings.childKeys())


def listening() -> Any:
    found = Collector(QObject(), SimpleNamespace())
    found._listen()
    return found


def test_what_failed_is_waited_for_as_long_as_it_can_be_retried(jobs: JobStore, collected: list[str]) -> None:
    job = jobs.create("hub:run", "Run", {})
    collector.want(job, Path(), "palms")
    found = listening()
    jobs.end(job, State.FAILED, "The platform was busy.")
    found._ended(job, {}, "The platform was busy.")
    assert (wished(), collected) == ({job}, [])
    found._ended(job, {}, "")
    assert (wished(), collected) == (set(), [job])
    found.close()


def test_a_job_that_is_gone_leaves_no_wish(jobs: JobStore, collected: list[str]) -> None:
    """As one that never began, and one that was taken off the list in an earlier session."""
    refused, earlier, kept = (jobs.create("hub:run", "Run", {}) for _ in range(3))
    for job in (refused, earlier, kept):
        collector.want(job, Path(), "palms")
    for job in (refused, earlier):
        jobs.end(job, State.STOPPED)
    jobs.forget(earlier)
    found = listening()
    assert wished() == {refused, kept}
    jobs.forget(refused)
    found._ended(refused, {}, "It was refused.")
    assert (wished(), collected) == ({kept}, [])
    found.close()
