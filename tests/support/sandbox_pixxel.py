"""Plain HTTP calls to the sandbox's Pixxel, independent of the plugin."""

from __future__ import annotations

from typing import Any

import requests
from sandbox_process import SandboxProcess


class PixxelCalls:
    """Requests with the key; paths are relative to the host's root, without a slash before them."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.ready: dict[str, Any] = sandbox.ready["pixxel"]
        self.root: str = self.ready["root"].rstrip("/") + "/"
        self.session = requests.Session()
        self.session.trust_env = False
        # A test looks at what is there, also in the run in which the plugin is shown nothing that is only assumed.
        self.session.headers["X-Sandbox-Whole"] = "yes"
        self.session.headers["Authorization"] = self.ready["api_key"]

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


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds the sandbox without a connection."""
    ready = sandbox.ready["pixxel"]
    return {"PIXXEL_API_KEY": ready["api_key"], "PIXXEL_BASE_URL": ready["root"]}
