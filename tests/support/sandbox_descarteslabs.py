"""Plain HTTP calls to the sandbox's Descartes Labs catalog, independent of the plugin."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import requests
from osgeo import gdal
from sandbox_process import SandboxProcess


class CatalogCalls:
    """Requests with a bearer token; paths are relative to the root, without a slash before them."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox
        self.ready: dict[str, Any] = sandbox.ready["descarteslabs"]
        self.root: str = self.ready["root"].rstrip("/") + "/"
        self.session = requests.Session()
        self.session.trust_env = False
        # A test looks at what is there, also in the run in which the plugin is shown nothing that is only assumed.
        self.session.headers["X-Sandbox-Whole"] = "yes"
        body = {"client_id": self.ready["client_id"], "grant_type": "refresh_token",
                "refresh_token": self.ready["refresh_token"]}
        answer = self.session.post(self.root + "token", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request."""
        return self.session.request(method, self.root + path, timeout=60, **options)

    def sent(self, method: str, path: str, **options: Any) -> Any:
        """JSON of a request that must succeed."""
        answer = self.request(method, path, **options)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def catalog(self, path: str) -> dict[str, Any]:
        """The id and the attributes of a document of the catalog."""
        data = self.sent("GET", f"metadata/v1/catalog/{path}")["data"]
        return {"id": data["id"], **data["attributes"]}

    def there(self, path: str) -> bool:
        """Whether the catalog has it."""
        return self.request("GET", f"metadata/v1/catalog/{path}").status_code == 200

    def product(self, name: str = "harvest", **members: Any) -> str:
        """A new product's whole id."""
        body = {"id": name, "title": name.title(), "description": "Field mosaics", **members}
        return str(self.sent("POST", "metadata/v1/catalog/products", json=body)["data"]["id"])

    def band(self, product: str, name: str = "red", srcband: int = 1, **members: Any) -> str:
        """A new band's whole id."""
        body = {"name": name, "srcband": srcband, "dtype": "UInt16", "data_range": [0, 10000], "type": "spectral",
                **members}
        return str(self.sent("POST", f"metadata/v1/catalog/products/{product}/bands", json=body)["data"]["id"])

    def two_bands(self, name: str) -> str:
        """A new product with bands for red and near infrared, called as a test is; its whole id."""
        made = self.product(re.sub(r"\W", "_", name)[:60])
        self.band(made, "red", 1)
        self.band(made, "nir", 2)
        return made

    def stored(self, product: str, name: str) -> np.ndarray:
        """Rows, columns, bands of a stored file, by GDAL."""
        answer = self.request("GET", f"storage/v1/products/get/{product}/{name}")
        assert answer.status_code == 200, answer.text
        gdal.FileFromMemBuffer("/vsimem/stored.tif", answer.content)
        try:
            found: np.ndarray = np.moveaxis(gdal.Open("/vsimem/stored.tif").ReadAsArray(), 0, 2)
            return found
        finally:
            gdal.Unlink("/vsimem/stored.tif")


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds the sandbox without a connection."""
    ready = sandbox.ready["descarteslabs"]
    return {
        "DESCARTESLABS_URL": ready["root"],
        "DESCARTESLABS_CLIENT_ID": ready["client_id"],
        "DESCARTESLABS_REFRESH_TOKEN": ready["refresh_token"],
    }
