"""The carried boto3 works in a stock QGIS's Python, where boto3 is not installed and nothing of the test's own is."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.carried.rewrite_imports import rewrite

SYSTEM_PYTHON = "/usr/bin/python3"
KEY, SECRET = "carried-key", "marker-" + "secret-of-the-storage"


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[str]:
    """Address of an S3 on this machine, which refuses a wrong secret."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    (tmp_path / "storage").mkdir()
    rclone = str(Path(sys.executable).parent / "rclone")
    command = [rclone, "serve", "s3", "--config", "", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}",
               str(tmp_path / "storage")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "rclone ended"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def talk(plugins: Path, address: str, home: Path, secret: str = SECRET) -> subprocess.CompletedProcess[str]:
    script = Path(__file__).with_name("talk_to_s3.py")
    return subprocess.run(
        [SYSTEM_PYTHON, "-B", "-s", str(script), str(plugins), address, KEY, secret],
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)}, capture_output=True, text=True, timeout=60,
    )


def test_the_carried_boto3_talks_to_a_storage(plugins: Path, storage: str, tmp_path: Path) -> None:
    done = talk(plugins, storage, tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    print(f"import {facts['import_seconds']} s, first client {facts['client_seconds']} s")
    assert facts["one"] == "one"
    assert facts["two"] == (5 << 20) + 1
    assert facts["keys"] == ["one.bin", "two.bin"]
    assert facts["services"] == ["s3", "sts"]
    assert facts["asked_outside"] == []
    assert facts["from_the_environment"] == []
    assert facts["used_by_the_plugin"] == "imagery_hub._vendor.botocore.session"
    assert (tmp_path / "storage" / "carried" / "two.bin").stat().st_size == (5 << 20) + 1


def test_a_wrong_secret_is_refused(plugins: Path, storage: str, tmp_path: Path) -> None:
    done = talk(plugins, storage, tmp_path, secret="another")
    assert done.returncode != 0
    assert "ClientError" in done.stderr


CARRIED = frozenset({"boto3", "botocore"})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import botocore\n", "from own import botocore\n"),
        ("import botocore.a.b\n", "import own.botocore.a.b\nfrom own import botocore\n"),
        ("import botocore.a as b  # why\n", "import own.botocore.a as b  # why\n"),
        ("if a:\n    import boto3.b\n    c\n", "if a:\n    import own.boto3.b\n    from own import boto3\n    c\n"),
        ("import os, boto3\n", "import os\nfrom own import boto3\n"),
        ("from botocore.a import (\n    b,\n    c as d\n)\n", "from own.botocore.a import (\n    b,\n    c as d\n)\n"),
        ("from botocore import a\n", "from own.botocore import a\n"),
        ("from . import a\nfrom .botocore import b\n", "from . import a\nfrom .botocore import b\n"),
        ("lazy_call('boto3.s3.x', a=1)\n", "lazy_call('own.boto3.s3.x', a=1)\n"),
        ("get('botocore')\n'''\nimport boto3\n'''\n", "get('botocore')\n'''\nimport boto3\n'''\n"),
        ("ä = 'ö'; x = lazy_call('boto3.y')\n", "ä = 'ö'; x = lazy_call('own.boto3.y')\n"),
    ],
)
def test_imports_are_rewritten_and_nothing_else(before: str, after: str) -> None:
    assert rewrite(before, "own", CARRIED) == after


@pytest.mark.parametrize("text", ["x = 1; import boto3\n", "import boto3; x = 1\n"])
def test_what_cannot_be_rewritten_safely_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="more than one statement"):
        rewrite(text, "own", CARRIED)
