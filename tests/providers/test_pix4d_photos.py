"""Photos into a project of the sandbox and out of it, by the plugin's flows."""

from __future__ import annotations

import hashlib
import random
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.errors import Cancelled, InputProblem, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pix4d.flows import photo_upload, photos
from imagery_hub.providers.pix4d.flows.photo_upload import Depth
from imagery_hub.providers.transfer import engine as engine_module
from imagery_hub.providers.work import Work
from pix4d_desk import Desk, desk
from pix4d_flight import test_flight
from pix4d_project import StoredProject
from sandbox_process import SandboxProcess


@pytest.fixture
def at(sandbox: SandboxProcess) -> Iterator[Desk]:
    with desk(sandbox.ready["pix4d"]) as made:
        yield made


@pytest.fixture
def project(sandbox: SandboxProcess) -> StoredProject:
    return StoredProject(sandbox)


@pytest.fixture
def asked(sandbox: SandboxProcess) -> Any:
    """How many requests of an operation came since the test began, those with an expired token aside."""
    first = sandbox.last_entry()
    return lambda operation: len(
        [one for one in sandbox.log(after=first) if one["operation"] == operation and one["status"] != 401])


def files(folder: Path, count: int, size: int = 2000) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    found = {}
    for number in range(count):
        path = folder / f"DJI_{number:04d}.JPG"
        path.write_bytes(random.Random(number).randbytes(size + number))
        found[path.name] = path
    return found


def work(journal: Any = None, **members: Any) -> Work:
    return Work(journal, pause=lambda seconds: None, **members)


def upload(at: Desk, project: StoredProject, named: dict[str, Path], **members: Any) -> photo_upload.Sent:
    return photo_upload.upload_photos(at.api, at.engine, str(project.id), named, members.pop("work", work()), **members)


def test_photos_are_sent_and_registered(at: Desk, project: StoredProject) -> None:
    told: list[Any] = []
    named = {f"strip 2/ä {path.name}": path for path in test_flight().photos}
    sent = upload(at, project, named, work=work(report=told.append))
    assert project.stored() == {name: path.read_bytes() for name, path in named.items()}
    listed = {one["s3_key"].split("/", 2)[2]: str(one["id"]) for one in project.photos(page_size=100)}
    assert (sent.photos, sent.there_before, sent.left_out) == (listed, [], [])
    assert set(listed) == set(named)
    assert project.seen()["status"] == "UPLOADED"
    assert told[-1].fraction == 1.0
    assert {"uploading_files", "registering"} <= {one.message for one in told}


def test_batches_hold_at_most_500(at: Desk, project: StoredProject, tmp_path: Path, asked: Any) -> None:
    sent = upload(at, project, files(tmp_path, 1203, 10))
    assert len(sent.photos) == 1203
    assert asked("bulkRegisterInputs") == 3
    assert set(project.seen()["notes"]["registered"].values()) == {1}


def test_credentials_and_tokens_that_end_in_the_middle(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, asked: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    named, ended = files(tmp_path, 500), threading.Event()

    def report(progress: Any) -> None:
        if progress.facts.get("files_done", "0") != "0" and not ended.is_set():
            ended.set()
            sandbox.control("POST", "storage/expire", {})
            sandbox.control("POST", "pix4d/tokens/expire", {})

    monkeypatch.setattr(engine_module, "REPORT_SECONDS", 0.0)
    sent = upload(at, project, named, work=work(report=report))
    assert ended.is_set()
    assert asked("getProjectS3Credentials") == 2
    assert asked("getToken") >= 2
    assert project.stored() == {name: path.read_bytes() for name, path in named.items()}
    assert len(sent.photos) == 500
    assert set(project.seen()["notes"]["registered"].values()) == {1}


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_a_registration_whose_answer_was_lost_is_not_sent_again(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, asked: Any, kind: str
) -> None:
    sandbox.fault(kind=kind, operation="bulkRegisterInputs", count=1)
    sent = upload(at, project, files(tmp_path, 12))
    assert asked("bulkRegisterInputs") == 1
    assert len(sent.photos) == 12


def test_a_registration_that_failed_is_sent_again(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    sandbox.fault(kind="status", operation="bulkRegisterInputs", status=500, count=1)
    assert len(upload(at, project, files(tmp_path, 12)).photos) == 12
    assert set(project.seen()["notes"]["registered"].values()) == {1}


def test_stopped_and_taken_up_again(at: Desk, project: StoredProject, tmp_path: Path, asked: Any) -> None:
    named, journal = files(tmp_path, 150), MemoryJournal()
    with pytest.raises(Cancelled):
        upload(at, project, named, work=work(journal, cancelled=lambda: project.count() > 40))
    there = len(project.stored())
    assert 40 < there < 150
    assert asked("bulkRegisterInputs") == 0
    sent = upload(at, project, named, work=work(journal))
    assert len(sent.photos) == 150
    again = upload(at, project, named, work=work(journal))
    assert again.photos == sent.photos
    assert asked("bulkRegisterInputs") == 1


def test_a_photo_more_in_a_later_run_is_registered_alone(
    at: Desk, project: StoredProject, tmp_path: Path, asked: Any
) -> None:
    journal = MemoryJournal()
    first = upload(at, project, files(tmp_path, 5), work=work(journal))
    later = upload(at, project, files(tmp_path, 6), work=work(journal))
    assert set(later.photos) - set(first.photos) == {"DJI_0005.JPG"}
    assert set(project.seen()["notes"]["registered"].values()) == {1}
    assert asked("bulkRegisterInputs") == 2


def stopped(at: Desk, project: StoredProject, named: dict[str, Path], **members: Any) -> MemoryJournal:
    """The journal of an upload that was stopped before the photos were registered."""
    journal = MemoryJournal()
    with pytest.raises(Cancelled):
        upload(at, project, named, work=work(journal, cancelled=lambda: project.count() > len(named) // 2), **members)
    return journal


def test_a_photo_more_in_a_later_run_never_overwrites_one_that_is_there(
    at: Desk, project: StoredProject, tmp_path: Path
) -> None:
    """Each name is looked at, whenever it comes."""
    there = files(tmp_path / "there", 10)
    theirs = {"DJI_0008.JPG": there["DJI_0008.JPG"], "DJI_0009.JPG": there["DJI_0009.JPG"]}
    journal = stopped(at, project, files(tmp_path / "mine", 8, 3000))
    upload(at, project, theirs)
    before = project.stored()
    with pytest.raises(InputProblem) as caught:
        upload(at, project, files(tmp_path / "mine", 10, 3000), work=work(journal))
    assert caught.value.facts == {"problem": "photo_names_taken", "names": "DJI_0008.JPG, DJI_0009.JPG"}
    assert project.stored() == before
    same = {**files(tmp_path / "mine", 8, 3000), **theirs}
    sent = upload(at, project, same, work=work(journal))
    assert (len(sent.photos), sent.there_before) == (8, ["DJI_0008.JPG", "DJI_0009.JPG"])
    assert upload(at, project, same, work=work(journal)) == sent
    assert project.stored() == {name: path.read_bytes() for name, path in same.items()}
    assert set(project.seen()["notes"]["registered"].values()) == {1}


def test_photos_of_an_earlier_run_count_towards_the_limit(
    at: Desk, project: StoredProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they were registered or not."""
    monkeypatch.setattr(photo_upload, "MOST_PHOTOS", 10)
    journal = stopped(at, project, files(tmp_path, 8))
    for fitting in (8, 9, 10):
        with pytest.raises(InputProblem) as caught:
            upload(at, project, files(tmp_path, 11), work=work(journal))
        assert (caught.value.facts["problem"], caught.value.facts["count"]) == ("too_many_photos", "11")
        assert len(upload(at, project, files(tmp_path, fitting), work=work(journal)).photos) == fitting


def test_photos_that_are_there_already_are_passed_over(at: Desk, project: StoredProject, tmp_path: Path) -> None:
    upload(at, project, files(tmp_path, 8))
    sent = upload(at, project, files(tmp_path, 10))
    assert set(sent.photos) == {"DJI_0008.JPG", "DJI_0009.JPG"}
    assert len(sent.there_before) == 8
    assert set(project.seen()["notes"]["registered"].values()) == {1}
    assert upload(at, project, files(tmp_path, 3)).photos == {}


def test_another_photo_of_the_same_name_is_never_overwritten(
    at: Desk, project: StoredProject, tmp_path: Path
) -> None:
    first = files(tmp_path / "first", 8)
    upload(at, project, first)
    with pytest.raises(InputProblem) as caught:
        upload(at, project, files(tmp_path / "second", 10, 5000))
    assert caught.value.facts["problem"] == "photo_names_taken"
    assert caught.value.facts["names"].startswith("DJI_0000.JPG, ")
    assert project.stored() == {name: path.read_bytes() for name, path in first.items()}


def test_a_project_that_was_started_takes_nothing(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    named = files(tmp_path, 3)
    sandbox.control("POST", f"pix4d/projects/{project.id}", {"status": "PROCESSING"})
    for send in (
        lambda: upload(at, project, named),
        lambda: photo_upload.upload_extras(at.api, at.engine, str(project.id), named, work()),
        lambda: photo_upload.upload_archive(at.api, at.engine, str(project.id), named["DJI_0000.JPG"], work()),
    ):
        with pytest.raises(InputProblem) as caught:
            send()
        assert caught.value.facts["problem"] == "inputs_frozen"
    assert project.stored() == {}


def test_more_photos_than_are_processed_are_refused_first(
    at: Desk, project: StoredProject, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_upload, "MOST_PHOTOS", 10)
    upload(at, project, files(tmp_path / "a", 6))
    more = {f"b/{name}": path for name, path in files(tmp_path / "b", 5).items()}
    with pytest.raises(InputProblem) as caught:
        upload(at, project, more)
    assert (caught.value.facts["problem"], caught.value.facts["count"]) == ("too_many_photos", "11")
    assert len(project.stored()) == 6
    assert len(upload(at, project, more, beyond_limit=True).photos) == 5


def test_what_the_platform_does_not_take_as_a_photo_is_told(
    at: Desk, project: StoredProject, tmp_path: Path
) -> None:
    named = {**files(tmp_path, 3), "notes.txt": tmp_path / "DJI_0001.JPG"}
    sent = upload(at, project, named)
    assert (len(sent.photos), sent.left_out) == (3, ["notes.txt"])


def test_depth_maps_go_with_their_photos(at: Desk, project: StoredProject, tmp_path: Path) -> None:
    named = files(tmp_path, 4)
    maps = {"depth/1.tiff": tmp_path / "DJI_0002.JPG", "confidence/1.tiff": tmp_path / "DJI_0003.JPG"}
    depth = {"DJI_0001.JPG": Depth("depth/1.tiff", "confidence/1.tiff")}
    sent = upload(at, project, {**named, **maps}, depth=depth)
    assert set(sent.photos) == set(named)
    listed = at.api.depth.list(str(project.id))
    assert [(str(one["photo"]), one["depth_map"]) for one in listed] == [
        (sent.photos["DJI_0001.JPG"], project.key("depth/1.tiff"))]
    photos.delete_depth(at.api, str(project.id), [sent.photos["DJI_0001.JPG"]], work())
    assert at.api.depth.list(str(project.id)) == []
    assert set(project.stored()) == set(named)


def test_depth_maps_of_other_photos_are_never_overwritten(
    at: Desk, project: StoredProject, tmp_path: Path
) -> None:
    named = files(tmp_path, 4)
    maps = {"depth/1.tiff": tmp_path / "DJI_0002.JPG", "confidence/1.tiff": tmp_path / "DJI_0003.JPG"}
    pair = Depth("depth/1.tiff", "confidence/1.tiff")
    upload(at, project, {"a.JPG": named["DJI_0000.JPG"], **maps}, depth={"a.JPG": pair})
    with pytest.raises(InputProblem) as caught:
        upload(at, project, {"b.JPG": named["DJI_0001.JPG"], **maps}, depth={"b.JPG": pair})
    assert caught.value.facts == {"problem": "photo_names_taken", "names": "1.tiff, 1.tiff"}
    more = {"a.JPG": named["DJI_0000.JPG"], "b.JPG": named["DJI_0001.JPG"]}
    before = {path: path.stat().st_mtime_ns for path in project.folder.rglob("*.tiff")}
    sent = upload(at, project, {**more, **maps}, depth={"a.JPG": pair})
    assert (set(sent.photos), sent.there_before) == ({"b.JPG"}, ["a.JPG"])
    assert {path: path.stat().st_mtime_ns for path in project.folder.rglob("*.tiff")} == before


def test_depth_maps_that_come_in_a_later_run_never_overwrite_those_of_other_photos(
    at: Desk, project: StoredProject, tmp_path: Path
) -> None:
    named, theirs = files(tmp_path / "mine", 4), files(tmp_path / "theirs", 4, 5000)
    pair = Depth("depth/1.tiff", "confidence/1.tiff")
    journal = stopped(at, project, {"b.JPG": named["DJI_0001.JPG"]})
    upload(at, project, {"a.JPG": theirs["DJI_0000.JPG"], "depth/1.tiff": theirs["DJI_0002.JPG"],
                         "confidence/1.tiff": theirs["DJI_0003.JPG"]}, depth={"a.JPG": pair})
    before = project.stored()
    maps = {"depth/1.tiff": named["DJI_0002.JPG"], "confidence/1.tiff": named["DJI_0003.JPG"]}
    with pytest.raises(InputProblem) as caught:
        upload(at, project, {"b.JPG": named["DJI_0001.JPG"], **maps}, depth={"b.JPG": pair}, work=work(journal))
    assert caught.value.facts == {"problem": "photo_names_taken", "names": "1.tiff, 1.tiff"}
    assert project.stored() == before


@pytest.mark.parametrize("kind", ["", "lost"])
def test_extras_and_archives_are_registered_once(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, asked: Any, kind: str
) -> None:
    if kind:
        for operation in ("registerExtra", "bulkRegisterInputs"):
            sandbox.fault(kind=kind, operation=operation, count=1)
    (tmp_path / "mask.png").write_bytes(b"mask")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as made:
        made.writestr("manifest.json", "{}")
    journal = MemoryJournal()
    for _ in range(2):
        photo_upload.upload_extras(
            at.api, at.engine, str(project.id), {"masks/mask.png": tmp_path / "mask.png"}, work(journal).part("a"))
        photo_upload.upload_archive(
            at.api, at.engine, str(project.id), tmp_path / "all.zip", work(journal).part("b"))
    assert (asked("registerExtra"), asked("bulkRegisterInputs")) == (1, 1)
    keys = [one["file_key"] for one in at.api.extras.list(str(project.id))]
    assert photo_upload.names_in_storage(keys) == ["masks/mask.png", "all.zip"]


def test_extras_and_archives_never_overwrite_what_is_there(at: Desk, project: StoredProject, tmp_path: Path) -> None:
    upload(at, project, files(tmp_path, 1))
    number, flight = str(project.id), tmp_path / "flight.zip"
    flight.write_bytes(b"first flight")
    for _ in range(2):  # the same once more
        photo_upload.upload_archive(at.api, at.engine, number, flight, work())
    before = project.stored()
    flight.write_bytes(b"the second flight")
    for send in (
        lambda: photo_upload.upload_archive(at.api, at.engine, number, flight, work()),
        lambda: photo_upload.upload_extras(at.api, at.engine, number, {"flight.zip": flight}, work()),
        lambda: photo_upload.upload_extras(at.api, at.engine, number, {"DJI_0000.JPG": flight}, work()),
    ):
        with pytest.raises(InputProblem) as caught:
            send()
        assert caught.value.facts == {"problem": "file_names_taken", "names": "flight.zip"}
    assert project.stored() == before


@pytest.mark.parametrize("form", ["results", "bare", "single"])
def test_extras_in_other_envelopes(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, form: str
) -> None:
    sandbox.settings(pix4d_lists=form, check_answers=False)
    (tmp_path / "mask.png").write_bytes(b"mask")
    photo_upload.upload_extras(at.api, at.engine, str(project.id), {"mask.png": tmp_path / "mask.png"}, work())
    assert [one["file_key"] for one in at.api.extras.list(str(project.id))] == [project.key("mask.png")]


@pytest.mark.parametrize("kind", ["", "lost", "lost_cut"])
def test_a_project_is_created_once(at: Desk, sandbox: SandboxProcess, kind: str) -> None:
    if kind:
        sandbox.fault(kind=kind, operation="createProject", count=1)
    details = photo_upload.details_of(
        "Quarry north", project_type="bim", billing_model="", coordinate_system="EPSG:32632+5773",
        processing_email_notification=False, coordinate_system_geoid_height=None)
    journal = MemoryJournal()
    first = photo_upload.create_project(at.api, details, work(journal))
    assert photo_upload.create_project(at.api, details, work(journal)) == first
    seen = at.api.projects.get(first)
    assert (seen["name"], seen["coordinate_system"], seen["project_type"]) == (
        "Quarry north", "EPSG:32632+5773", "bim")
    assert sandbox.control("GET", "pix4d/")["projects"] == [int(first)]
    assert sandbox.control("GET", f"pix4d/projects/{first}")["email"] is False


@pytest.mark.parametrize("kind", ["", "lost"])
def test_photos_are_left_out_and_deleted(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, kind: str
) -> None:
    ids = list(upload(at, project, files(tmp_path, 4)).photos.values())
    photos.set_excluded(at.api, str(project.id), ids[:2], True, work())
    assert [one["excluded_from_mapper"] for one in project.photos(ordering="id")] == [True, True, None, None]
    photos.set_excluded(at.api, str(project.id), ids[:1], False, work())
    assert [bool(one["excluded_from_mapper"]) for one in project.photos(ordering="id")] == [False, True, False, False]
    if kind:
        sandbox.fault(kind=kind, operation="deleteInput", count=1)
    journal = MemoryJournal()
    for _ in range(2):
        photos.delete_photos(at.api, str(project.id), ids[1:3], work(journal))
    assert project.names() == ["DJI_0000.JPG", "DJI_0003.JPG"]
    assert set(project.stored()) == {"DJI_0000.JPG", "DJI_0003.JPG"}


def test_many_chosen_photos_are_asked_for_in_several_requests(
    at: Desk, project: StoredProject, tmp_path: Path, asked: Any
) -> None:
    ids = list(upload(at, project, files(tmp_path, 450, 10)).photos.values())
    before = asked("listPhotos")
    assert [str(one["id"]) for one in photos.all_photos(at.api, str(project.id), work(), ids[:-1])] == ids[:-1]
    assert asked("listPhotos") - before == 3


def test_inputs_come_back_as_an_archive(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess
) -> None:
    named = files(tmp_path, 5, 40_000)
    upload(at, project, named)
    sandbox.settings(pix4d_archive_seconds=300.0)
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        sandbox.advance(100)
        threading.Event().wait(0.1)

    photos.download_inputs(at.api, at.engine, str(project.id), tmp_path / "back.zip", Work(pause=pause))
    assert len(waited) > 2
    with zipfile.ZipFile(tmp_path / "back.zip") as back:
        assert {name: back.read(name) for name in back.namelist()} == {
            name: path.read_bytes() for name, path in named.items()}


def test_a_large_archive_outlives_its_credentials(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch,
    asked: Any,
) -> None:
    """Parts of 5 MiB; credentials end while some of them have arrived."""
    class SmallParts(photo_upload.ProjectStorage):
        def folder(self, part_bytes: int = 5 << 20) -> Any:
            return super().folder(part_bytes)

    monkeypatch.setattr(photo_upload, "ProjectStorage", SmallParts)
    archive, ended = tmp_path / "capture.zip", threading.Event()
    archive.write_bytes(random.Random(1).randbytes(64 << 20))

    def report(progress: Any) -> None:
        if progress.bytes_done > 12 << 20 and not ended.is_set():
            ended.set()
            sandbox.control("POST", "storage/expire", {})

    monkeypatch.setattr(engine_module, "REPORT_SECONDS", 0.0)
    key = photo_upload.upload_archive(at.api, at.engine, str(project.id), archive, work(report=report))
    assert ended.is_set()
    assert asked("getProjectS3Credentials") >= 2
    assert project.stored() == {"capture.zip": archive.read_bytes()}
    assert (key, project.seen()["notes"]["registered"]) == (project.key("capture.zip"), {"capture.zip": 1})


def test_credentials_end_three_times_within_2_gib(
    at: Desk, project: StoredProject, tmp_path: Path, sandbox: SandboxProcess, asked: Any
) -> None:
    """The parts that the plugin itself chooses. What arrived is compared by its digest, read in pieces."""
    archive, moments = tmp_path / "capture.zip", [300 << 20, 900 << 20, 1500 << 20]
    block = random.Random(2).randbytes(4 << 20)
    with archive.open("wb") as file:  # each block another one, so that no two parts are alike
        for number in range(512):
            file.write(number.to_bytes(4, "big") + block[4:])
    with archive.open("rb") as file:
        sent = hashlib.file_digest(file, "sha256").hexdigest()

    def report(progress: Any) -> None:
        if moments and progress.bytes_done > moments[0]:
            moments.pop(0)
            sandbox.control("POST", "storage/expire", {})

    key = photo_upload.upload_archive(at.api, at.engine, str(project.id), archive, work(report=report))
    assert moments == []
    assert asked("getProjectS3Credentials") >= 4
    assert project.digests() == {"capture.zip": sent}
    assert (key, project.seen()["notes"]["registered"]) == (project.key("capture.zip"), {"capture.zip": 1})
    archive.unlink()  # the folders of the last runs are kept
    (project.folder / "capture.zip").unlink()


def test_who_may_only_read_is_told_so(project: StoredProject, tmp_path: Path, sandbox: SandboxProcess) -> None:
    reader = sandbox.control("GET", "pix4d/")["accounts"]["sandbox-pix4d-second-client"]["user"]
    place = ["project", project.calls.get(project.path)["uuid"]]
    sandbox.control("POST", "pix4d/roles", {"user": reader, "place": place, "role": "READER"})
    ready = sandbox.ready["pix4d"]
    second = {**ready, "client_id": ready["second_client_id"], "client_secret": ready["second_client_secret"]}
    with desk(second) as theirs, pytest.raises(TransferFailed) as caught:
        upload(theirs, project, files(tmp_path, 3))
    assert (caught.value.kind, caught.value.facts["reason"]) == (Kind.FORBIDDEN, "storage_read_only")
    assert project.stored() == {}
