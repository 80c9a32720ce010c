"""Small files are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from imagery_hub.core.whole_file import write_whole


@pytest.mark.parametrize("content", [b"\x89PNG", "käse"])
def test_text_and_bytes_arrive(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "a.bin"
    write_whole(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_what_cannot_be_brought_to_its_place_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old" and [one.name for one in tmp_path.iterdir()] == ["a.bin"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    link, path = tmp_path / "link", tmp_path / "a.bin"
    path.write_bytes(b"old")
    link.symlink_to(path)
    write_whole(link, b"new")
    assert link.is_symlink() and path.read_bytes() == b"new"


def test_a_device_stays_one() -> None:
    device = Path("/dev/full")
    with pytest.raises(OSError, match="No space"):
        write_whole(device, b"new")
    assert device.is_char_device() and not list(Path("/dev").glob("*.part"))
