"""Pausing, wishes of other processes, turns, logs, and what is taken off the list."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.feedback import NotedFeedback
from imagery_hub.core.jobs import JobStore, State, questions
from imagery_hub.core.jobs.answer import Answer
from imagery_hub.core.jobs.heartbeat import PAUSE, STOP, Heartbeat
from imagery_hub.core.jobs.hold import Hold
from imagery_hub.core.jobs.logbook import LONGEST_BYTES, Logbook, log_path, read_log
from imagery_hub.core.jobs.parameters import to_json
from imagery_hub.core.jobs.progress import Shown, as_kept, from_kept, shown
from imagery_hub.core.jobs.run import JobRun
from imagery_hub.core.jobs.turns import Turns, turns
from imagery_hub.core.problems import Problem
from imagery_hub.providers.errors import Cancelled, Kind, Refused
from imagery_hub.providers.journal import Step
from imagery_hub.providers.work import Progress, Work
from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProcessingFeedback, QgsProject, QgsVectorLayer

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    store = JobStore(tmp_path / "jobs" / "jobs.sqlite")
    yield store
    store.close()


def running(store: JobStore) -> str:
    job = store.create("hub:run", "Run", {})
    assert store.claim(job)
    return job


# ------------------------------------------------------------------ standing still
class Engine:
    def __init__(self) -> None:
        self.calls: list[str] = []

    def pause(self) -> None:
        self.calls.append("pause")

    def resume(self) -> None:
        self.calls.append("resume")


class Platform:
    def __init__(self) -> None:
        self.engine = Engine()


def test_a_held_work_takes_no_step_and_goes_on_where_it_was(qtbot: Any) -> None:
    hold, platform = Hold(), Platform()
    hold.steer(platform)
    hold.pause()
    work = Work(hold=lambda: hold.wait(lambda: False)).part("file")
    taken: list[str] = []
    thread = threading.Thread(target=lambda: work.once("step", lambda: taken.append("step")))
    thread.start()
    qtbot.wait(300)
    assert taken == []
    assert hold.paused
    hold.go_on()
    thread.join(10)
    assert taken == ["step"]
    assert platform.engine.calls == ["pause", "resume"]


def test_a_held_work_can_be_stopped() -> None:
    hold, stop = Hold(), threading.Event()
    hold.pause()
    work = Work(cancelled=stop.is_set, hold=lambda: hold.wait(stop.is_set))
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(Cancelled):
        work.wait(60)


def test_what_was_paused_before_it_was_connected_stands_still_too() -> None:
    hold, platform = Hold(), Platform()
    hold.pause()
    hold.steer(platform)
    assert platform.engine.calls == ["pause"]
    hold.steer(object())
    hold.go_on()
    assert not hold.paused


@pytest.mark.parametrize("why", ["paused", "following"])
def test_a_run_that_has_nothing_to_do_lets_another_one_work(
    qtbot: Any, monkeypatch: pytest.MonkeyPatch, store: JobStore, why: str
) -> None:
    one = Turns(1)
    monkeypatch.setattr("imagery_hub.core.jobs.hold.turns", one)
    monkeypatch.setattr("imagery_hub.core.jobs.run.turns", one)
    hold, order, over = Hold(), [], threading.Event()
    hold.pause()

    def idle() -> None:
        if why == "paused":
            hold.wait(lambda: False)
            return
        work = JobRun(store, running(store), is_new=False).work
        with closing(work.journal):
            assert work.part("detection").follow(over.is_set, bool, interval=0.05)

    def first() -> None:
        with one.taken(lambda: False):
            order.append("first begins")
            idle()
            order.append("first ends")

    def second() -> None:
        with one.taken(lambda: False):
            order.append("second")

    threads = [threading.Thread(target=first)]
    threads[0].start()
    qtbot.waitUntil(lambda: order == ["first begins"])
    threads.append(threading.Thread(target=second))
    threads[1].start()
    qtbot.waitUntil(lambda: order == ["first begins", "second"])
    hold.go_on()
    over.set()
    for thread in threads:
        thread.join(10)
    assert order == ["first begins", "second", "first ends"]


def test_what_fails_while_it_follows_does_not_wait_for_a_turn() -> None:
    one, ended = Turns(1), threading.Event()

    def fails() -> None:
        with pytest.raises(Cancelled), one.taken(lambda: False), one.given_back(lambda: False):
            other = threading.Thread(target=_hold_turn, args=(one, ended))
            other.start()
            while one._free._value:
                ended.wait(0.01)
            raise Cancelled
        ended.set()

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join(10)
    over = ended.is_set()
    ended.set()
    thread.join(10)
    assert over, "the other one had the turn until then"


def _hold_turn(which: Turns, until: threading.Event) -> None:
    with which.taken(lambda: False):
        until.wait(30)


def test_who_is_cancelled_does_not_wait_for_a_turn() -> None:
    full = Turns(1)
    with full.taken(lambda: False):
        thread = threading.Thread(target=lambda: _take(full))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
    assert full._free._value == 1
    assert turns._free._value > 1


def _take(which: Turns) -> None:
    with which.taken(lambda: True):
        pass


# ------------------------------------------------------------------ other processes
def test_another_process_can_ask_a_run_to_pause_and_to_stop(store: JobStore, qtbot: Any) -> None:
    job, hold, stopped = running(store), Hold(), threading.Event()
    elsewhere = JobStore(store.path)
    beats = Heartbeat(0.01)
    pulse = beats.start(store, job, stopped.set, hold)
    assert elsewhere.wish(job, PAUSE)
    qtbot.waitUntil(lambda: hold.paused)
    qtbot.waitUntil(lambda: from_kept(elsewhere.get(job).progress).paused)
    assert elsewhere.get(job).wish == ""
    assert elsewhere.wish(job, STOP)
    qtbot.waitUntil(stopped.is_set)
    beats.stop(pulse)
    elsewhere.close()
    assert store.end(job, State.STOPPED)
    assert not store.wish(job, PAUSE)


def test_progress_is_kept_with_bytes_and_speed() -> None:
    told = shown(Progress(0.5, "uploading", {"bytes_per_second": "2000"}, 4000, 10000), paused=False)
    assert from_kept(as_kept(told)) == told
    assert told.seconds_left == 3
    assert shown(Progress(0.5, "uploading", {"bytes_per_second": "2000"}, 4000, 10000), True).seconds_left is None
    assert from_kept({"fraction": 0.1, "of a later version": 1}) == Shown(0.1)


# ------------------------------------------------------------------ the list
def test_what_was_taken_off_the_list_comes_back_or_goes_for_good(store: JobStore, monkeypatch: Any) -> None:
    job, busy = running(store), running(store)
    store.end(job, State.DONE)
    assert store.remove([job, busy]) == [job]
    assert [record.id for record in store.all()] == [busy]
    assert not store.can_claim(job)
    store.bring_back([job])
    assert {record.id for record in store.all()} == {job, busy}
    store.remove([job])
    Logbook(log_path(store.path, job)).write("a line")
    monkeypatch.setattr("imagery_hub.core.jobs.store.REMOVED_SECONDS", -1)
    store.forget_old()
    assert store.get(job) is None
    assert read_log(store.path, job) == ""


def test_only_what_changed_is_read_again(store: JobStore) -> None:
    done, busy = running(store), running(store)
    store.end(done, State.DONE)
    first = {record.id: record for record in store.refreshed({})}
    before = store.version()
    store.beat(busy, 0.5)
    assert store.version() != before
    second = store.refreshed(first)
    assert [record.id for record in second] == [busy, done]
    assert second[0].fraction == 0.5
    assert second[1] is first[done]
    store.remove([done])
    assert [record.id for record in store.refreshed(first)] == [busy]


def test_thousands_of_jobs_are_listed_without_reading_them_again(store: JobStore) -> None:
    with store._lock:
        store._database.execute("BEGIN")
        store._database.executemany(
            "INSERT INTO job (id, algorithm, title, parameters, state, owner, beat, created, ended)"
            " VALUES (?, 'hub:run', 'Run', '{}', 'done', 'x', 0, ?, 1)",
            [(f"{number:05d}", number) for number in range(5000)],
        )
        store._database.execute("COMMIT")
    known = {record.id: record for record in store.refreshed({})}
    assert len(known) == 5000
    assert all(one is known[one.id] for one in store.refreshed(known))


def test_a_store_of_the_first_version_gets_the_new_columns(tmp_path: Path) -> None:
    path = tmp_path / "jobs.sqlite"
    with closing(sqlite3.connect(path)) as old:
        old.execute(
            "CREATE TABLE job (id TEXT PRIMARY KEY, algorithm TEXT NOT NULL, title TEXT NOT NULL,"
            " parameters TEXT NOT NULL, state TEXT NOT NULL, owner TEXT NOT NULL, beat REAL NOT NULL,"
            " created REAL NOT NULL, started REAL, ended REAL, fraction REAL, message TEXT NOT NULL DEFAULT '',"
            " obstacle TEXT NOT NULL DEFAULT '', results TEXT NOT NULL DEFAULT '{}')"
        )
        old.execute("INSERT INTO job (id, algorithm, title, parameters, state, owner, beat, created)"
                    " VALUES ('a', 'hub:run', 'Run', '{}', 'paused', '', 0, 0)")
        old.commit()
    with closing(JobStore(path)) as store:
        (record,) = store.all()
        assert (record.about, record.progress, record.question, record.removed) == ("", {}, "", None)
        assert store.claim("a")


# ------------------------------------------------------------------ logs
def test_a_log_is_bounded_and_without_secrets(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "logs" / "a.txt")
    book.write("GET https://storage.example/a?X-Signature=geheim123")
    for number in range(4000):
        book.write(f"line {number} " + "x" * 60)
    text = (tmp_path / "logs" / "a.txt").read_text()
    assert len(text) <= LONGEST_BYTES
    assert text.splitlines()[-1].endswith("line 3999 " + "x" * 60)
    assert text[:2] == "20"
    assert "geheim123" not in text
    assert (tmp_path / "logs").stat().st_mode & 0o077 == 0


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    Logbook(tmp_path / "logs" / "a.txt").write("a line")
    assert read_log(tmp_path / "jobs.sqlite", "a") == ""


def test_what_an_algorithm_tells_is_noted_and_passed_on() -> None:
    inner, noted = QgsProcessingFeedback(False), []
    outer = NotedFeedback(inner, noted.append)
    outer.pushInfo("info")
    outer.reportError("error")
    outer.setProgressText("text")
    assert noted == ["info", "error", "text"]
    assert "info" in inner.textLog()
    assert "error" in inner.textLog()
    inner.cancel()
    assert outer.isCanceled()
    assert NotedFeedback(inner, noted.append).isCanceled()


# ------------------------------------------------------------------ parameters and questions
def test_a_memory_layer_that_is_chosen_by_its_name_is_an_obstacle() -> None:
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "Drawn by name", "memory")
    QgsProject.instance().addMapLayer(layer)
    try:
        for value in ("Drawn by name", QgsProcessingFeatureSourceDefinition("Drawn by name", True)):
            _, obstacle = to_json({"INPUT": value, "NAME": "x"}, QgsProject.instance(), ["INPUT"])
            assert "“Drawn by name”" in obstacle
        assert to_json({"NAME": "Drawn by name"}, QgsProject.instance(), ["INPUT"]) == ({"NAME": "Drawn by name"}, "")
    finally:
        QgsProject.instance().removeMapLayer(layer)


@pytest.mark.parametrize(("answer", "outcome"), [
    (Answer("OPERATION_ID", member="operation_id"), {"operation_id": "op-7"}), (Answer("FOLDER_ID"), "op-7"),
    (Answer("DELIVERY_IDS", several=True), ["op-7"]), (None, None),
])
def test_a_question_is_answered_by_what_the_user_found(
    store: JobStore, answer: Answer | None, outcome: object
) -> None:
    job = running(store)
    with closing(store.journal(job)) as journal:
        journal.begin("start", {"raster": "r1"})
    store.end(job, State.FAILED, "not known", question="start")
    record = store.get(job)
    asked = questions.question_of(store, record)
    assert asked is not None
    assert "r1" in asked.facts
    question = replace(asked, answer=answer)
    if answer is None:
        with pytest.raises(Problem):
            questions.it_was_done(store, question, "op-7")
    else:
        with pytest.raises(Problem):
            questions.it_was_done(store, question, "  ")
        questions.it_was_done(store, question, " op-7 ")
        with closing(store.journal(job)) as journal:
            assert Work(journal).once("start", lambda: pytest.fail("it was done")) == outcome


@pytest.mark.parametrize("used", [False, True])
def test_an_answer_is_asked_for_once_more_only_before_it_was_of_use(store: JobStore, used: bool) -> None:
    """What is refused later, such as a file, says nothing of the id."""
    job = running(store)
    with closing(store.journal(job)) as journal:
        journal.begin("start")
        journal.finish("start", "op-7")
        journal.finish(questions.ANSWERED, "start")
        if used:
            journal.finish("file", "sent")
        asked = questions.reopened(journal, Refused(Kind.REFUSED, status=400))
        assert asked == ("" if used else "start")
        assert journal.read("start") == Step("start", used, "op-7" if used else None)


def test_a_step_is_done_again_only_when_the_user_says_so(store: JobStore) -> None:
    job = running(store)
    with closing(store.journal(job)) as journal:
        journal.begin("start")
    store.end(job, State.FAILED, "not known", question="start")
    question = questions.question_of(store, store.get(job))
    questions.do_it_again(store, question)
    assert store.claim(job)
    assert store.get(job).question == ""
    with closing(store.journal(job)) as journal:
        assert Work(journal).once("start", lambda: 5) == 5
    with pytest.raises(Problem, match="Another run"):
        questions.do_it_again(store, question)


@pytest.mark.parametrize("answer", ["again", "done"])
def test_an_answer_to_an_earlier_attempt_is_not_used(store: JobStore, answer: str) -> None:
    """Two QGIS show the same question. One answers, and its run comes to the same question again."""
    job = running(store)
    with closing(store.journal(job)) as journal:
        journal.begin("start")
        store.end(job, State.FAILED, "not known", question="start")
        stale = replace(questions.question_of(store, store.get(job)), answer=Answer("FOLDER_ID"))
        questions.do_it_again(store, questions.question_of(store, store.get(job)))
        assert store.claim(job)
        journal.begin("start")
        store.end(job, State.FAILED, "not known", question="start")
        with pytest.raises(Problem, match="has gone on since"):
            if answer == "again":
                questions.do_it_again(store, stale)
            else:
                questions.it_was_done(store, stale, "op-7")
        assert journal.read("start") == Step("start", False)
        questions.do_it_again(store, questions.question_of(store, store.get(job)))
        assert journal.read("start") is None
