"""Many files into a folder of S3, against the sandbox's storage, which checks signature, prefix and expiry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import S3Credentials, S3Folder, upload_folder
from imagery_hub.providers.work import Work
from storage_gate import RunningGate, arrived_files
from transfer_helpers import MIB, made_file, quick_engine


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gate")
    (folder / "drop").mkdir()
    running = RunningGate(folder)
    running.folder = folder
    yield running
    running.stop()


@pytest.fixture
def engine():
    with quick_engine() as made:
        yield made


class Place:
    """A folder of its own in the storage, whose credentials are counted."""

    def __init__(self, gate: RunningGate, name: str) -> None:
        self.gate, self.name, self.given = gate, name, 0

    def credentials(self) -> S3Credentials:
        self.given += 1
        made = self.gate.issue(f"drop/{self.name}/")
        ends = self.gate.clock() + timedelta(hours=1)
        return S3Credentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken, ends)

    def folder(self) -> S3Folder:
        return S3Folder("drop", self.name, self.credentials, "us-east-1", self.gate.gate.address, 5 * MIB)

    def contents(self) -> dict[str, bytes]:
        arrived = arrived_files(self.gate.folder / "drop" / self.name)
        return {name: path.read_bytes() for name, path in arrived.items()}


def made_files(folder, count: int, size: int = 3000) -> dict[str, bytes]:
    return {f"DJI_{number:04d}.JPG": made_file(folder / f"DJI_{number:04d}.JPG", size + number)
            for number in range(count)}


def test_small_and_large_files_arrive_under_any_name(gate, engine, tmp_path):
    place, told = Place(gate, "mixed"), []
    contents = made_files(tmp_path, 30)
    files = {name: tmp_path / name for name in contents}
    for name, size in {"strip 2/ünï+4%~.tif": 11 * MIB + 5, "empty.jpg": 0, "full.tif": 5 * MIB}.items():
        contents[name] = made_file(tmp_path / f"{size}.bin", size)
        files[name] = tmp_path / f"{size}.bin"
    keys = upload_folder(files, place.folder(), Work(report=told.append), engine)
    assert keys == [f"mixed/{name}" for name in files]
    assert place.contents() == contents
    total = sum(map(len, contents.values()))
    assert (told[-1].fraction, told[-1].bytes_done, told[-1].bytes_total) == (1.0, total, total)
    assert (told[-1].facts["files_done"], told[-1].facts["files_total"]) == ("33", "33")
    assert place.given == 2, "one for the small files together, one for the large one"


def test_credentials_that_end_among_many_files_are_replaced(gate, tmp_path):
    place, contents, ended = Place(gate, "ending"), made_files(tmp_path, 120), []

    folder = place.folder()
    real = folder.put

    def put(name, body, wire):
        if name == "DJI_0040.JPG":
            ended.append(gate.call(gate.gate.expire))
        real(name, body, wire)

    folder.put = put
    with quick_engine() as engine:
        upload_folder({name: tmp_path / name for name in contents}, folder, Work(), engine)
    assert place.contents() == contents
    assert ended and place.given == 2


def test_a_later_run_sends_only_what_is_missing_or_has_changed(gate, tmp_path):
    place, journal, contents = Place(gate, "resumed"), MemoryJournal(), made_files(tmp_path, 40)
    files = {name: tmp_path / name for name in contents}

    def enough() -> bool:
        return len(place.contents()) >= 15

    with quick_engine() as engine:
        with pytest.raises(Cancelled):
            upload_folder(files, place.folder(), Work(journal, cancelled=enough), engine)
        arrived = set(place.contents())
        assert 15 <= len(arrived) < 40
        noted = [name for entry in journal.names() for name in journal.read(entry).value["files"]]
        assert 10 < len(noted) <= len(arrived) and set(noted) <= arrived
        contents[noted[0]] = made_file(files[noted[0]], 9000)
        sent_before = {name: (gate.folder / "drop/resumed" / name).stat().st_mtime_ns for name in noted}
        upload_folder(files, place.folder(), Work(journal), engine)
    assert place.contents() == contents
    sent_again = [name for name in noted
                  if (gate.folder / "drop/resumed" / name).stat().st_mtime_ns != sent_before[name]]
    assert sent_again == noted[:1]


def test_a_large_file_that_has_changed_is_sent_again(gate, engine, tmp_path):
    place, journal = Place(gate, "large"), MemoryJournal()
    for size in (11 * MIB, 11 * MIB + 3, 4 * MIB):
        content = made_file(tmp_path / "ortho.tif", size)
        upload_folder({"ortho.tif": tmp_path / "ortho.tif"}, place.folder(), Work(journal), engine)
        assert place.contents() == {"ortho.tif": content}


def test_notes_count_for_their_place_only(gate, engine, tmp_path):
    journal, contents = MemoryJournal(), made_files(tmp_path, 3)
    files = {name: tmp_path / name for name in contents}
    for name in ("here", "there"):
        upload_folder(files, Place(gate, name).folder(), Work(journal), engine)
    assert Place(gate, "there").contents() == contents


def test_a_refusal_ends_it_and_what_arrived_is_noted(gate, tmp_path):
    place, contents, journal = Place(gate, "refused"), made_files(tmp_path, 20), MemoryJournal()
    files = {name: tmp_path / name for name in contents}
    files["../outside.jpg"] = tmp_path / "DJI_0000.JPG"
    with quick_engine(parallel=1) as engine, pytest.raises(TransferFailed) as caught:
        upload_folder(files, place.folder(), Work(journal), engine)
    assert caught.value.kind in (Kind.STORAGE_REFUSED, Kind.ADDRESS_EXPIRED)
    noted = [name for entry in journal.names() for name in journal.read(entry).value["files"]]
    assert noted == list(contents)
    assert not (gate.folder / "drop/outside.jpg").exists()


def test_a_file_that_changes_meanwhile_never_becomes_an_object(gate, tmp_path):
    place, contents = Place(gate, "changing"), made_files(tmp_path, 2)
    folder = place.folder()
    real = folder.put

    def put(name, body, wire):
        (tmp_path / name).write_bytes(b"other")
        real(name, body, wire)

    folder.put = put
    with quick_engine(parallel=1) as engine, pytest.raises(TransferFailed) as caught:
        upload_folder({name: tmp_path / name for name in contents}, folder, Work(), engine)
    assert caught.value.facts["reason"] == "file_changed"
    assert place.contents() == {}
