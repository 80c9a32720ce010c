"""The store of jobs: owners, heartbeats, and parameters that survive."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import JobStore, State, owner, recovery
from imagery_hub.core.jobs.folders import FOLDER, folder_of, remove_folder
from imagery_hub.core.jobs.heartbeat import Heartbeat
from imagery_hub.core.jobs.parameters import from_json, to_json
from imagery_hub.core.messages import sentence
from imagery_hub.providers.errors import Cancelled, Kind, PlatformError
from imagery_hub.providers.work import Progress, Work
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsProperty,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDateTime, Qt

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JobStore]:
    store = JobStore(tmp_path / "jobs" / "jobs.sqlite")
    yield store
    store.close()


def as_someone(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(owner, "me", lambda: name)


def dead_process() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_job_goes_from_waiting_to_done(store: JobStore) -> None:
    job = store.create("hub:run", "Run", {"A": [1, "ü"]})
    assert store.get(job).state is State.WAITING
    assert store.claim(job)
    assert store.get(job).state is State.RUNNING
    assert not store.claim(job)
    assert store.beat(job, 0.25)
    assert store.get(job).fraction == 0.25
    assert store.end(job, State.DONE, "", {"ID": "x"})
    record = store.get(job)
    assert (record.state, record.results, record.parameters) == (State.DONE, {"ID": "x"}, {"A": [1, "ü"]})
    assert record.started is not None
    assert record.ended is not None
    assert not store.claim(job)
    assert store.unfinished() == []


def test_the_folder_is_private(store: JobStore) -> None:
    assert store.path.parent.stat().st_mode & 0o077 == 0


def test_a_living_process_keeps_its_job(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    as_someone(monkeypatch, f"{owner.socket.gethostname()}|{os.getpid()}|other")
    job = store.create("hub:run", "Run", {})
    assert store.claim(job)
    as_someone(monkeypatch, "elsewhere|1|me")
    assert not store.claim(job)
    assert store.pause_abandoned() == []
    assert not store.forget(job)


def test_the_job_of_an_ended_process_is_open_at_once(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    as_someone(monkeypatch, f"{owner.socket.gethostname()}|{dead_process()}|gone")
    job = store.create("hub:run", "Run", {})
    assert store.claim(job)
    as_someone(monkeypatch, "here|1|me")
    assert [record.id for record in recovery.waiting_for_the_user(store)] == [job]
    assert store.get(job).state is State.PAUSED
    assert store.claim(job)


def test_another_machine_is_believed_until_its_heart_stops(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    assert not owner.is_gone("elsewhere|7|x", now - owner.STALE_SECONDS / 2, now)
    assert owner.is_gone("elsewhere|7|x", now - owner.STALE_SECONDS - 1, now)
    assert not owner.is_gone(owner.me(), 0, now)
    assert owner.is_gone("", now, now)


def test_who_lost_a_job_hears_it_and_cannot_end_it(
    store: JobStore, monkeypatch: pytest.MonkeyPatch, qtbot: Any
) -> None:
    mine = f"{owner.socket.gethostname()}|{dead_process()}|sleeper"
    as_someone(monkeypatch, mine)
    job = store.create("hub:run", "Run", {})
    assert store.claim(job)
    as_someone(monkeypatch, "another|1|x")
    assert store.claim(job)
    as_someone(monkeypatch, mine)
    beats = Heartbeat(0.01)
    pulse = beats.start(store, job)
    qtbot.waitUntil(pulse.lost.is_set)
    beats.stop(pulse)
    assert not store.end(job, State.DONE)
    assert store.get(job).state is State.RUNNING


def test_who_lost_a_job_takes_no_further_step(store: JobStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two heartbeats a process that slept does not know yet that its job went to another one."""
    as_someone(monkeypatch, "sleeper|1|a")
    job = store.create("hub:run", "Run", {})
    assert store.claim(job)
    journal = store.journal(job)
    Work(journal).once("first", lambda: 1)
    monkeypatch.setattr(owner, "is_gone", lambda *_: True)
    as_someone(monkeypatch, "other|2|b")
    assert store.claim(job)
    as_someone(monkeypatch, "sleeper|1|a")
    with pytest.raises(Cancelled):
        Work(journal).once("start", lambda: pytest.fail("the other one is about to do this"))
    journal.close()
    as_someone(monkeypatch, "other|2|b")
    with closing(store.journal(job)) as theirs:
        assert theirs.read("start") is None
        assert Work(theirs).once("start", lambda: 2) == 2


def test_a_store_that_cannot_be_opened_is_a_failure_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"no database, but long enough to be looked at" * 100)
    with pytest.raises(PlatformError) as caught:
        JobStore(tmp_path / "jobs.sqlite")
    assert caught.value.kind is Kind.DISK
    (tmp_path / "file").touch()
    with pytest.raises(PlatformError) as caught:
        JobStore(tmp_path / "file" / "jobs.sqlite")
    assert "QGIS profile" in sentence(caught.value)


def test_the_heart_beats_and_rests(store: JobStore, qtbot: Any) -> None:
    job = store.create("hub:run", "Run", {})
    store.claim(job)
    beats = Heartbeat(0.01)
    pulse = beats.start(store, job)
    pulse.progress = Progress(0.5, bytes_done=5, bytes_total=10)
    qtbot.waitUntil(lambda: store.get(job).fraction == 0.5)
    assert beats.pulse(job) is pulse
    beats.stop(pulse)
    qtbot.waitUntil(lambda: beats._thread is None)
    assert not pulse.lost.is_set()


def test_forgetting_takes_the_journal_along(store: JobStore) -> None:
    job = store.create("hub:run", "Run", {})
    journal = store.journal(job)
    journal.finish("step", 1)
    assert store.forget(job)
    assert store.get(job) is None
    assert journal.names() == []
    journal.close()


def test_forgetting_takes_the_folders_along_that_are_the_jobs_own(store: JobStore, tmp_path: Path) -> None:
    job, other = store.create("hub:run", "Run", {}), tmp_path / "other"
    other.mkdir()
    store.claim(job)
    with closing(store.journal(job)) as journal:
        work = Work(journal)
        mine = [folder_of(work), folder_of(work.part("second"))]
        assert [folder_of(Work(journal)), folder_of(work.part("second"))] == mine
        (mine[0] / "half").write_text("half")
        work.part("third").note(FOLDER, str(other))
        remove_folder(work.part("second"))
        assert [one.is_dir() for one in mine] == [True, False]
    store.end(job, State.FAILED, "x")
    assert store.forget(job)
    assert not mine[0].exists() and other.is_dir()


def test_a_folder_that_cannot_be_used_any_more_is_another_one(tmp_path: Path) -> None:
    work = Work()
    work.note(FOLDER, str(tmp_path / "gone" / "imagery-hub-job-1"))
    folder = folder_of(work)
    assert folder.is_dir() and folder_of(work) == folder
    shutil.rmtree(folder)
    assert folder_of(work) == folder and folder.is_dir(), "made again where it was"
    folder.rmdir()


def test_old_finished_jobs_are_forgotten_and_unfinished_ones_kept(store: JobStore) -> None:
    done, failed = (store.create("hub:run", "Run", {}) for _ in range(2))
    for job, state in ((done, State.DONE), (failed, State.FAILED)):
        store.claim(job)
        store.end(job, state, "x")
    store.forget_old(days=-1)
    assert [record.id for record in store.all()] == [failed]


def test_a_full_disk_is_a_failure_with_a_sentence(store: JobStore) -> None:
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(PlatformError) as caught:
        store.create("hub:run", "Run", {"TEXT": "x" * 100_000})
    assert caught.value.kind is Kind.DISK
    assert "disk is full" in sentence(caught.value)
    assert store.all() == []


def test_changes_of_another_process_can_be_seen(store: JobStore) -> None:
    before = store.version()
    other = JobStore(store.path)
    other.create("hub:run", "Run", {})
    other.close()
    assert store.version() != before


# ------------------------------------------------------------------ Parameters
def test_plain_values_stay() -> None:
    values = {"A": None, "B": True, "C": 1.5, "D": "text", "E": [1, ["x"]], "F": {"g": 1}}
    stored, obstacle = to_json(values)
    assert (from_json(stored), obstacle) == (values, "")


def test_qgis_types_come_back() -> None:
    source = QgsProcessingFeatureSourceDefinition("/a.gpkg|layername=b", True)
    output = QgsProcessingOutputLayerDefinition("TEMPORARY_OUTPUT")
    output.createOptions = {"fileEncoding": "UTF-8"}
    moment = QDateTime(2024, 6, 2, 9, 41, 0, 0, Qt.TimeSpec.UTC)
    stored, obstacle = to_json(
        {
            "SOURCE": source,
            "OUTPUT": output,
            "CRS": QgsCoordinateReferenceSystem("EPSG:32617"),
            "MOMENT": moment,
            "WHEN": QgsProperty.fromExpression("'a' || 'b'"),
            "STATIC": QgsProperty.fromValue("plain"),
            "EXTENT": QgsReferencedRectangle(QgsRectangle(1, 2, 3.5, 4), QgsCoordinateReferenceSystem("EPSG:3857")),
            "AREA": QgsGeometry.fromWkt("POINT (1 2)"),
        }
    )
    assert obstacle == ""
    back = from_json(stored)
    assert (back["SOURCE"].source.staticValue(), back["SOURCE"].selectedFeaturesOnly) == ("/a.gpkg|layername=b", True)
    assert back["OUTPUT"].sink.staticValue() == "TEMPORARY_OUTPUT"
    assert back["OUTPUT"].createOptions == {"fileEncoding": "UTF-8"}
    assert back["CRS"] == QgsCoordinateReferenceSystem("EPSG:32617")
    assert back["MOMENT"] == moment
    assert back["WHEN"].asExpression() == "'a' || 'b'"
    assert back["STATIC"] == "plain"
    assert back["EXTENT"] == "1.0,3.5,2.0,4.0 [EPSG:3857]"
    assert QgsGeometry.fromWkt(back["AREA"]).equals(QgsGeometry.fromWkt("POINT (1 2)"))


def test_a_project_layer_becomes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    layer = QgsVectorLayer(str(path), "a", "ogr")
    QgsProject.instance().addMapLayer(layer)
    try:
        kept, obstacle = to_json({"LAYER": layer.id(), "ALSO": layer}, QgsProject.instance())
        assert (kept, obstacle) == ({"LAYER": str(path), "ALSO": str(path)}, "")
    finally:
        QgsProject.instance().removeMapLayer(layer)


@pytest.mark.parametrize("source", [
    "/vsicurl/https://storage.example/a.tif?X-Signature=geheim123",
    "/vsicurl?url=https%3A%2F%2Fstorage.example%2Fa.tif%3FX-Signature%3Dgeheim123",
    "PG:host=db.example user=me password=geheim123 dbname=maps",
    "postgresql://me:geheim123@db.example/maps",
])
@pytest.mark.parametrize("form", ["text", "layer", "property", "list"])
def test_sources_that_may_hold_a_secret_are_not_kept(source: str, form: str, tmp_path: Path) -> None:
    value: Any = source
    if form == "layer":
        value = QgsVectorLayer(source, "Far", "ogr")
    elif form == "property":
        value = QgsProperty.fromValue(source)
    elif form == "list":
        value = [str(tmp_path), source]
    stored, obstacle = to_json({"INPUT": value})
    assert "geheim123" not in str(stored)
    assert "geheim123" not in obstacle
    assert obstacle


def test_files_in_archives_and_their_layers_are_kept() -> None:
    values = {"A": "/vsizip//maps/a.zip/a.shp", "B": "/maps/a.gpkg|layername=token|subset=id > 3", "C": "a: b=c?"}
    assert to_json(values) == (values, "")


def test_what_cannot_be_kept_is_named() -> None:
    layer = QgsVectorLayer("Point?crs=EPSG:4326", "Drawn", "memory")
    _, obstacle = to_json({"LAYER": layer, "ODD": object()})
    assert "“Drawn”" in obstacle
    assert "object" in obstacle
    assert QgsApplication.instance() is not None
