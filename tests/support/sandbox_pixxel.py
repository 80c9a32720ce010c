"""Plain HTTP calls to the sandbox's Pixxel, independent of the plugin."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import requests
from sandbox_process import SandboxProcess

CROPS = "7d0b2f52-4a5e-4f0a-9a6b-0c7a2f6b1d10"
"""The project of the notes."""
WATER = "7d0b3063-5b6f-4a1b-8a7c-1d8b3071c2e1"
FOREIGN = "7d0b4174-6c70-4b2c-9b8d-2e9c4182d3f2"
"""A project to which no key was admitted."""
TD1 = "0004ab8d-0ad1-4d62-8a3f-fe18a7000e70"
TD2 = "0005c5bb-0bd2-4c80-9393-4a808341c54c"
SENTINEL = "0002a3a3-00a2-4b55-842b-44d8202c6d60"
ITEM = "TD2_000812_20240117_L2A_20240402_01002031"
"""The scene of the notes."""
FIELDS = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.74, 14.42], [75.74, 14.53], [75.61, 14.53],
                                              [75.61, 14.42]]]}
"""The notes' area near Davanagere, inside the scene of the notes."""

SHAPE = {"type": "Polygon", "coordinates": [[[75.61, 14.42], [75.74, 14.42], [75.74, 14.53], [75.61, 14.53],
                                             [75.61, 14.42]]]}
"""The notes' area, some 170 km²."""


class PixxelCalls:
    """Requests with a key; paths are relative to the host's root, without a slash before them."""

    def __init__(self, sandbox: SandboxProcess, key: str = "") -> None:
        self.sandbox = sandbox
        self.ready: dict[str, Any] = sandbox.ready["pixxel"]
        self.root: str = self.ready["root"].rstrip("/") + "/"
        self.session = requests.Session()
        self.session.trust_env = False
        # A test looks at what is there, also in the run in which the plugin is shown nothing that is only assumed.
        self.session.headers["X-Sandbox-Whole"] = "yes"
        self.session.headers["Authorization"] = key or self.ready["api_key"]

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        return self.session.request(method, self.root + path, timeout=60, allow_redirects=False, **options)

    def sent(self, method: str, path: str, **options: Any) -> Any:
        """JSON of a request that must succeed; None where the answer is empty."""
        answer = self.request(method, path, **options)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET that must succeed."""
        return self.sent("GET", path, params=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """JSON of a POST that must succeed."""
        return self.sent("POST", path, json=body, params=query)

    def put(self, path: str, body: Any = None, **query: Any) -> Any:
        """JSON of a PUT that must succeed."""
        return self.sent("PUT", path, json=body, params=query)

    def error(self, status: int, method: str, path: str, **options: Any) -> dict[str, Any]:
        """The error of a request that must be refused so."""
        answer = self.request(method, path, **options)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        error: dict[str, Any] = answer.json()["error"]
        return error

    def until(self, look: Callable[[], Any], wanted: Callable[[Any], bool], seconds: float = 60) -> Any:
        """Look again and again until ``wanted(answer)``."""
        end = time.monotonic() + seconds
        while not wanted(found := look()):
            assert time.monotonic() < end, f"still {found}"
            time.sleep(0.05)
        return found

    def fetched(self, address: str, **headers: str) -> requests.Response:
        """A GET outside the API, without the key."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(address, headers=headers, timeout=60)

    def covering(self) -> str:
        """The newest scene of the archive over the area."""
        body = {"collections": ["pixxel-td-l2a"], "intersects": SHAPE, "limit": 1, "offset": 0}
        return str(self.post("v0/archives/search", body)["features"][0]["id"])


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds the sandbox without a connection."""
    ready = sandbox.ready["pixxel"]
    return {"PIXXEL_API_KEY": ready["api_key"], "PIXXEL_BASE_URL": ready["root"]}
