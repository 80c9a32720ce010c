"""S3 uploads against the sandbox's storage, which checks signature, prefix and expiry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from imagery_hub.providers.errors import Cancelled, Kind, TransferFailed
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.transfer import S3Credentials, S3Multipart, SignedPut, abandon, download, upload
from imagery_hub.providers.work import Work
from storage_gate import RunningGate
from transfer_helpers import MIB, made_file, quick_engine

PREFIX = "drop/user-1/project-7"


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


class Issuer:
    """Gives credentials as the platform does and counts; ``lifetime`` is told to the client, not to the gate."""

    def __init__(self, gate: RunningGate, prefix: str = PREFIX, seconds: float = 3600) -> None:
        self.gate, self.prefix, self.seconds = gate, prefix, seconds
        self.given: list[str] = []

    def __call__(self) -> S3Credentials:
        made = self.gate.issue(self.prefix)
        self.given.append(made.AccessKeyId)
        ends = self.gate.clock() + timedelta(seconds=self.seconds)
        return S3Credentials(made.AccessKeyId, made.SecretAccessKey, made.SessionToken, ends)


def protocol(gate, issuer, key: str) -> S3Multipart:
    return S3Multipart("drop", f"user-1/project-7/{key}", issuer, "us-east-1", gate.gate.address, 5 * MIB)


@pytest.mark.parametrize("size", [0, 100, 5 * MIB, 18 * MIB + 3])
def test_what_arrives_is_what_was_sent_under_any_name(size, gate, engine, tmp_path):
    content = made_file(tmp_path / "a", size)
    name = f"DJI 00+4%1 ünï~({size}).jpg"
    upload(tmp_path / "a", protocol(gate, Issuer(gate), name), Work(), engine)
    assert (gate.folder / "drop/user-1/project-7" / name).read_bytes() == content
    reader = gate.client(gate.issue(PREFIX))
    address = reader.generate_presigned_url("get_object", {"Bucket": "drop", "Key": f"user-1/project-7/{name}"})
    download(lambda: address, tmp_path / "b", Work(), engine, expected_size=size)
    assert (tmp_path / "b").read_bytes() == content


@pytest.mark.parametrize("parallel", [1, 6])
def test_credentials_that_end_in_mid_upload_are_replaced_once(parallel, gate, tmp_path):
    content, issuer = made_file(tmp_path / "a", 58 * MIB), Issuer(gate)
    ended: list[int] = []

    class Ending(MemoryJournal):
        """Lets all credentials end after the second part."""

        def finish(self, name, value=None):
            super().finish(name, value)
            if name.startswith("transfer/part-") and len(self.names()) == 3:
                ended.append(gate.call(gate.gate.expire))

    with quick_engine(parallel=parallel) as engine:
        upload(tmp_path / "a", protocol(gate, issuer, f"renewed-{parallel}.tif"), Work(Ending()), engine)
    assert (gate.folder / f"drop/user-1/project-7/renewed-{parallel}.tif").read_bytes() == content
    assert ended and len(issuer.given) == 2


def test_a_place_outside_the_prefix_is_refused_without_signatures(gate, engine, tmp_path):
    for size in (10, 6 * MIB):
        made_file(tmp_path / "a", size)
        place = S3Multipart("drop", "user-2/x.tif", Issuer(gate), "us-east-1", gate.gate.address, 5 * MIB)
        with pytest.raises(TransferFailed) as caught:
            upload(tmp_path / "a", place, Work(), engine)
        assert caught.value.kind in (Kind.STORAGE_REFUSED, Kind.ADDRESS_EXPIRED)
        assert caught.value.facts["code"] == "AccessDenied" and "Signature" not in str(caught.value)
    assert not (gate.folder / "drop/user-2").exists()


def test_stopped_resumed_and_abandoned(gate, tmp_path):
    content, journal = made_file(tmp_path / "a", 23 * MIB), MemoryJournal()

    def two_parts() -> bool:
        return sum(name.startswith("transfer/part-") for name in journal.names()) >= 2

    with quick_engine(parallel=1) as engine:
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(gate, Issuer(gate), "s.tif"), Work(journal, cancelled=two_parts), engine)
        told = []
        upload(tmp_path / "a", protocol(gate, Issuer(gate), "s.tif"), Work(journal, report=told.append), engine)
        assert (gate.folder / "drop/user-1/project-7/s.tif").read_bytes() == content
        assert next(progress.bytes_done for progress in told if progress.bytes_done) >= 10 * MIB
        journal = MemoryJournal()
        with pytest.raises(Cancelled):
            upload(tmp_path / "a", protocol(gate, Issuer(gate), "t.tif"), Work(journal, cancelled=two_parts), engine)
        abandon(protocol(gate, Issuer(gate), "t.tif"), Work(journal), engine)
    assert not (gate.folder / "drop/user-1/project-7/t.tif").exists()
    assert not list((gate.folder / "drop/user-1/project-7").glob(".rclone*"))


def test_a_signed_put_with_a_tampered_address_is_refused(gate, engine, tmp_path):
    made_file(tmp_path / "a", 100)
    client = gate.client(gate.issue(PREFIX))
    good = client.generate_presigned_url("put_object", {"Bucket": "drop", "Key": "user-1/project-7/p q~.bin"})
    upload(tmp_path / "a", SignedPut(lambda: good), Work(), engine)
    with pytest.raises(TransferFailed):
        upload(tmp_path / "a", SignedPut(lambda: good.replace("p%20q", "other")), Work(), engine)
    assert sorted(path.name for path in (gate.folder / "drop/user-1/project-7").glob("*.bin")) == ["p q~.bin"]
