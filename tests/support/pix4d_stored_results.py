"""Results of a project of the sandbox's PIX4D, put there by plain HTTP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from pix4d_project import StoredProject


class Results(StoredProject):
    """A project with results."""

    def outputs(self) -> dict[str, dict[str, Any]]:
        """What the platform lists, by type."""
        return {one["output_type"]: one for one in self.calls.get(f"{self.path}outputs/")["outputs"]}

    def give(self, path: Path, kind: str, below: str = "results") -> str:
        """Put a file into the storage and register it as an output; its key."""
        (key,) = self.store([path], below)
        self.seen_by_storage()
        self.calls.post(f"{self.path}outputs/", {"output": key, "output_type": kind})
        return key

    def give_and_wait(self, path: Path, kind: str) -> str:
        """The same, and wait for its cloud-optimised form."""
        key = self.give(path, kind)
        self.wait_for(f"{kind}_cloud_optimized")
        return key

    def wait_for(self, kind: str) -> dict[str, Any]:
        """Until an output is ready."""
        for _ in range(600):
            found = self.outputs().get(kind, {})
            if found.get("availability") == "done":
                return found
            assert found.get("availability") != "not available"
            time.sleep(0.05)
        raise AssertionError(f"{kind} did not come")

    @staticmethod
    def seen_by_storage() -> None:
        """The storage remembers its folders for a second."""
        time.sleep(1.1)
