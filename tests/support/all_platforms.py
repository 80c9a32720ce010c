"""One sandbox that is all platforms."""

from __future__ import annotations

import sandbox_descarteslabs
import sandbox_pix4d
import sandbox_pixel
import sandbox_pixxel
from sandbox_process import PICTERRA_KEY, SandboxProcess


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds all of them without a connection."""
    found = {"PICTERRA_API_KEY": PICTERRA_KEY, "PICTERRA_BASE_URL": sandbox.address + "/"}
    for platform in (sandbox_pix4d, sandbox_pixel, sandbox_pixxel, sandbox_descarteslabs):
        found.update(platform.environment(sandbox))
    return found
