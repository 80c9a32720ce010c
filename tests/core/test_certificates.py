"""The file of trusted authorities is there whole or not at all."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.core.network import certificates


@pytest.fixture
def full_disk() -> Iterator[None]:
    """The system refuses every file of more than 4096 bytes while it is being written, as a full disk would."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, full_disk: None) -> None:
    with pytest.raises(OSError, match="File too large"):
        certificates._write(tmp_path / "trusted.pem", b"x" * 100_000)
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_whole_and_alone(tmp_path: Path) -> None:
    certificates._write(tmp_path / "trusted.pem", b"x" * 100_000)
    assert [path.name for path in tmp_path.iterdir()] == ["trusted.pem"]
    assert (tmp_path / "trusted.pem").read_bytes() == b"x" * 100_000
