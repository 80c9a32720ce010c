"""What the tests of the vendor's clients share; the clients themselves are in tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pixel_client_process import FLAVOURS, PixelClientCalls, PixelClientProcess
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


@pytest.fixture(scope="session")
def pixel_process(sandbox_session: SandboxProcess) -> Iterator[PixelClientProcess]:
    """Geodata Pixel's client for the superuser, both flavours; their lists of called methods last for the session."""
    with PixelClientProcess(sandbox_session) as process:
        yield process


@pytest.fixture(params=FLAVOURS)
def pixel(request: pytest.FixtureRequest, pixel_process: PixelClientProcess,
          sandbox: SandboxProcess) -> PixelClientCalls:
    """A flavour of Geodata Pixel's client, on an empty platform."""
    return pixel_process.flavours[request.param]
