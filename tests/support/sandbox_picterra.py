"""Plain HTTP calls to the sandbox's Picterra, independent of the plugin and of the vendor's clients."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import requests
from sandbox_process import PICTERRA_KEY, SandboxProcess


class PicterraCalls:
    """Requests with a key; paths are relative to the API root. They see also what is only assumed."""

    def __init__(self, sandbox: SandboxProcess, key: str = PICTERRA_KEY) -> None:
        self.root = sandbox.picterra_root
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["X-Sandbox-Whole"] = "yes"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        address = path if path.startswith("http") else self.root + path
        headers = {"X-Api-Key": self.key, **options.pop("headers", {})}
        return self.session.request(method, address, headers={name: value for name, value in headers.items() if value},
                                    timeout=60, allow_redirects=False, **options)

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET that must succeed."""
        return self._good(self.request("GET", path, params=query))

    def post(self, path: str, body: Any = None) -> Any:
        """JSON of a POST that must be answered 201."""
        answer = self.request("POST", path, json=body)
        assert answer.status_code == 201, f"{answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def change(self, method: str, path: str, body: Any = None) -> None:
        """A PUT or DELETE that must be answered 204."""
        answer = self.request(method, path, json=body)
        assert answer.status_code == 204, f"{answer.status_code} {answer.text}"

    @staticmethod
    def _good(answer: requests.Response) -> Any:
        assert answer.status_code == 200, f"{answer.status_code} {answer.text}"
        return answer.json()

    def put(self, address: str, data: Any) -> int:
        """Send bytes to storage, without a key; the status."""
        return requests.put(address, data=data, timeout=120).status_code

    # ------------------------------------------------------------------ flows
    def wait(self, started: dict[str, Any]) -> dict[str, Any]:
        """The operation when it is no longer running."""
        end = time.monotonic() + 90
        while time.monotonic() < end:
            operation = self.get(f"operations/{started['operation_id']}/")
            if operation["status"] != "running":
                return operation
            time.sleep(0.05)
        raise AssertionError("The operation did not end.")

    def succeed(self, started: dict[str, Any]) -> dict[str, Any]:
        """The operation, which must end well."""
        operation = self.wait(started)
        assert operation["status"] == "success", operation
        return operation

    def upload_raster(self, file: Path, **fields: Any) -> str:
        """The whole flow of section 9.1; the raster's id."""
        slot = self.post("rasters/upload/file/", {"name": file.stem, "multispectral": False, **fields})
        with file.open("rb") as data:
            assert self.put(slot["upload_url"], data) == 200
        self.succeed(self.post(f"rasters/{slot['raster_id']}/commit/"))
        return slot["raster_id"]

    def upload(self, path: str, geojson: bytes, body: Any = None) -> dict[str, Any]:
        """Slot (``path``), PUT, commit (``path`` or its sibling); the operation at its end, good or bad."""
        slot = self.post(path)
        assert self.put(slot["upload_url"], geojson) == 200
        base = path.removesuffix("file/")
        return self.wait(self.post(f"{base}{slot['upload_id']}/commit/", body))

    def annotate(self, detector: str, raster: str, kind: str, geojson: bytes, body: Any = None) -> dict[str, Any]:
        """Upload annotations; the operation at its end."""
        return self.upload(f"detectors/{detector}/training_rasters/{raster}/{kind}/upload/bulk/", geojson, body)

    def detector(self, name: str = "trees", **configuration: Any) -> str:
        """A new detector's id."""
        return self.post("detectors/", {"name": name, "configuration": configuration})["id"]
