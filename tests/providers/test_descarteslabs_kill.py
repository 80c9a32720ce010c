"""The process killed in the middle of uploads to the Descartes Labs catalog, and the same job run again: each file is
there as it is, as one image."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from analytic_images import write_image
from killing import KILLED, Job, killed_at_20_moments
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

SEED = 20282
NAMES = ("april", "june", "may")
STORAGE = "putSignedFile"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files that do not look alike."""
    folder = tmp_path_factory.mktemp("files")
    for number, name in enumerate(NAMES):
        noise = np.frombuffer(random.Random(number).randbytes(300 * 300 * 2), "uint16")
        write_image(folder / f"{name}.tif", noise.reshape(300, 300, 1))
    return folder


class Upload:
    """An upload into a product of its own."""

    def __init__(self, sandbox: SandboxProcess, files: Path, folder: Path, number: int) -> None:
        self.sandbox, self.files, self.begun = sandbox, files, sandbox.last_entry()
        self.calls = CatalogCalls(sandbox)
        self.product = self.calls.product(f"killed-{number}")
        self.calls.band(self.product)
        ready = json.dumps(sandbox.ready["descarteslabs"])
        self.job = Job("descarteslabs_process.py", ready, folder / f"journal-{number}", self.product, files)

    def finish(self) -> None:
        """Run to the end: one image and one stored file for each file, with its bytes, and one good result."""
        assert self.job.finish()["result"] == ["SUCCESS"] * len(NAMES)
        listed = self.calls.sent("POST", "metadata/v1/search", json={"products": [self.product], "limit": 100})
        assert sorted(one["id"] for one in listed) == [f"{self.product}:{name}" for name in NAMES]
        results = self.calls.sent("POST", f"metadata/v1/catalog/products/{self.product}/uploads", json={})["data"]
        assert sorted(one["id"] for one in results) == [f"{name}.tif" for name in NAMES]
        for name in NAMES:
            kept = self.calls.request("GET", f"storage/v1/products/get/{self.product}/{name}.tif")
            assert kept.content == (self.files / f"{name}.tif").read_bytes(), name
        # Of those that arrived before, at most the one whose arrival was not yet noted is sent again.
        assert len(NAMES) <= self.sent() <= len(NAMES) + 1

    def sent(self) -> int:
        """How many files the storage took."""
        found = self.sandbox.log(operation=STORAGE, after=self.begun)
        return sum(one["status"] == 200 for one in found)


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_note(sandbox: SandboxProcess, files: Path, tmp_path: Path, when: str) -> None:
    for number in range(1, 100):
        upload = Upload(sandbox, files, tmp_path, number)
        code, given = upload.job.run(f"{when} {number}")
        assert code == KILLED or given["notes"] < number
        upload.finish()
        if code == 0:
            break
    assert number > 3 * len(NAMES)


@pytest.mark.timeout(1500)
def test_killed_at_20_seeded_moments(sandbox: SandboxProcess, files: Path, tmp_path: Path) -> None:
    sandbox.settings(descarteslabs_upload_seconds=0.3)

    def run(number: int, seconds: float | None) -> tuple[float, bool]:
        sandbox.fault(kind="slow_upload", operation=STORAGE, bytes_per_second=500_000, count=0)
        upload = Upload(sandbox, files, tmp_path, number)
        ended = upload.job.end_after(seconds)
        sandbox.clear_faults()
        upload.finish()
        return ended

    killed_at_20_moments(SEED, run)
