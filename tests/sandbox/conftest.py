"""Fixtures of the sandbox's own tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandbox_images import plain_image
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


@pytest.fixture
def picterra(sandbox: SandboxProcess) -> PicterraCalls:
    """Picterra with the default key."""
    return PicterraCalls(sandbox)


@pytest.fixture
def second(sandbox: SandboxProcess) -> PicterraCalls:
    """Picterra with the key of another account, whose plan keeps most detector settings at their defaults."""
    return PicterraCalls(sandbox, sandbox.ready["picterra"]["second_key"])


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A small image."""
    return plain_image(tmp_path / "meadow.tif")
