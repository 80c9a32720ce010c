"""Steps that are taken once, over several runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading

import pytest
from imagery_hub.providers.errors import (
    Cancelled,
    ConnectionFailed,
    InputProblem,
    Kind,
    MissingLibrary,
    OpenQuestion,
    PlatformError,
    Refused,
    ServerFault,
    TransferFailed,
)
from imagery_hub.providers.journal import MemoryJournal, SqliteJournal
from imagery_hub.providers.work import NOT_THERE, Progress, Work, certainly_not_done


@pytest.fixture(params=["memory", "sqlite"])
def journal(request, tmp_path):
    if request.param == "memory":
        yield MemoryJournal()
        return
    made = SqliteJournal(tmp_path / "jobs.sqlite", "job-1")
    yield made
    made.close()


def failing(error: Exception):
    def do():
        raise error

    return do


def test_values_come_back_as_json_would_bring_them(journal):
    journal.finish("a", {"pair": (1, 2), 3: None})
    assert journal.read("a").value == {"pair": [1, 2], "3": None} and journal.read("b") is None
    with pytest.raises(TypeError):
        journal.begin("c", {1, 2})
    assert journal.names() == ["a"]


def test_a_step_is_taken_once(journal):
    taken = []
    for _ in range(3):
        assert Work(journal).once("create", lambda: taken.append(1) or {"id": "x"}) == {"id": "x"}
    assert taken == [1]


@pytest.mark.parametrize(("error", "again"), [
    (Refused(Kind.REFUSED, status=400), True),
    (Refused(Kind.THROTTLED, status=429), True),
    (ServerFault(Kind.BAD_ANSWER, status=308), True),
    (ServerFault(Kind.BAD_ANSWER, status=303), False),
    (ConnectionFailed(Kind.UNREACHABLE, unsent=True), True),
    (ConnectionFailed(Kind.TIMED_OUT, unsent=True), True),
    (InputProblem("empty_file"), True),
    (MissingLibrary("boto3"), True),
    (Cancelled(), True),
    (Cancelled(unsent=False), False),
    (ServerFault(Kind.SERVER_FAULT, status=502), False),
    (ServerFault(Kind.BAD_ANSWER, status=201), False),
    (ConnectionFailed(Kind.INTERRUPTED), False),
    (ConnectionFailed(Kind.TIMED_OUT), False),
    (KeyError("id"), False),
])
def test_what_surely_took_no_effect_is_taken_again_and_the_rest_is_asked(error, again, journal):
    with pytest.raises(type(error)):
        Work(journal).once("create", failing(error))
    assert not isinstance(error, PlatformError) or certainly_not_done(error) is again
    if again:
        assert Work(journal).once("create", lambda: 7) == 7
    else:
        with pytest.raises(OpenQuestion) as caught:
            Work(journal).once("create", lambda: 7)
        assert caught.value.facts == {"step": "create"}


def test_an_open_step_is_adopted_or_taken_again_or_asked(journal):
    journal.begin("p/create", {"name": "x"})
    part = Work(journal).part("p")
    assert part.noted("create").value == {"name": "x"}
    with pytest.raises(OpenQuestion):
        part.once("create", lambda: 1, adopt=lambda: None)
    assert part.once("create", lambda: 1, adopt=lambda: "found") == "found"
    assert part.once("create", lambda: 1, adopt=lambda: pytest.fail("done already")) == "found"
    journal.begin("p/other")
    assert part.once("other", lambda: 5, adopt=lambda: NOT_THERE) == 5
    assert part.steps() == ["create", "other"]


def test_parts_share_the_progress(journal):
    told: list[Progress] = []
    work = Work(journal, report=told.append).part("a", (0.5, 1.0)).part("b", (0.0, 0.5))
    for fraction in (0.0, 0.5, 2.0, None):
        work.progress(fraction)
    assert [progress.fraction for progress in told] == [0.5, 0.625, 0.75, None]


def test_following_endures_passing_failures_and_stops_when_asked():
    answers = [ConnectionFailed(Kind.INTERRUPTED), "running", ServerFault(Kind.SERVER_FAULT, status=503), "done"]

    def read():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    waits = []
    assert Work(pause=waits.append).follow(read, lambda state: state == "done", 10.0) == "done"
    assert waits == [1.0, 10.0, 10.0, 10.0]
    with pytest.raises(Refused):
        Work(pause=waits.append).follow(failing(Refused(Kind.NOT_FOUND, status=404)), bool, 1.0)
    with pytest.raises(Cancelled):
        Work(cancelled=lambda: True).follow(lambda: "running", lambda state: False, 1.0)


def test_what_may_be_finished_already_is_looked_at_at_once():
    waits: list[float] = []
    states = iter(["running", "running", "done"])
    work = Work(pause=waits.append)
    assert work.follow(lambda: next(states), lambda state: state == "done", 10.0, longest=30.0, at_once=True) == "done"
    assert waits == [1.0, 1.5]


def test_following_has_an_end():
    """Whatever is answered: failures are endured for a number of looks, a job that does not end for a time."""
    waits, looks = [], []
    sick = ServerFault(Kind.SERVER_FAULT, status=500)

    def read():
        looks.append(1)
        raise sick

    with pytest.raises(ServerFault):
        Work(pause=waits.append).follow(read, bool, 5.0, longest=30.0)
    assert sum(waits[1:]) > 600 > sum(waits[1:-1]) and len(looks) == len(waits)
    assert Work(pause=lambda seconds: None).follow(lambda: "running", lambda state: False, 1.0, limit=0.0) == "running"
    with pytest.raises(ServerFault):
        Work(pause=lambda seconds: None).follow(failing(sick), bool, 0.0, limit=0.0)


def test_a_full_or_broken_disk_is_a_failure_of_this_floor(tmp_path):
    with pytest.raises(PlatformError) as caught:
        SqliteJournal(tmp_path / "none" / "jobs.sqlite", "job")
    assert caught.value.kind is Kind.DISK
    made = SqliteJournal(tmp_path / "jobs.sqlite", "job")
    made._run("PRAGMA max_page_count = 8")
    taken = []
    with pytest.raises(PlatformError) as caught:
        Work(made).once("create", lambda: taken.append(1), facts={"long": "x" * 100_000})
    assert caught.value.kind is Kind.DISK and caught.value.facts["reason"] == "journal" and taken == []
    made.close()


def test_jobs_of_one_file_do_not_see_each_other_and_threads_may_share_one(tmp_path):
    first, second = (SqliteJournal(tmp_path / "jobs.sqlite", name) for name in ("a", "b"))
    threads = [threading.Thread(target=lambda number=number: [journal.finish(f"{number}-{turn}", turn)
                                                              for turn in range(20) for journal in (first, second)])
               for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.forget("0-0")
    assert len(first.names()) == 79 and len(second.names()) == 80
    first.close()
    second.close()


def test_many_processes_open_the_same_file_at_once(tmp_path):
    program = ("import sys; from pathlib import Path; from imagery_hub.providers.journal import SqliteJournal\n"
               "for turn in range(5):\n"
               "    journal = SqliteJournal(Path(sys.argv[1]), sys.argv[2]); journal.begin(str(turn), {'n': turn})\n"
               "    journal.close()")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    running = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "jobs.sqlite"), str(number)],
                                env=environment) for number in range(6)]
    assert [process.wait(60) for process in running] == [0] * 6
    journal = SqliteJournal(tmp_path / "jobs.sqlite", "3")
    assert journal.names() == ["0", "1", "2", "3", "4"] and json.dumps(journal.read("4").value) == '{"n": 4}'
    journal.close()


def test_errors_show_their_facts_and_nothing_else():
    error = TransferFailed(Kind.DISK, facts={"file": "a.tif"}, status=507, request_id="r", words="Full.")
    assert str(error) == "disk; HTTP 507; file=a.tif; Full.; request r"
