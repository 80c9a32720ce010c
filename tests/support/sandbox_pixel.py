"""Plain HTTP calls to the sandbox's Geodata Pixel, independent of the plugin."""

from __future__ import annotations

from typing import Any

import requests
from sandbox_process import SandboxProcess

OSLO = {"type": "Polygon", "coordinates": [[[10.6, 59.85], [10.9, 59.85], [10.9, 59.98], [10.6, 59.98],
                                            [10.6, 59.85]]]}
"""The notes' area of interest, counter-clockwise."""
RULES = {"RGB": {"format": "GTiff", "data_type": "uint8", "num_bands": 3},
         "DTM": {"format": "GTiff", "data_type": "float32", "num_bands": 1},
         "DSM": {"format": "GTiff", "data_type": "float32", "num_bands": 1}}
"""The fewest rules that each type needs (section 7)."""


class PixelCalls:
    """Requests with a bearer token; paths are relative to the tenant's root, without a slash before them."""

    def __init__(self, sandbox: SandboxProcess, user: str = "superuser") -> None:
        self.sandbox = sandbox
        self.ready: dict[str, Any] = sandbox.ready["pixel"]
        self.root: str = self.ready["root"] + "/"
        self.user = user
        self.session = requests.Session()
        self.session.trust_env = False
        # A test looks at what is there, also in the run in which the plugin is shown nothing that is only assumed.
        self.session.headers["X-Sandbox-Whole"] = "yes"
        self.log_in()

    def log_in(self) -> None:
        """A new token, for tests that end the old one."""
        realm = self.ready["tenant"].capitalize()
        form = {"client_id": "frontend", "grant_type": "password", "scope": "openid email profile",
                "username": name_of(self.user), "password": self.ready["password"]}
        answer = self.session.post(
            f"{self.ready['login']}/realms/{realm}/protocol/openid-connect/token", data=form, timeout=60)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        address = path if path.startswith("http") else self.root + path
        return self.session.request(method, address, timeout=60, allow_redirects=False, **options)

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET that must succeed."""
        return self.sent("GET", path, params=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """JSON of a POST that must succeed."""
        return self.sent("POST", path, json=body, params=query)

    def put(self, path: str, body: Any = None, **query: Any) -> Any:
        """JSON of a PUT that must succeed."""
        return self.sent("PUT", path, json=body, params=query)

    def sent(self, method: str, path: str, **options: Any) -> Any:
        """JSON of a request that must succeed."""
        answer = self.request(method, path, **options)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def there(self, path: str) -> bool:
        """Whether a GET finds it."""
        return self.request("GET", path).status_code == 200

    # ------------------------------------------------------------------ what tests need again and again
    def project(self, name: str = "Ring road bridges 2025", **members: Any) -> str:
        """A new project's number, with the notes' area around Oslo unless ``area_of_interest`` says another."""
        body = {"name": name, "description": "Annual inspection flights", "area_of_interest": OSLO, **members}
        return str(self.post("projects/", body)["id"])

    def collection(self, project: str, kind: str = "image", name: str = "", **members: Any) -> str:
        """A new data collection as the plugin names it, ``project/collection``, with the fewest rules of its type."""
        body = {"name": name or f"{kind} of May", "description": "", "data_collection_type": kind, **members}
        if kind in RULES:
            body["raster_info"] = {**RULES[kind], **members.get("raster_info", {})}
        return f"{project}/{self.post(f'projects/{project}/data_collections/', body)['id']}"

    def read(self, place: str, below: str = "") -> Any:
        """JSON of a data collection, or of what is below it: ``read("10/6", "images/")``."""
        return self.get(path_of(place, below))


def path_of(place: str, below: str = "") -> str:
    """The path of a data collection that is written ``project/collection``, or of something below it."""
    project, collection = place.split("/")
    path = f"projects/{project}/data_collections/{collection}"
    return f"{path}/{below}" if below else path


def name_of(user: str) -> str:
    """The user name of ``viewer``, ``creator`` or ``superuser``."""
    return user if "@" in user else f"{user}@fjord.example"


def environment(sandbox: SandboxProcess, user: str = "superuser") -> dict[str, str]:
    """The variables with which the plugin finds the sandbox without a connection."""
    ready = sandbox.ready["pixel"]
    return {
        "PIXEL_USERNAME": name_of(user),
        "PIXEL_PASSWORD": ready["password"],
        "PIXEL_TENANT": ready["tenant"],
        "PIXEL_API_URL": ready["root"],
        "PIXEL_AUTH_SERVER_URL": ready["login"],
        "PIXEL_SERVICES_URL": ready["services"],
    }
