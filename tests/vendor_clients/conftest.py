"""The vendor's clients, one process per generation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess
from vendor_client_process import GENERATIONS, VendorClient


@pytest.fixture(scope="session")
def vendor_processes(sandbox_session: SandboxProcess) -> Iterator[dict[str, VendorClient]]:
    """The clients that were started, by generation."""
    started: dict[str, VendorClient] = {}
    yield started
    for client in started.values():
        client.stop()


@pytest.fixture(params=GENERATIONS)
def vendor(request: pytest.FixtureRequest, vendor_processes: dict[str, VendorClient],
           sandbox: SandboxProcess) -> VendorClient:
    """A client of each generation, on an empty platform; it lives on, and so does its list of called methods."""
    if request.param not in vendor_processes:
        vendor_processes[request.param] = VendorClient(request.param, sandbox)
    return vendor_processes[request.param]


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
