"""Start and steer a sandbox of its own for a test session."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
PICTERRA_KEY = "sandbox-picterra-key"


def interpreter() -> str:
    """The Python that has the sandbox's requirements: the project's environment when there is one, else this one."""
    own = ROOT / ".venv" / "bin" / "python"
    return str(own) if own.exists() else sys.executable


class SandboxProcess:
    """``python -m sandbox`` on a free port, with its control interface as methods. Stops with its parent."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
        environment["PYTHONPATH"] = ""
        folder.mkdir(parents=True, exist_ok=True)
        self.errors = folder / "sandbox-errors.txt"
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [interpreter(), "-m", "sandbox", "--port", "0", "--folder", str(folder / "data"),
                 "--parent", str(os.getpid()), *arguments],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise RuntimeError("The sandbox did not start: " + self.errors.read_text(errors="replace")[-2000:])
        self.ready: dict[str, Any] = json.loads(line)
        self.address: str = self.ready["address"]
        self.session = requests.Session()
        self.session.trust_env = False

    # ------------------------------------------------------------------ addresses
    @property
    def picterra_root(self) -> str:
        """Root of the Picterra API, with its last slash."""
        return self.address + "/public/api/v2/"

    # ------------------------------------------------------------------ control interface
    def control(self, method: str, path: str, body: object = None, **query: object) -> Any:
        """One call of the control interface; ``path`` is below ``/_sandbox/``."""
        answer = self.session.request(method, f"{self.address}/_sandbox/{path}", json=body,
                                      params={name: str(value) for name, value in query.items()}, timeout=60)
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} /_sandbox/{path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """Empty the platforms, faults off, clock and settings as at the start. The log is kept."""
        self.control("POST", "reset")

    def settings(self, **values: object) -> dict[str, Any]:
        """Change settings of the sandbox and return all of them."""
        return self.control("POST", "settings", values)

    def fault(self, **description: object) -> dict[str, Any]:
        """Ask for trouble, see sandbox/faults.py."""
        return self.control("POST", "faults", description)

    def clear_faults(self) -> None:
        """No more trouble."""
        self.control("DELETE", "faults")

    def advance(self, seconds: float) -> None:
        """Let time pass in the sandbox."""
        self.control("POST", "clock", {"advance": seconds})

    def begin_test(self, test: str | None) -> None:
        """Whose requests come from now on, for the log: a test's node id, or None between tests. Nobody acts yet."""
        self.control("POST", "actor", {"actor": None, "test": test})

    def actor(self, actor: str | None) -> None:
        """Who acts from now on, for the log. The test stays the one that runs."""
        self.control("POST", "actor", {"actor": actor})

    def log(self, **query: object) -> list[dict[str, Any]]:
        """Entries of the request log: operation, actor, test, status, flag, after."""
        return self.control("GET", "log", **query)["entries"]

    def last_entry(self) -> int:
        """Number of the newest log entry, to be given as ``after`` later."""
        return self.control("GET", "log", after=10**12)["last"]

    def save_log(self, path: Path) -> None:
        """Write the log as JSON lines."""
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8") as lines:
            for entry in self.log():
                lines.write(json.dumps(entry, sort_keys=True) + "\n")

    # ------------------------------------------------------------------ life
    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self.process.poll() is None

    def note_issued(self) -> None:
        """Leave all secrets that it issued in the folder ISSUED_SECRETS, for the hunt after the tests."""
        folder = os.environ.get("ISSUED_SECRETS")
        if folder and self.alive:
            try:
                issued = self.control("GET", "issued")["secrets"]
            except requests.RequestException:  # it hangs, or ends by itself: then its log is missing as well
                return
            Path(folder).mkdir(parents=True, exist_ok=True)
            name = f"{self.process.pid}-{time.time_ns()}.txt"
            # Under another name until it is whole: the hunt reads what ends in .txt.
            part = Path(folder, name).with_suffix(".part")
            part.write_text("".join(f"{one}\n" for one in issued), "utf-8")
            part.replace(Path(folder, name))

    def stop(self) -> int:
        """End the process and return its exit code."""
        self.note_issued()
        self.session.close()
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        return self.process.returncode

    def __enter__(self) -> SandboxProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.stop()
