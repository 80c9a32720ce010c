"""The vendor's own Picterra client in a process of its own, talking to a sandbox.

    with VendorClient("4.0.0", sandbox) as client:
        raster = client.call("upload_raster", filename=str(path), name="one")
        page = client.call("list_rasters")      # {"page": handle, "items": [...]}
        client.turn(page, "next")

``client.called`` collects the names of the methods that returned without an error. Also meant for tests that let the
vendor's client read back what the plugin wrote, and the reverse.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox_process import PICTERRA_KEY, ROOT, SandboxProcess, interpreter

GENERATIONS = ("2.0.0", "4.0.0")


class VendorError(Exception):
    """The vendor's client raised; ``kind`` is the name of its exception."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class VendorClient:
    """One generation of the client. Calls are written to the sandbox's log with the actor ``vendor_client``."""

    def __init__(self, generation: str, sandbox: SandboxProcess, key: str = PICTERRA_KEY) -> None:
        folder = ROOT / "build" / "vendor_clients" / f"picterra-{generation}"
        if not (folder / "picterra").is_dir():
            raise RuntimeError("The vendor's client is not installed: run tools/vendor_clients.sh.")
        root = sandbox.picterra_root if generation.startswith("2.") else sandbox.address + "/"
        environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
        environment.update(PYTHONPATH=str(folder), PICTERRA_API_KEY=key, PICTERRA_BASE_URL=root,
                           PYTHONDONTWRITEBYTECODE="1")
        self.generation = generation
        self.called: set[str] = set()
        self._sandbox = sandbox
        self._process = subprocess.Popen(
            [interpreter(), str(Path(__file__).with_name("vendor_client_session.py")), generation],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def surface(self) -> list[str]:
        """Names of all public methods of the client."""
        return self._ask("surface")

    def page_surface(self) -> list[str]:
        """Names of all public methods of a page."""
        return self._ask("page_surface")

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method; raises :class:`VendorError` when the client does."""
        result = self._as_actor("call", method, arguments)
        self.called.add(method)
        return result

    def turn(self, page: dict[str, Any], method: str) -> Any:
        """``next`` or ``previous`` of a page; None when there is none."""
        return self._as_actor("turn", page["page"], method)

    def nongeo(self, file: Path) -> Any:
        """``nongeo_result_to_pixel`` of the client's package."""
        return self._ask("nongeo", str(file))

    def _as_actor(self, do: str, *arguments: Any) -> Any:
        before = self._sandbox.control("POST", "actor", {})["actor"]
        self._sandbox.control("POST", "actor", {"actor": "vendor_client"})
        try:
            return self._ask(do, *arguments)
        finally:
            self._sandbox.control("POST", "actor", {"actor": before})

    def _ask(self, do: str, *arguments: Any) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"do": do, "arguments": arguments}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError(f"The vendor's client {self.generation} ended.")
        answer = json.loads(line)
        if "error" in answer:
            raise VendorError(answer["error"], answer["text"])
        return answer["result"]

    def stop(self) -> None:
        """End the process."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> VendorClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
