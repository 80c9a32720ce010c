"""The committed pages are what their sources say, and their links lead somewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import check_docs

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("tool", ["make_reference", "make_help"])
def test_generated_pages_are_up_to_date(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, f"tools/{tool}.py", "--check"], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_links_and_pictures_are_there() -> None:
    assert check_docs.check(ROOT) == []


def test_faults_are_found(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "alone.png").write_bytes(b"picture")
    text = "# One\n\n[there](#one) [gone](#two) [page](docs/none.md) ![picture](docs/none.png) `[code](nowhere.md)`\n"
    (tmp_path / "README.md").write_text(text, "utf-8")
    found = [line.removeprefix(str(tmp_path)) for line in check_docs.check(tmp_path)]
    assert found == [
        "/README.md: #two: no such place",
        "/README.md: docs/none.md leads nowhere",
        "/README.md: docs/none.png leads nowhere",
        "/docs/alone.png is used nowhere",
    ]
