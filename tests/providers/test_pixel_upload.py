"""Uploads into Geodata Pixel against the sandbox, which validates each file: one object for each, failures by file."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pixel_files
import pytest
from imagery_hub.providers.errors import Cancelled, ConnectionFailed, Kind, Refused
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixel.client import jobs
from imagery_hub.providers.pixel.flows import upload_block, upload_pieces, upload_plan, uploads
from imagery_hub.providers.pixel.flows.upload_plan import MEBIBYTE, Parts, UploadFile
from imagery_hub.providers.pixel.places import place_of
from imagery_hub.providers.transfer import pieces
from imagery_hub.providers.work import Work
from pixel_batch import Stored, md5, photos
from pixel_desk import Desk, desk
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

MANY = 1000


@pytest.fixture
def at(sandbox: SandboxProcess) -> Iterator[Desk]:
    with desk(sandbox.ready["pixel"]) as made:
        yield made


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def place(calls: PixelCalls) -> str:
    return calls.collection(calls.project())


def work(journal: MemoryJournal | None = None, **options: Any) -> Work:
    return Work(journal, pause=lambda seconds: None, **options)


def images(paths: list[Path]) -> list[UploadFile]:
    return [UploadFile(path, "image") for path in paths]


def bring(at: Desk, place: str, files: list[UploadFile], **options: Any) -> list[uploads.Outcome]:
    journal = options.pop("journal", None)
    return uploads.upload_files(at.api, at.engine, place_of(place), files, work(journal), **options)


# ---------------------------------------------------------------------- the way
def test_each_file_becomes_an_object_with_what_is_said_of_it(at: Desk, calls: PixelCalls, tmp_path: Path) -> None:
    place = calls.collection(calls.project())
    placed, plain = photos(tmp_path, 1)[0], pixel_files.photo(tmp_path / "without.png", place=None)
    found = bring(at, place, [
        UploadFile(placed, "image", fields={"name": "Pier", "cam_heading": 12.5}, further={"severity": 2, "who": "A"}),
        UploadFile(plain, "image", fields={"location": {"type": "Point", "coordinates": [10.75, 59.9]}}),
    ])
    assert not any(one.failed for one in found)
    first, second = (calls.read(place, f"images/{one.made}") for one in found)
    assert (first["name"], first["json_metadata"], first["file_name"]) == ("Pier", {"severity": 2, "who": "A"},
                                                                          "pier_0000.jpg")
    assert calls.read(place, f"images/{found[0].made}/metadata")["cam_heading"] == 12.5
    assert second["location"]["coordinates"] == [10.75, 59.9]


def test_one_file_alone_is_followed_by_its_own_job(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    before = sandbox.last_entry()
    assert bring(at, place, images(photos(tmp_path, 1)))[0].made
    asked = {one["operation"] for one in sandbox.log(after=before)}
    assert {"uploadFinished", "getJob"} <= asked and not {"multipleUploadFinished", "getJobGroup"} & asked


def test_parts_and_support_files(at: Desk, calls: PixelCalls, tmp_path: Path, sandbox: SandboxProcess) -> None:
    sandbox.settings(pixel_smallest_part=1)
    place = calls.collection(calls.project(), "RGB")
    large = pixel_files.raster(tmp_path / "large.tif", size=(2200, 2200))
    beside = pixel_files.raster(tmp_path / "beside.tif", srid=None, corner=None)
    support = (pixel_files.world_file(tmp_path / "beside.tfw"), tmp_path / "beside.prj")
    support[1].write_text(pixel_files.system(25833).ExportToWkt())
    found = bring(at, place, [UploadFile(large, "raster"), UploadFile(beside, "raster", support)],
                  parts=Parts(above=MEBIBYTE, size=5 * MEBIBYTE))
    assert [(one.status, one.detail) for one in found] == [("validated_and_moved", "")] * 2
    assert Stored(calls, place, "rasters").digests() == {
        path.name: [md5(path.read_bytes())] for path in (large, beside)}


def test_files_of_one_name_are_not_mistaken_for_each_other(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path
) -> None:
    paths = [path for card in "ab" for path in photos(tmp_path / card, 3, prefix=f"DJI_{card}")]
    for number, path in enumerate(paths):
        paths[number] = path.rename(path.with_name(f"DJI_{number % 3}.jpg"))
    found = bring(at, place, images(paths))
    for path, one in zip(paths, found):
        assert (one.file.path, calls.read(place, f"images/{one.made}")["file_size"]) == (path, path.stat().st_size)
    wanted = {name: sorted(md5(path.read_bytes()) for path in paths if path.name == name)
              for name in {path.name for path in paths}}
    assert {name: sorted(digests) for name, digests in Stored(calls, place).digests().items()} == wanted


def test_one_bad_file_among_a_thousand(at: Desk, calls: PixelCalls, place: str, tmp_path: Path) -> None:
    paths = photos(tmp_path, MANY)
    bad = paths[437]
    bad.write_bytes(b"no image at all")
    found = bring(at, place, images(paths))
    assert [one.file.path for one in found] == paths
    assert [one.file.path for one in found if one.failed] == [bad]
    assert "another kind" in found[437].detail and found[437].status == "failed"
    names = {one["id"]: one["name"] for one in Stored(calls, place).listed()}
    assert names == {int(one.made): one.file.path.stem for one in found if not one.failed}


# ---------------------------------------------------------------------- trouble
def test_what_the_platform_refuses_to_announce_is_found_out(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path
) -> None:
    """A name that the platform does not take is refused together with 20 others."""
    paths = photos(tmp_path, 20)
    bad = paths[7].rename(paths[7].with_name("x" * 220 + ".jpg"))
    found = bring(at, place, images([*paths[:7], bad, *paths[8:]]))
    failed = [one for one in found if one.failed]
    assert [one.file.path for one in failed] == [bad]
    assert failed[0].error is not None and failed[0].error.status == 422
    assert len(Stored(calls, place).listed()) == 19


def test_when_all_are_refused_it_is_not_tried_for_each(
    at: Desk, calls: PixelCalls, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    place = calls.collection(calls.project(), "point_cloud")
    files = [UploadFile(path, "image", fields={"name": "a"}) for path in photos(tmp_path, 100)]
    before = sandbox.last_entry()
    assert all(one.failed for one in bring(at, place, files))
    assert len([one for one in sandbox.log(after=before) if one["operation"] == "createUploadJobs"]) < 30


def test_files_that_are_not_there_or_change_meanwhile(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = photos(tmp_path, 6)
    real = upload_block.pieces_of

    def changing(slot: Any) -> Any:
        if slot.job["name"] == paths[4].name:
            paths[4].write_bytes(b"other bytes than before")
        return real(slot)

    monkeypatch.setattr(upload_block, "pieces_of", changing)
    paths[2].unlink()
    found = bring(at, place, images(paths))
    assert {number: one.error.facts for number, one in enumerate(found) if one.error} == {
        2: {"problem": "file_missing", "file": paths[2].name}, 4: {"reason": "file_changed", "file": paths[4].name}}
    assert len(Stored(calls, place).listed()) == 4


def test_storage_refuses_a_file_and_takes_the_others(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    sandbox.fault(kind="status", operation="postPresignedForm", status=400, count=1, after=3)
    found = bring(at, place, images(photos(tmp_path, 10)))
    failed = [one for one in found if one.failed]
    assert len(failed) == 1 and failed[0].error.kind is Kind.STORAGE_REFUSED
    assert len(Stored(calls, place).listed()) == 9


def test_addresses_that_expire_are_got_anew(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hour ends when a part has been sent; nothing is sent or made twice."""
    monkeypatch.setattr(pieces, "NOTE_SECONDS", 0.0)
    paths, real = photos(tmp_path, 40), pieces.PieceRun.keep
    seen: list[str] = []

    def keep(self: pieces.PieceRun, key: str, stamp: list[int]) -> None:
        seen.append(key)
        if len(seen) == 15:
            sandbox.advance(3700)
        real(self, key, stamp)

    monkeypatch.setattr(pieces.PieceRun, "keep", keep)
    found = bring(at, place, images(paths))
    assert not [one.error or one.detail for one in found if one.failed]
    assert len(seen) == len(set(seen)) == 40
    assert Stored(calls, place).digests() == {path.name: [md5(path.read_bytes())] for path in paths}


@pytest.mark.parametrize("refresh", [False, True])
def test_the_token_expires_in_mid_batch(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    refresh: bool,
) -> None:
    """Before a block is announced, before it is told to be finished, and while it is followed."""
    expired = []

    def expiring(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def first(self: Any, *arguments: Any, **more: Any) -> Any:
            expired.append(sandbox.control("POST", "pixel/tokens/expire", {"refresh": refresh}))
            return real(self, *arguments, **more)

        monkeypatch.setattr(owner, name, first)

    expiring(jobs.UploadJobs, "create")
    expiring(jobs.UploadJobs, "several_finished")
    expiring(jobs.Jobs, "group")
    before = sandbox.last_entry()
    found = bring(at, place, images(photos(tmp_path, 250)))
    assert not any(one.failed for one in found)
    assert len(Stored(calls, place).listed()) == 250
    refused = [one["operation"] for one in sandbox.log(after=before) if one["status"] == 401]
    assert {"createUploadJobs", "multipleUploadFinished", "getJobGroup"} <= set(refused)


def test_a_viewer_may_not_upload(calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path) -> None:
    with desk(sandbox.ready["pixel"], user="viewer@fjord.example") as at, pytest.raises(Refused) as refused:
        bring(at, place, images(photos(tmp_path, 2)))
    assert refused.value.kind is Kind.FORBIDDEN


@pytest.mark.parametrize("kind", ["lost", "lost_cut", "status", "cut"])
@pytest.mark.parametrize("operation", ["createUploadJobs", "multipleUploadFinished", "uploadFinished"])
def test_answers_that_do_not_come(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path, operation: str, kind: str
) -> None:
    sandbox.fault(kind=kind, operation=operation, status=502)
    paths = photos(tmp_path, 1 if operation == "uploadFinished" else 4)
    found = bring(at, place, images(paths))
    assert not any(one.failed for one in found)
    assert sorted(one["id"] for one in Stored(calls, place).listed()) == sorted(int(one.made) for one in found)
    assert len(found) == len(paths)


def test_stopped_and_taken_up_again(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "NOTE_SECONDS", 0.0)
    paths, journal, arrived = photos(tmp_path, 60), MemoryJournal(), []
    real = pieces.PieceRun.keep
    monkeypatch.setattr(pieces.PieceRun, "keep", lambda self, key, stamp: (arrived.append(key), real(self, key, stamp)))
    with pytest.raises(Cancelled):
        uploads.upload_files(at.api, at.engine, place_of(place), images(paths),
                             work(journal, cancelled=lambda: len(arrived) > 20))
    assert 20 < len(arrived) < 60 and Stored(calls, place).listed() == []
    first = len(arrived)
    more = photos(tmp_path, 3, prefix="added")
    found = bring(at, place, images([*more, *paths]), journal=journal)
    assert len(arrived) - first == 63 - first, "what had arrived is not sent again"
    assert [one.file.path for one in found] == [*more, *paths] and not any(one.failed for one in found)
    assert Stored(calls, place).digests() == {path.name: [md5(path.read_bytes())] for path in [*more, *paths]}
    again = sandbox.last_entry()
    assert bring(at, place, images([*more, *paths]), journal=journal) == found
    assert sandbox.last_entry() == again, "a finished upload asks nothing any more"


def test_the_next_block_is_read_while_one_is_sent(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read ahead is not read again, unless the file has changed since."""
    monkeypatch.setattr(upload_plan, "FILES_AT_ONCE", 10)
    paths, read = photos(tmp_path, 25), []
    real, create = upload_pieces.announced, jobs.UploadJobs.create

    def announced(path: Path, *arguments: Any) -> Any:
        read.append(path)
        return real(path, *arguments)

    def creating(self: jobs.UploadJobs, *arguments: Any) -> Any:
        if not changed:
            wait_for(lambda: paths[14] in read and paths[16] in read)
            paths[14].write_bytes(paths[14].read_bytes() + b" changed")
            changed.append(True)
        return create(self, *arguments)

    changed: list[bool] = []
    monkeypatch.setattr(upload_pieces, "announced", announced)
    monkeypatch.setattr(jobs.UploadJobs, "create", creating)
    assert not any(one.failed for one in bring(at, place, images(paths)))
    assert {path: read.count(path) for path in paths} == {path: 2 if path == paths[14] else 1 for path in paths}
    assert Stored(calls, place).digests() == {path.name: [md5(path.read_bytes())] for path in paths}


def test_reading_ahead_ends_with_the_upload(
    at: Desk, place: str, sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that takes minutes to read holds nobody when the upload has failed."""
    monkeypatch.setattr(upload_plan, "FILES_AT_ONCE", 1)
    reading = threading.Event()

    def announced(path: Path, size: int, check: Any) -> Any:
        if path.name.endswith("1.jpg"):
            reading.set()
            while True:
                check()
                time.sleep(0.01)
        return announced_once(path, size, check)

    announced_once = upload_pieces.announced
    monkeypatch.setattr(upload_pieces, "announced", announced)
    create = jobs.UploadJobs.create
    monkeypatch.setattr(jobs.UploadJobs, "create",
                        lambda self, *of: (reading.wait(30), create(self, *of))[1])
    sandbox.fault(kind="status", operation="createUploadJobs", status=403, count=1)
    with pytest.raises(Refused):
        bring(at, place, images(photos(tmp_path, 2)))
    assert reading.is_set()


def wait_for(seen: Any) -> None:
    for _ in range(3000):
        if seen():
            return
        time.sleep(0.01)
    pytest.fail("It did not come.")


def test_a_connection_that_is_gone_ends_it_and_can_be_taken_up(
    at: Desk, calls: PixelCalls, place: str, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    paths, journal = photos(tmp_path, 20), MemoryJournal()
    sandbox.fault(kind="cut", operation="postPresignedForm", after=5, count=0)
    with pytest.raises(ConnectionFailed):
        bring(at, place, images(paths), journal=journal)
    sandbox.clear_faults()
    assert not any(one.failed for one in bring(at, place, images(paths), journal=journal))
    assert Stored(calls, place).digests() == {path.name: [md5(path.read_bytes())] for path in paths}


def test_the_journal_holds_no_address(at: Desk, place: str, tmp_path: Path) -> None:
    journal = MemoryJournal()
    bring(at, place, images(photos(tmp_path, 3)), journal=journal)
    kept = " ".join(str(journal.read(name).value) for name in journal.names())
    assert "pier_0001.jpg" in kept
    assert not [word for word in ("http", "policy", "ignature") if word in kept]


# ---------------------------------------------------------------------- answers that are not what they should be
def test_files_are_paired_by_name_whatever_the_answer_looks_like(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry is missing, one has another name, one is about a file that nobody sent; their order is any."""
    paths, real = photos(tmp_path, 20), jobs.UploadJobs.create

    def odd(self: jobs.UploadJobs, where: Any, files: Any) -> Any:
        made = {job["name"]: job for job in real(self, where, files)}
        made.pop(paths[3].name, None)
        if paths[8].name in made:
            made[paths[8].name]["name"] = "renamed.jpg"
        stranger = {"id": 10**6, "name": "stranger.jpg", "status": "lobby"}
        return [stranger, *sorted(made.values(), key=lambda one: one["url"])]

    monkeypatch.setattr(jobs.UploadJobs, "create", odd)
    found = bring(at, place, images(paths))
    assert [one.file.path for one in found if one.failed] == [paths[3], paths[8]]
    assert {one.error.facts["reason"] for one in found if one.failed} == {"no_slot"}
    there = {one["id"]: one["name"] for one in Stored(calls, place).listed()}
    assert there == {int(one.made): one.file.path.stem for one in found if not one.failed}


def test_a_group_that_the_platform_has_forgotten(
    at: Desk, calls: PixelCalls, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After days, say: the upload jobs themselves tell what became of the files."""
    def gone(self: jobs.Jobs, group: str) -> Any:
        raise Refused(Kind.NOT_FOUND, status=404)

    monkeypatch.setattr(jobs.Jobs, "group", gone)
    found = bring(at, place, images(photos(tmp_path, 5)))
    assert {int(one.made) for one in found} == {one["id"] for one in Stored(calls, place).listed()}


def test_a_slow_platform_is_waited_for(at: Desk, place: str, sandbox: SandboxProcess, tmp_path: Path) -> None:
    sandbox.control("POST", "pixel/uploads/trouble", {"names": "pier_0001.jpg", "seconds": 900})
    told: list[str] = []

    def report(progress: Any) -> None:
        told.append(progress.message)
        if progress.message == "pixel_validating" and told.count("pixel_validating") == 3:
            sandbox.advance(1000)

    slow = Work(pause=lambda seconds: None, report=report)
    found = uploads.upload_files(at.api, at.engine, place_of(place), images(photos(tmp_path, 3)), slow)
    assert told.count("pixel_validating") >= 3 and not any(one.failed for one in found)
