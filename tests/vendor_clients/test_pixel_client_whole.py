"""Geodata Pixel's own client after the tests before this file: its whole public surface was called, both flavours."""

from __future__ import annotations

import pytest
from pixel_client_process import FLAVOURS, PixelClientProcess
from sandbox_process import SandboxProcess


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_every_public_method_was_exercised(pixel_process: PixelClientProcess, flavour: str) -> None:
    """Run with the other files of Pixel's client: the calls of all of their tests are counted."""
    client = pixel_process.flavours[flavour]
    if not client.called:
        pytest.skip("No other test of the client was run.")
    surface = client.surface()
    assert len(surface) == 94
    assert sorted(set(surface) - client.called) == []


def test_no_bearer_token_was_sent_to_storage(sandbox: SandboxProcess) -> None:
    assert sandbox.log(flag="api-key-sent-to-storage", actor="vendor_client") == []
