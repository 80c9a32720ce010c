"""Plain HTTP calls to the sandbox's Descartes Labs catalog, independent of the plugin."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import requests
from sandbox_process import SandboxProcess

CATALOG = "metadata/v1/catalog/"
RED = {"name": "red", "srcband": 1, "dtype": "UInt16", "data_range": [0, 10000], "default_range": [0, 4000],
       "type": "spectral", "color": "Red", "nodata": 0}


class DescartesCalls:
    """Requests with a web token; paths are relative to the root, without a slash before them."""

    def __init__(self, sandbox: SandboxProcess, account: str = "default") -> None:
        self.sandbox = sandbox
        self.ready: dict[str, Any] = sandbox.ready["descarteslabs"]
        self.account: dict[str, str] = self.ready["accounts"][account]
        self.root: str = self.ready["root"]
        self.session = requests.Session()
        self.session.trust_env = False
        # A test looks at what is there, also in the run in which the plugin is shown nothing that is only assumed.
        self.session.headers["X-Sandbox-Whole"] = "yes"
        self.log_in()

    def log_in(self) -> None:
        """A new token."""
        answer = self.token(self.account["client_id"], self.account["refresh_token"])
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def token(self, client: str, refresh: str, **more: Any) -> requests.Response:
        """Ask for a token."""
        body = {"client_id": client, "grant_type": "refresh_token", "refresh_token": refresh, **more}
        return self.session.post(self.root + "token", json=body, timeout=60)

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        address = path if path.startswith("http") else self.root + path
        return self.session.request(method, address, timeout=60, allow_redirects=False, **options)

    def sent(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """JSON of a request that must succeed; None for an empty answer."""
        answer = self.request(method, path, json=body, **options)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def refused(self, method: str, path: str, body: Any = None, **options: Any) -> tuple[int, str]:
        """Status and words of a request that must fail."""
        answer = self.request(method, path, json=body, **options)
        assert answer.status_code >= 400, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.status_code, "; ".join(one["detail"] for one in answer.json()["errors"])

    # ------------------------------------------------------------------ what tests need again and again
    def product(self, name: str = "harvest", **members: Any) -> str:
        """A new product's full id."""
        body = {"id": name, "title": "Harvest mosaics", "description": "Field mosaics", **members}
        return str(self.sent("POST", CATALOG + "products", body)["data"]["id"])

    def band(self, product: str, **members: Any) -> str:
        """A new band's full id."""
        return str(self.sent("POST", CATALOG + f"products/{product}/bands", {**RED, **members})["data"]["id"])

    def image(self, product: str, name: str, **members: Any) -> str:
        """A new record's full id."""
        return str(self.sent("POST", CATALOG + f"products/{product}/images", {"id": name, **members})["data"]["id"])

    def upload(self, product: str, name: str, content: bytes | Path, **body: Any) -> None:
        """Send one file the vendor's way."""
        given = {"process_controls": {"upload_type": "file"}, **body}
        answer = self.request("POST", CATALOG + f"products/{product}/images/upload/{name}", json=given)
        assert answer.status_code == 200, answer.text
        data = content.read_bytes() if isinstance(content, Path) else content
        put = requests.put(answer.text, data=data, timeout=60)
        assert put.status_code == 200, put.text

    def result(self, product: str, upload: str) -> dict[str, Any]:
        """How an upload ended, once it has."""
        path = CATALOG + f"products/{product}/uploads/{upload}"
        for _ in range(600):
            answer = self.request("GET", path)
            if answer.status_code == 200:
                attributes: dict[str, Any] = answer.json()["attributes"]
                return attributes
            assert answer.status_code == 404, answer.text
            time.sleep(0.05)
        raise AssertionError(f"{upload} has no result.")


def environment(sandbox: SandboxProcess, account: str = "default") -> dict[str, str]:
    """The variables with which the vendor's client and the plugin find the sandbox."""
    ready = sandbox.ready["descarteslabs"]
    root = ready["root"].rstrip("/")
    return {"DESCARTESLABS_CLIENT_ID": ready["accounts"][account]["client_id"],
            "DESCARTESLABS_REFRESH_TOKEN": ready["accounts"][account]["refresh_token"],
            "DESCARTESLABS_IAM_URL": root, "DESCARTESLABS_CATALOG_URL": root + "/metadata/v1/catalog",
            "DESCARTESLABS_METADATA_URL": root + "/metadata/v1", "DESCARTESLABS_RASTER_URL": root + "/raster/v2",
            "DESCARTESLABS_STORAGE_URL": root + "/storage/v1"}
