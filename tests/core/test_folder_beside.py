"""The folder beside a file that is being made, while other runs for the same file begin and clean up."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from imagery_hub.core import folder_beside as module
from imagery_hub.core.folder_beside import LOCK, folder_beside
from imagery_hub.providers.transfer.locks import lock


def folders(target: Path) -> list[Path]:
    return sorted(one for one in target.parent.iterdir() if one.is_dir())


@pytest.mark.parametrize("lost", ["locked by another", "locked and removed by another"])
def test_a_folder_that_another_run_takes_for_abandoned_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    target, taken = tmp_path / "pixels.tif", []

    def raced(number: int) -> bool:
        if taken:
            return lock(number)
        taken.extend(folders(target))
        if lost == "locked by another":
            return False
        (taken[0] / LOCK).unlink()
        return lock(number)

    monkeypatch.setattr(module, "lock", raced)
    with folder_beside(target) as folder:
        assert len(taken) == 1 and folder not in taken
        assert folders(target) == [folder], "the other one is gone"
    assert folders(target) == []


def test_a_disk_that_locks_nothing_is_worked_on_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "lock", lambda number: False)
    with folder_beside(tmp_path / "pixels.tif") as folder:
        assert folders(tmp_path / "pixels.tif") == [folder]
    assert folders(tmp_path / "pixels.tif") == []


def test_what_is_abandoned_goes_while_it_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target, close, seen = tmp_path / "pixels.tif", os.close, []
    left = tmp_path / ".pixels.tif.left.part"
    left.mkdir()
    (left / LOCK).touch()
    (left / "half").write_text("half")

    def closing(number: int) -> None:
        seen.append((left / LOCK).exists())
        close(number)

    monkeypatch.setattr(module.os, "close", closing)
    with folder_beside(target) as folder:
        assert folders(target) == [folder]
    assert seen[0] is False, "who opens the lock after it is let go would take the folder for its own"
