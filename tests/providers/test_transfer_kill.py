"""Processes killed in the middle of transfers, and run again with the same journal."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import random
import signal
import time

import pytest
from range_server import RangeServer
from transfer_child import Jobs
from transfer_helpers import MIB, made_file, part_of

KINDS = ["put", "parts", "s3", "passed", "folder", "download"]
MOMENTS = 20
COUNT = 30
LARGE = 11 * MIB
SIZES = {"put": 6 * MIB, "parts": 9 * MIB + 5, "s3": 23 * MIB, "passed": 23 * MIB, "folder": 20_000,
         "download": 9 * MIB + 5}


@pytest.fixture(scope="module")
def jobs():
    with Jobs() as running:
        yield running


@pytest.fixture(scope="module")
def s3():
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1",
                          aws_access_key_id="AK", aws_secret_access_key="SK")
    client.create_bucket(Bucket="drop")
    client.address = f"http://{host}:{port}"
    yield client
    server.stop()


class Bench:
    """One kind of transfer with its storage: makes jobs, and looks at what they left."""

    def __init__(self, kind: str, folder, storage: RangeServer, s3) -> None:
        self.kind, self.folder, self.storage, self.s3 = kind, folder, storage, s3
        self.source = (storage.folder if kind in ("download", "passed") else folder) / "source.bin"
        self.content = made_file(self.source, SIZES[kind])
        self.large = made_file(folder / "large.bin", LARGE) if kind == "folder" else b""

    def job(self, name: str, **more: object) -> dict[str, object]:
        address = {"download": f"{self.storage.address}/source.bin?sig=%2f", "s3": self.s3.address,
                   "passed": self.s3.address, "folder": self.s3.address}
        path = self.folder / f"{name}.bin" if self.kind == "download" else self.source
        return {"kind": self.kind, "name": name, "journal": str(self.folder / "journal.sqlite"), "path": str(path),
                "address": address.get(self.kind, f"{self.storage.address}/{name}"), "size": SIZES[self.kind],
                "count": COUNT, "origin": f"{self.storage.address}/source.bin", "large": str(self.folder / "large.bin"),
                "checksum": "sha256:" + hashlib.sha256(self.content).hexdigest(), **more}

    def time_of_whole(self, jobs: Jobs, name: str) -> float:
        """Seconds that the transfer takes when nobody disturbs it."""
        began = time.monotonic()
        assert jobs.whole(self.job(name)) == 0
        lasts = time.monotonic() - began
        self.check(name)
        return lasts

    def check(self, name: str) -> None:
        """Identical bytes, exactly one object, and nothing left beside it."""
        if self.kind == "download":
            assert (self.folder / f"{name}.bin").read_bytes() == self.content
            assert not part_of(self.folder / f"{name}.bin")
            return
        if self.kind == "folder":
            self.check_folder(name)
            return
        if self.kind in ("s3", "passed"):
            assert self.s3.get_object(Bucket="drop", Key=name)["Body"].read() == self.content
            assert self.s3.list_objects_v2(Bucket="drop", Prefix=name)["KeyCount"] == 1
            assert "Uploads" not in self.s3.list_multipart_uploads(Bucket="drop", Prefix=name)
            self.s3.delete_object(Bucket="drop", Key=name)
            return
        found = sorted(path for path in self.storage.folder.iterdir() if path.name.startswith(name))
        assert len(found) == (1 if self.kind == "put" else -(-SIZES["parts"] // MIB))
        assert b"".join(path.read_bytes() for path in found) == self.content
        for path in found:
            path.unlink()

    def check_folder(self, name: str) -> None:
        """Each file once, as it is, and nothing unfinished."""
        keys = [one["Key"] for one in self.s3.list_objects_v2(Bucket="drop", Prefix=name)["Contents"]]
        assert keys == [*(f"{name}/{number:03d}.jpg" for number in range(COUNT)), f"{name}/large.tif"]
        assert "Uploads" not in self.s3.list_multipart_uploads(Bucket="drop", Prefix=name)
        for key in keys:
            content = self.s3.get_object(Bucket="drop", Key=key)["Body"].read()
            assert content == (self.large if key.endswith("large.tif") else self.content)
            self.s3.delete_object(Bucket="drop", Key=key)


@pytest.fixture
def bench(request, tmp_path, s3):
    with RangeServer(tmp_path / "storage") as storage:
        storage.delay = lambda left: time.sleep(0.002)
        yield Bench(request.param, tmp_path, storage, s3)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_killed_at_random_moments(bench, jobs):
    lasts = min(bench.time_of_whole(jobs, name) for name in ("first-", "second-", "third-"))
    chance = random.Random(f"imagery hub {bench.kind}")
    ends = []
    for number in range(MOMENTS):
        name = f"job-{number:02d}-"
        began, process = time.monotonic(), jobs.start(bench.job(name))
        time.sleep(lasts * chance.random())
        with contextlib.suppress(ProcessLookupError):  # it may be faster than the first ones were
            os.kill(process, signal.SIGKILL)
        ends.append(jobs.ended())
        if ends[-1] == 0:
            lasts = min(lasts, time.monotonic() - began)
        assert jobs.whole(bench.job(name)) == 0
        bench.check(name)
    assert set(ends) <= {0, -signal.SIGKILL} and ends.count(-signal.SIGKILL) > MOMENTS / 2


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_killed_at_every_note(bench, after, jobs):
    """Between a request and the note of its answer, too: that is where an object could come twice."""
    bench.storage.delay = lambda left: None
    for number in range(1, 100):
        name = f"note-{number:02d}-{after}-"
        end = jobs.whole(bench.job(name, at=number, after=after))
        assert end in (0, -signal.SIGKILL)
        assert jobs.whole(bench.job(name)) == 0
        bench.check(name)
        if end == 0:
            break
    assert number > 2
