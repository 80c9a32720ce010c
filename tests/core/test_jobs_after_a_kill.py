"""QGIS killed in the middle of an upload, started again, "Continue" clicked; and two that continue at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core.jobs import JobStore, State
from imagery_hub.core.jobs.logbook import read_log
from qgis_sessions import SUPPORT, QgisSessions
from sandbox_images import write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, ROOT, SandboxProcess

MASTER = "the master password of a test"

pytestmark = pytest.mark.timeout(700)


class Sessions(QgisSessions):
    """With an image to upload, and a connection or, where its name is empty, the environment variables."""

    def __init__(self, folder: Path, platform: SandboxProcess, connection: str) -> None:
        pixels = np.random.default_rng(5).integers(0, 255, (3, 1800, 1800), np.uint8)
        self.image = write_image(folder / "image.tif", pixels)
        self.platform = platform
        super().__init__(
            folder, IMAGE=str(self.image), CONNECTION=connection, MASTER=MASTER, KEY=PICTERRA_KEY,
            PICTERRA_BASE_URL=platform.address,
        )
        self.environment.pop("PICTERRA_API_KEY", None)
        if not connection:
            self.environment["PICTERRA_API_KEY"] = PICTERRA_KEY

    def kill_in_the_middle(self) -> str:
        """Start an upload, kill QGIS while bytes arrive, and give the job's id."""
        self.platform.fault(kind="slow_upload", method="PUT", bytes_per_second=300_000, count=0)
        process = self.start("killed_session.py")
        told = self.folder / "session.txt"
        wait_for(lambda: told.exists() and " " in told.read_text(), process)
        number, job = told.read_text().split()
        wait_for(lambda: '"message": "uploading"' in self.store_text(job), process)
        os.kill(int(number), signal.SIGKILL)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 137, output
        self.platform.clear_faults()
        assert self.rasters() == []
        return job

    def store(self) -> JobStore:
        return JobStore(self.profiles / "profiles" / "default" / "imagery_hub" / "jobs.sqlite")

    def store_text(self, job: str) -> str:
        import json

        store = self.store()
        record = store.get(job)
        store.close()
        return json.dumps(record.progress) if record is not None else ""

    def rasters(self) -> list[dict[str, Any]]:
        return PicterraCalls(self.platform).get("rasters/")["results"]

    def only_one_and_whole(self, job: str) -> None:
        """Exactly one raster, with the bytes of the file; the job is done and was continued once."""
        (raster,) = self.rasters()
        calls = PicterraCalls(self.platform)
        address = calls.get(f"rasters/{raster['id']}/download/")["download_url"]
        assert calls.session.get(address, timeout=60).content == self.image.read_bytes()
        commits = [one for one in self.platform.log() if one["operation"] == "commitRaster"]
        assert len([one for one in commits if one["test"] == self.platform.test]) == 1
        store = self.store()
        assert store.get(job).state is State.DONE
        assert read_log(store.path, job).count("Continued with") == 1
        store.close()


def wait_for(ready: Callable[[], object], process: subprocess.Popen[str], seconds: float = 150) -> None:
    end = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            pytest.fail(process.communicate()[0])
        time.sleep(0.05)


@pytest.fixture
def platform(sandbox: SandboxProcess, request: pytest.FixtureRequest) -> SandboxProcess:
    sandbox.test = request.node.nodeid
    return sandbox


def test_what_was_killed_is_continued_by_a_click_after_the_master_password(
    platform: SandboxProcess, tmp_path: Path
) -> None:
    sessions = Sessions(tmp_path, platform, "Sandbox")
    job = sessions.kill_in_the_middle()
    process = sessions.start("continued_session.py")
    output, _ = process.communicate(timeout=320)
    assert process.returncode == 0, output
    sessions.only_one_and_whole(job)


def test_what_was_cut_off_by_quitting_waits_for_the_next_start(platform: SandboxProcess, tmp_path: Path) -> None:
    """QGIS ends without asking about active tasks, and at once: nothing is lost."""
    sessions = Sessions(tmp_path, platform, "")
    platform.fault(kind="slow_upload", method="PUT", bytes_per_second=300_000, count=0)
    process = sessions.start("killed_session.py", QUIT="1", QGIS_LIMIT="180")
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    platform.clear_faults()
    _, job = (tmp_path / "session.txt").read_text().split()
    store = sessions.store()
    record = store.get(job)
    store.close()
    assert (record.state, record.message) == (State.PAUSED, "QGIS ended in the middle of it.")
    process = sessions.start("continued_session.py")
    output, _ = process.communicate(timeout=320)
    assert process.returncode == 0, output
    sessions.only_one_and_whole(job)


def test_two_that_continue_the_same_job_at_once_do_it_once(platform: SandboxProcess, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, platform, "")
    job = sessions.kill_in_the_middle()
    platform.fault(kind="slow_upload", method="PUT", bytes_per_second=1_500_000, count=0)
    environment = {
        **sessions.environment, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(sessions.profiles)
    }
    rival = subprocess.Popen(
        [sys.executable, str(SUPPORT / "rival_process.py"), str(ROOT), str(tmp_path), job],
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )
    process = sessions.start("continued_session.py", RIVAL="1")
    output, _ = process.communicate(timeout=320)
    assert process.returncode == 0, output
    answer = rival.communicate(timeout=60)[0].strip().splitlines()[-1]
    assert answer == "done" or "Another run is working on the job" in answer or "done already" in answer, answer
    sessions.only_one_and_whole(job)
