"""What the tests of the vendor's clients share; the clients themselves are in tests/conftest.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def picterra(sandbox: SandboxProcess) -> PicterraCalls:
    """The platform seen without any client."""
    return PicterraCalls(sandbox)


@pytest.fixture
def seen(sandbox: SandboxProcess) -> object:
    """What the platform holds, by its control interface: ``seen("rasters/<id>")``."""
    return lambda path: sandbox.control("GET", f"picterra/{path}")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A place for a downloaded file."""
    return tmp_path / "downloaded"
