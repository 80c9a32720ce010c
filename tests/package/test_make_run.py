"""`make run`, as a user calls it, on a display of its own."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MINE = ("PYTHON", "VIRTUAL_ENV", "PYTEST", "QGIS", "QT_", "WAYLAND", "MAKE", "IMAGERY_HUB", "SANDBOX")


@pytest.fixture
def display() -> Iterator[str]:
    """A screen that nobody looks at."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"],
        pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait(30)


def test_a_session_comes_up_and_takes_its_sandbox_with_it(display: str, tmp_path: Path) -> None:
    facts_file = tmp_path / "facts.json"
    mine = {name: value for name, value in os.environ.items() if not name.startswith(MINE)}
    done = subprocess.run(
        ["make", "run"], cwd=ROOT, capture_output=True, text=True, timeout=250, stdin=subprocess.DEVNULL,
        env={**mine, "DISPLAY": display, "XDG_RUNTIME_DIR": str(tmp_path), "RUN_FOLDER": str(tmp_path / "run"),
             "FACTS": str(facts_file), "PYQGIS_STARTUP": str(Path(__file__).with_name("look_at_session.py"))},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    facts = json.loads(facts_file.read_text("utf-8"))
    assert "imagery_hub" in facts["plugins"] and facts["toolbar"]
    assert facts["layers"] == {"NEON OSBS_029": [True, 400, 400]}
    assert facts["connections"] == {
        f"Sandbox ({name})": "" for name in ("Picterra", "PIX4D", "Pixel", "Pixxel", "Descartes Labs")}
    assert list((tmp_path / "run" / "flight" / "photos").iterdir())
    address = next(one for one in done.stdout.split() if one.startswith("http://127.0.0.1:"))
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)
