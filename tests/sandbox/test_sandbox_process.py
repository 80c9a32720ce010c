"""The process: how it starts, what it leaves behind, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from sandbox_picterra import PicterraCalls
from sandbox_process import ROOT, SandboxProcess, interpreter

NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self").exists(), reason="other processes are looked at in /proc")


def children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return [int(one) for one in found]


def gone(pid: int, seconds: float = 15) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


@NEEDS_PROC
def test_it_ends_on_sigterm_and_leaves_nothing(own_sandbox: SandboxProcess, image: Path) -> None:
    PicterraCalls(own_sandbox).upload_raster(image)
    workers = children(own_sandbox.process.pid)
    assert workers
    assert own_sandbox.stop() == 0
    assert own_sandbox.errors.read_text("utf-8") == ""
    assert [one for one in Path(own_sandbox.ready["folder"]).rglob("*") if one.is_file()] == []
    assert all(gone(one) for one in workers)


@NEEDS_PROC
def test_workers_do_not_outlive_a_killed_sandbox(own_sandbox: SandboxProcess, image: Path) -> None:
    PicterraCalls(own_sandbox).upload_raster(image)
    workers = children(own_sandbox.process.pid)
    own_sandbox.process.kill()
    assert own_sandbox.process.wait(10) == -signal.SIGKILL
    assert workers and all(gone(one) for one in workers)


def start(tmp_path: Path, *arguments: str, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    command = [interpreter(), "-m", "sandbox", "--port", "0", "--folder", str(tmp_path / "f"), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdin=stdin, stdout=subprocess.PIPE)


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    process = start(tmp_path, "--parent", str(parent.pid))
    try:
        assert process.stdout is not None and json.loads(process.stdout.readline())["ready"]
        parent.communicate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


def test_it_ends_when_its_input_closes(tmp_path: Path) -> None:
    process = start(tmp_path, "--stop-with-input", stdin=subprocess.PIPE)
    try:
        assert process.stdout is not None and process.stdin is not None
        assert json.loads(process.stdout.readline())["ready"]
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def test_the_ready_line_says_how_to_connect(own_sandbox: SandboxProcess) -> None:
    ready = own_sandbox.ready
    assert ready["pid"] == own_sandbox.process.pid
    assert ready["picterra"]["root"] == own_sandbox.picterra_root
    answer = requests.get(ready["picterra"]["root"] + "users/me/", headers={"X-Api-Key": ready["picterra"]["key"]},
                          timeout=30)
    assert answer.status_code == 200
    assert "sandbox" in requests.get(own_sandbox.address, timeout=30).text


def test_a_port_that_is_taken_is_an_error(own_sandbox: SandboxProcess, tmp_path: Path) -> None:
    port = own_sandbox.address.rpartition(":")[2]
    done = subprocess.run([interpreter(), "-m", "sandbox", "--port", port, "--folder", str(tmp_path / "f")], cwd=ROOT,
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    assert done.returncode == 1
    assert f"Port {port} is taken." in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(("arguments", "setting", "value"), [
    (["--page-size", "3"], "page_size", 3), (["--drop-assumed"], "drop_assumed", True),
    (["--job-seconds", "5"], "job_seconds", 5.0)])
def test_settings_of_the_command_line_outlive_a_reset(tmp_path: Path, arguments: list[str], setting: str,
                                                      value: object) -> None:
    with SandboxProcess(tmp_path, *arguments) as process:
        process.settings(page_size=9)
        process.reset()
        assert process.control("GET", "settings")[setting] == value


@NEEDS_PROC
def test_the_memory_stays_flat_while_a_big_file_comes_in(own_sandbox: SandboxProcess) -> None:
    """300 MB come in; the server's peak grows by less than 60 MB."""
    def peak() -> int:
        lines = Path(f"/proc/{own_sandbox.process.pid}/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024

    picterra = PicterraCalls(own_sandbox)
    block = os.urandom(1024 * 1024)
    slot = picterra.post("rasters/upload/file/", {"name": "big"})
    before = peak()
    assert picterra.put(slot["upload_url"], (block for _ in range(300))) == 200
    assert [one["size"] for one in own_sandbox.control("GET", "storage")["slots"]] == [300 * 1024 * 1024]
    assert peak() - before < 60


@NEEDS_PROC
def test_the_storage_is_served_on_request(tmp_path: Path) -> None:
    import boto3
    from botocore.exceptions import ClientError

    with SandboxProcess(tmp_path, "--storage") as process:
        given = process.control("POST", "storage/credentials", {"prefix": "bucket/mine/", "seconds": 600})
        client = boto3.client("s3", endpoint_url=process.ready["storage"], region_name="eu-west-1",
                              aws_access_key_id=given["AccessKeyId"], aws_session_token=given["SessionToken"],
                              aws_secret_access_key=given["SecretAccessKey"])
        client.put_object(Bucket="bucket", Key="mine/a.txt", Body=b"content")
        assert client.get_object(Bucket="bucket", Key="mine/a.txt")["Body"].read() == b"content"
        process.advance(601)
        with pytest.raises(ClientError, match="ExpiredToken"):
            client.get_object(Bucket="bucket", Key="mine/a.txt")
        client.close()
        started = children(process.process.pid)
        assert started
    assert all(gone(one) for one in started)


def test_credentials_need_a_bucket(own_sandbox: SandboxProcess) -> None:
    with pytest.raises(RuntimeError, match="bucket"):
        own_sandbox.control("POST", "storage/credentials", {"prefix": "/"})
