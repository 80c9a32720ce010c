"""Geodata Pixel's own client in a process of its own, talking to a sandbox.

    with PixelClientProcess(sandbox) as process:
        client = process.flavour("async")
        client.call("get_image", project_id=1, data_collection_id=2, image_id=3)

``client.called`` collects the names of the methods that returned without an error. :func:`model` and :func:`path`
write what the client takes as objects of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox_pixel import environment
from sandbox_process import ROOT, SandboxProcess, interpreter
from vendor_client_process import VendorError

VERSION = "1.2.8"
FLAVOURS = ("sync", "async")
FOLDER = ROOT / "build" / "vendor_clients" / f"pixel-client-{VERSION}"


def model(kind: str, /, **members: Any) -> dict[str, Any]:
    """An object of one of the client's models."""
    return {"$model": kind, "with": members}


def path(file: Path | str) -> dict[str, str]:
    """A path."""
    return {"$path": str(file)}


def client_environment(sandbox: SandboxProcess, user: str = "superuser") -> dict[str, str]:
    """What the client is told by: the sandbox's addresses, a user, and not to ask for its newest release."""
    kept = {name: value for name, value in os.environ.items()
            if not name.upper().endswith("_PROXY") and not name.startswith(("PIXEL_", "KEYCLOAK_"))}
    return {**kept, **environment(sandbox, user), "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1",
            "PIXEL_CLIENT_NO_VERSION_CHECK": "true"}


class PixelClientProcess:
    """Both flavours of the client for one user. Calls are written to the sandbox's log as ``vendor_client``."""

    def __init__(self, sandbox: SandboxProcess, user: str = "superuser", **change: str) -> None:
        if not (FOLDER / "pixel_client").is_dir():
            raise RuntimeError("The vendor's client is not installed: run tools/vendor_clients.sh.")
        self._sandbox = sandbox
        self._process = subprocess.Popen(
            [interpreter(), str(Path(__file__).with_name("pixel_client_session.py"))],
            env={**client_environment(sandbox, user), **change}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        self.flavours = {name: PixelClientCalls(self, name) for name in FLAVOURS}

    def ask(self, do: str, *arguments: Any) -> Any:
        """One command; raises :class:`VendorError` when the client does."""
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

    def __enter__(self) -> PixelClientProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()


class PixelClientCalls:
    """One flavour of the client: ``sync`` or ``async``."""

    def __init__(self, process: PixelClientProcess, flavour: str) -> None:
        self._process = process
        self.flavour = flavour
        self.called: set[str] = set()

    def call(self, method: str, **arguments: Any) -> Any:
        """Call a method of the client."""
        result = self._process.ask("call", self.flavour, method, arguments)
        self.called.add(method)
        return result

    def surface(self) -> list[str]:
        """Names of all its public methods."""
        found: list[str] = self._process.ask("surface", self.flavour)
        return found

    def entered(self) -> str:
        """The user's name, asked by a client of its own that is used as a context."""
        found: str = self._process.ask("entered", self.flavour)
        return found
