"""Many files out of storage, against the sandbox's storage, which checks signature, prefix and expiry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import S3Credentials, TransferEngine, download_folder, read_document
from imagery_hub.providers.transfer.boto import S3
from imagery_hub.providers.work import Work
from storage_gate import RunningGate
from transfer_helpers import MIB, made_file, quick_engine


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGate]:
    folder = tmp_path_factory.mktemp("gate")
    (folder / "results").mkdir()
    running = RunningGate(folder)
    running.folder = folder
    yield running
    running.stop()


@pytest.fixture
def engine() -> Iterator[TransferEngine]:
    with quick_engine() as made:
        yield made


class Source:
    """Files in the storage, signed addresses of them, and how often credentials were asked for."""

    def __init__(self, gate: RunningGate, folder: Path, name: str) -> None:
        self.gate, self.folder, self.name, self.given = gate, folder, name, 0
        self.s3 = S3(self.credentials, "us-east-1", gate.gate.address)

    def put(self, name: str, size: int) -> bytes:
        content = made_file(self.folder / "made", size)
        client = self.gate.client(self.gate.issue(f"results/{self.name}/"))
        client.put_object(Bucket="results", Key=f"{self.name}/{name}", Body=content)
        return content

    def credentials(self) -> S3Credentials:
        self.given += 1
        made = self.gate.issue(f"results/{self.name}/")
        ends = self.gate.clock() + timedelta(hours=1)
        return S3Credentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken, ends)

    def address(self, name: str) -> Callable[[], str]:
        signed_by: int | None = None

        def fresh() -> str:
            nonlocal signed_by
            if signed_by is not None:
                self.s3.renew(signed_by)
            found, signed_by = self.s3.signed("get_object", Bucket="results", Key=f"{self.name}/{name}")
            return found

        return fresh


@pytest.fixture
def source(gate: RunningGate, request: pytest.FixtureRequest) -> Source:
    return Source(gate, gate.folder, request.node.name[:40])


Addresses = dict[Path, Callable[[], str]]


def wanted(source: Source, target: Path, sizes: dict[str, int]) -> tuple[dict[str, bytes], Addresses]:
    contents = {name: source.put(name, size) for name, size in sizes.items()}
    for name in contents:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
    return contents, {target / name: source.address(name) for name in contents}


def test_small_and_large_files_come_whole(source: Source, engine: TransferEngine, tmp_path: Path) -> None:
    sizes = {f"photo {number}.jpg": 3000 + number for number in range(25)}
    sizes |= {"deep/ünï+4%~.bin": 3 * MIB + 17, "empty.txt": 0}
    contents, files = wanted(source, tmp_path, sizes)
    engine.range_bytes = MIB
    told: list = []
    download_folder(files, Work(report=told.append), engine)
    assert {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in files} == contents
    assert {path for path in tmp_path.rglob("*") if path.is_file()} == set(files), "nothing is left behind"
    assert (told[-1].fraction, told[-1].facts["files_done"], told[-1].facts["files_total"]) == (1.0, "27", "27")


def test_credentials_that_end_in_the_middle_are_replaced(
    source: Source, engine: TransferEngine, tmp_path: Path
) -> None:
    contents, files = wanted(source, tmp_path, {f"{number}.jpg": 2000 for number in range(60)})
    real, ended = files[tmp_path / "30.jpg"], []

    def ending() -> str:
        if not ended:
            ended.append(source.given)
            source.gate.call(source.gate.gate.expire)
        return real()

    files[tmp_path / "30.jpg"] = ending
    download_folder(files, Work(), engine)
    assert {path.name: path.read_bytes() for path in files} == contents
    assert source.given > ended[0], "credentials were asked for anew"


def test_a_second_run_fetches_only_what_is_missing(source: Source, engine: TransferEngine, tmp_path: Path) -> None:
    contents, files = wanted(source, tmp_path, {f"{number}.jpg": 2000 for number in range(12)})
    journal, asked = MemoryJournal(), []

    def stopping(name: str, real: Callable[[], str]) -> Callable[[], str]:
        def fresh() -> str:
            asked.append(name)
            return real()
        return fresh

    counted = {path: stopping(path.name, real) for path, real in files.items()}
    with pytest.raises(Cancelled):
        download_folder(counted, Work(journal, cancelled=lambda: len(asked) > 5), engine)
    here = {path.name for path in files if path.is_file()}
    assert here and len(here) < len(files)
    asked.clear()
    download_folder(counted, Work(journal), engine)
    assert {path.name: path.read_bytes() for path in files} == contents
    assert len(asked) < len(files)
    asked.clear()
    (tmp_path / "7.jpg").unlink()
    download_folder(counted, Work(journal), engine)
    assert asked == ["7.jpg"] and (tmp_path / "7.jpg").read_bytes() == contents["7.jpg"]


def test_what_is_not_in_the_storage_is_told(source: Source, engine: TransferEngine, tmp_path: Path) -> None:
    _, files = wanted(source, tmp_path, {"there.jpg": 10})
    with pytest.raises(TransferFailed) as caught:
        download_folder({**files, tmp_path / "gone.jpg": source.address("gone.jpg")}, Work(), engine)
    assert caught.value.kind is Kind.NOT_FOUND
    assert not list(tmp_path.rglob("gone*"))


def test_a_document_is_read_up_to_its_limit(source: Source, engine: TransferEngine, tmp_path: Path) -> None:
    content = source.put("index.json", 3 * MIB)
    assert read_document(source.address("index.json"), Work(), engine) == content
    with pytest.raises(TransferFailed) as caught:
        read_document(source.address("index.json"), Work(), engine, most_bytes=MIB)
    assert caught.value.facts["reason"] == "document_size"
