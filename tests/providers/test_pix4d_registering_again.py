"""Outputs whose registration was stopped and is taken up again: its own do not stop it, those of others stay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled, InputProblem, PlatformError
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pix4d.flows.outputs import Result, refuse_replacing, register
from imagery_hub.providers.work import Work
from pix4d_desk import Desk, desk
from pix4d_stored_results import Results
from sandbox_process import SandboxProcess


@pytest.fixture
def at(sandbox: SandboxProcess) -> Iterator[Desk]:
    with desk(sandbox.ready["pix4d"]) as made:
        yield made


@pytest.fixture
def project(sandbox: SandboxProcess) -> Results:
    return Results(sandbox)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.tif"
    path.write_bytes(b"mine" * 500)
    return path


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    path = tmp_path / "theirs.tif"
    path.write_bytes(b"theirs" * 500)
    return path


class Job:
    """A registration that is run, and run again, with one journal."""

    def __init__(self, at: Desk, project: Results, path: Path) -> None:
        self.at, self.number, self.path, self.journal = at, str(project.id), path, MemoryJournal()

    def work(self, **members: Any) -> Work:
        return Work(self.journal, pause=lambda seconds: None, **members)

    def run(self, replace: bool = False, **members: Any) -> list[Result]:
        work = self.work(**members)
        if not replace:
            refuse_replacing(self.at.api, self.number, ["mapper_log"], work)
        return register(self.at.api, self.at.engine, self.number, {self.path: "mapper_log"}, work, replace)


@pytest.fixture
def job(at: Desk, project: Results, mine: Path) -> Job:
    return Job(at, project, mine)


def content(project: Results) -> bytes:
    """What the project has."""
    return (project.folder.parents[1] / project.outputs()["mapper_log"]["s3_key"]).read_bytes()


def stop_while_sending(job: Job, project: Results, sandbox: SandboxProcess) -> None:
    """Once all has arrived, right before it would be registered."""
    with pytest.raises(Cancelled):
        job.run(cancelled=lambda: project.count() > 0)


def stop_in_doubt(job: Job, project: Results, sandbox: SandboxProcess) -> None:
    """The platform fails, and does not register it."""
    sandbox.fault(kind="status", operation="registerOutput", status=500, count=0)
    with pytest.raises(PlatformError):
        job.run()
    sandbox.clear_faults()


@pytest.mark.parametrize("stop", [stop_while_sending, stop_in_doubt])
def test_what_others_registered_meanwhile_is_replaced_by_consent_only(
    job: Job, project: Results, sandbox: SandboxProcess, mine: Path, theirs: Path, stop: Any
) -> None:
    stop(job, project, sandbox)
    assert project.outputs() == {}
    project.give(theirs, "mapper_log")
    number = project.outputs()["mapper_log"]["output_id"]
    for once_more in (job.run, lambda: register(
            job.at.api, job.at.engine, job.number, {mine: "mapper_log"}, job.work())):
        with pytest.raises(InputProblem) as caught:
            once_more()
        assert caught.value.facts == {"problem": "output_there", "outputs": "mapper_log"}
    assert (project.outputs()["mapper_log"]["output_id"], content(project)) == (number, theirs.read_bytes())
    (made,) = job.run(replace=True)
    assert (made.output_id != str(number), content(project)) == (True, mine.read_bytes())


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_what_was_registered_without_an_answer_is_its_own(
    job: Job, project: Results, sandbox: SandboxProcess, mine: Path, kind: str
) -> None:
    sandbox.fault(kind=kind, operation="registerOutput", count=0)
    with pytest.raises(PlatformError):
        job.run()
    sandbox.clear_faults()
    assert content(project) == mine.read_bytes(), "it was registered"
    (made,) = job.run()
    assert made.output_id == str(project.outputs()["mapper_log"]["output_id"])
    assert list(project.stored().values()) == [mine.read_bytes()]


def test_what_others_put_in_the_place_of_what_was_registered_stays(
    job: Job, project: Results, sandbox: SandboxProcess, theirs: Path
) -> None:
    """The first run ends behind the registration; its file may be gone then."""
    sandbox.fault(kind="status", operation="listOutputs", status=403, count=1, after=2)
    with pytest.raises(PlatformError):
        job.run()
    job.path.unlink()
    (made,) = job.run()
    assert made.output_id == str(project.outputs()["mapper_log"]["output_id"])
    project.give(theirs, "mapper_log")
    assert job.run() == []
    assert content(project) == theirs.read_bytes()


def test_a_refused_registration_was_not_begun(job: Job, project: Results, sandbox: SandboxProcess, mine: Path) -> None:
    sandbox.fault(kind="status", operation="registerOutput", status=403, count=1)
    with pytest.raises(PlatformError):
        job.run()
    (made,) = job.run()
    assert (made.type.name, content(project)) == ("mapper_log", mine.read_bytes())
