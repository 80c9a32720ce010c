"""The fetcher of the NEON tile: what is there is left alone, what cannot be had is said."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def fetcher() -> ModuleType:
    specification = importlib.util.spec_from_file_location("fetch_neon", ROOT / "tools" / "fetch_neon.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip finds nothing, neither on the network nor on this machine."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")


def test_whole_files_are_left_alone(fetcher: ModuleType, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = fetcher.fetch()
    request.getfixturevalue("offline")
    copies = tmp_path / "copies"
    copies.mkdir()
    for name in fetcher.FILES:
        (copies / name).write_bytes((folder / name).read_bytes())
    before = [(copies / name).stat().st_mtime_ns for name in fetcher.FILES]
    assert fetcher.fetch(copies) == copies
    assert [(copies / name).stat().st_mtime_ns for name in fetcher.FILES] == before


def test_what_cannot_be_had_is_said(
    fetcher: ModuleType,
    offline: None,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for name in fetcher.FILES:
        (damaged / name).write_bytes(b"not the tile")
    monkeypatch.setattr("sys.argv", ["fetch_neon.py", str(damaged)])
    assert fetcher.main() == 1
    said = capsys.readouterr().err
    assert "could not be downloaded" in said and "try again" in said
    assert not list(damaged.glob("*.part"))
