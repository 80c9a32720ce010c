"""The process killed in the middle of an upload of photos, and the same job run again: no photo twice, none missing."""

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
from pix4d_project import StoredProject
from sandbox_process import ROOT, SandboxProcess

PROCESS = Path(__file__).parents[1] / "support" / "pix4d_photo_process.py"
KILLED = -9
SEED = 20262
COUNT = 30
MOMENTS = 20


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """So many files of different content; that they are no images is not looked at when they are registered."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(COUNT):
        (folder / f"DJI_{number:04d}.JPG").write_bytes(random.Random(number).randbytes(60_000))
    return folder


class Upload:
    """An upload that is run, and run again, with one journal."""

    def __init__(self, sandbox: SandboxProcess, photos: Path, folder: Path) -> None:
        self.project, self.photos = StoredProject(sandbox), photos
        self.arguments = [sys.executable, str(PROCESS), str(ROOT), json.dumps(sandbox.ready["pix4d"]),
                          str(self.project.id), str(photos), str(folder / f"{self.project.id}.sqlite")]

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
        """Run to the end: each photo is there as it is, was registered once, and its id is known."""
        code, given = self.run()
        assert code == 0
        contents = {path.name: path.read_bytes() for path in self.photos.iterdir()}
        assert self.project.stored() == contents
        assert self.project.seen()["notes"]["registered"] == dict.fromkeys(contents, 1)
        listed = {one["s3_key"].rsplit("/", 1)[1]: str(one["id"]) for one in self.project.photos(page_size=500)}
        assert given["photos"] == listed
        assert (set(listed), given["left_out"]) == (set(contents), [])


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_note(sandbox: SandboxProcess, photos: Path, tmp_path: Path, when: str) -> None:
    for number in range(1, 100):
        upload = Upload(sandbox, photos, tmp_path)
        code, given = upload.run(f"{when} {number}")
        assert code == KILLED or given["notes"] < number
        upload.finish()
        if code == 0:
            break
    assert number > 8


@pytest.mark.timeout(1500)
def test_killed_at_seeded_moments(sandbox: SandboxProcess, photos: Path, tmp_path: Path) -> None:
    """A slow platform gives it time to be in the middle of a registration."""
    chance = random.Random(SEED)
    sandbox.fault(kind="delay", operation="bulkRegisterInputs", seconds=0.1, count=0)
    begun = time.monotonic()
    assert Upload(sandbox, photos, tmp_path).run()[0] == 0
    lasts, kills = time.monotonic() - begun, 0
    for _ in range(3 * MOMENTS):
        upload = Upload(sandbox, photos, tmp_path)
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
