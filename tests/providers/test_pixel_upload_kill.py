"""The process killed in the middle of an upload to Pixel, and the same job run again: no file twice, none missing."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from pixel_batch import Stored, md5, photos
from sandbox_pixel import PixelCalls
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pixel_upload_process.py"
KILLED = -9
SEED = 20265
COUNT, LARGE = 26, 4
MOMENTS = 20


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photos in four blocks; the last ones are large and sent in parts."""
    folder = tmp_path_factory.mktemp("files")
    for number, path in enumerate(photos(folder, COUNT)[-LARGE:]):
        path.write_bytes(path.read_bytes() + random.Random(number).randbytes(150_000))
    return folder


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    sandbox.settings(pixel_smallest_part=1)
    return PixelCalls(sandbox)


class Upload:
    """An upload that is run, and run again, with one journal, into a data collection of its own."""

    def __init__(self, calls: PixelCalls, files: Path, folder: Path) -> None:
        self.files, self.place = files, calls.collection(calls.project())
        self.stored = Stored(calls, self.place)
        journal = folder / f"{self.place.replace('/', '-')}.sqlite"
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), json.dumps(calls.ready), self.place, str(files),
                          str(journal)]

    def start(self, die: str = "") -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name != "DIE"}
        environment |= {"DIE": die} if die else {}
        return subprocess.Popen(self.arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)

    def run(self, die: str = "") -> tuple[int, dict[str, Any]]:
        process = self.start(die)
        out, errors = process.communicate(timeout=90)
        assert process.returncode in (0, KILLED), errors.decode()
        return process.returncode, json.loads(out) if out else {}

    def finish(self) -> None:
        """Run to the end: each file is there once, as it is, and its id is known."""
        code, given = self.run()
        assert code == 0
        assert self.stored.digests() == {path.name: [md5(path.read_bytes())] for path in self.files.iterdir()}
        assert given["made"] == {f"{one['name']}.jpg": str(one["id"]) for one in self.stored.listed()}


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_note(calls: PixelCalls, files: Path, tmp_path: Path, when: str) -> None:
    for number in range(1, 100):
        upload = Upload(calls, files, tmp_path)
        code, given = upload.run(f"{when} {number}")
        assert code == KILLED or given["notes"] < number
        upload.finish()
        if code == 0:
            break
    assert number > 20


@pytest.mark.timeout(1500)
def test_killed_at_seeded_moments(calls: PixelCalls, files: Path, tmp_path: Path, sandbox: SandboxProcess) -> None:
    """A slow platform gives it time to be in the middle of telling that files have arrived."""
    chance = random.Random(SEED)
    for operation in ("createUploadJobs", "multipleUploadFinished", "postPresignedForm"):
        sandbox.fault(kind="delay", operation=operation, seconds=0.05, count=0)
    begun = time.monotonic()
    assert Upload(calls, files, tmp_path).run()[0] == 0
    lasts, kills = time.monotonic() - begun, 0
    for _ in range(3 * MOMENTS):
        upload = Upload(calls, files, tmp_path)
        begun, process = time.monotonic(), upload.start()
        time.sleep(lasts * chance.uniform(0.3, 0.95))
        process.kill()
        process.communicate(timeout=60)
        if process.returncode == KILLED:
            kills += 1
        else:  # it was faster than those before it
            lasts = min(lasts, time.monotonic() - begun)
        upload.finish()
        if kills == MOMENTS:
            return
    pytest.fail(f"Only {kills} of {3 * MOMENTS} runs were still under way when they were to be killed.")
