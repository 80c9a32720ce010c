"""The vendor's own client for the Descartes Labs catalog in a process of its own, talking to a sandbox.

    with DescartesClientProcess(sandbox, folder) as client:
        client.call("catalog", "get_product", "acme:harvest")

``called`` collects the methods that returned without an error, by service.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Any

from descarteslabs_calls import environment
from sandbox_process import ROOT, SandboxProcess, interpreter
from vendor_client_process import VendorError

VERSION = "1.12.1"
FOLDER = ROOT / "build" / "vendor_clients" / f"descarteslabs-{VERSION}"


def client_environment(sandbox: SandboxProcess, home: Path, account: str = "default") -> dict[str, str]:
    """What the client is told by: addresses, credentials, and a home of its own for its token files."""
    kept = {name: value for name, value in os.environ.items()
            if not name.upper().endswith("_PROXY")
            and not name.startswith(("DESCARTESLABS_", "CLIENT_ID", "CLIENT_SECRET"))}
    return {**kept, **environment(sandbox, account), "DESCARTESLABS_ENV": "gcp-production", "HOME": str(home),
            "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1"}


class DescartesClientProcess:
    """The client for one account. Calls are written to the sandbox's log as ``vendor_client``."""

    def __init__(self, sandbox: SandboxProcess, home: Path, account: str = "default") -> None:
        if not (FOLDER / "descarteslabs").is_dir():
            raise RuntimeError("The vendor's client is not installed: run tools/vendor_clients.sh.")
        self._sandbox = sandbox
        self.called: dict[str, set[str]] = defaultdict(set)
        self._process = subprocess.Popen(
            [interpreter(), str(Path(__file__).with_name("descarteslabs_client_session.py"))],
            env=client_environment(sandbox, home, account), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, cwd=home)

    def call(self, service: str, method: str, *positional: Any, **named: Any) -> Any:
        """Call a method of a service's client; raises :class:`VendorError` when the client does."""
        result = self._ask("call", service, method, positional, named)
        self.called[service].add(method)
        return result

    def surface(self, service: str) -> list[str]:
        """Names of all public methods of a service's client."""
        found: list[str] = self._ask("surface", service)
        return found

    def _ask(self, do: str, *arguments: Any) -> Any:
        before = self._sandbox.control("POST", "actor", {})["actor"]
        self._sandbox.control("POST", "actor", {"actor": "vendor_client"})
        try:
            return self._asked(do, arguments)
        finally:
            self._sandbox.control("POST", "actor", {"actor": before})

    def _asked(self, do: str, arguments: tuple[Any, ...]) -> Any:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None
        stdin.write(json.dumps({"do": do, "arguments": arguments}) + "\n")
        stdin.flush()
        line = stdout.readline()
        if not line:
            raise RuntimeError("The vendor's client ended.")
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

    def __enter__(self) -> DescartesClientProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
