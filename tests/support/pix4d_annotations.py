"""The annotation service of the sandbox as a plain HTTP client sees it, and projects to put annotations into."""

from __future__ import annotations

from typing import Any

import requests
from sandbox_process import SandboxProcess

CENTER = (412633.4, 5231871.0, 512.3)
"""In UTM 32, where the made-up annotations lie."""


def point(number: int = 0, **members: Any) -> dict[str, Any]:
    """What a new one says."""
    properties = {"name": f"point {number}", "color": "#FF880080", **members.pop("properties", {})}
    x, y, z = CENTER
    return {"geometry": {"type": "Point", "coordinates": [x + number, y, z]}, "properties": properties, **members}


class AnnotationCalls:
    """Calls with a token of an account; ``share`` sends a share token instead."""

    def __init__(self, sandbox: SandboxProcess, second: bool = False, share: str = "") -> None:
        self.sandbox = sandbox
        self.root = sandbox.address + "/v1/annotations/"
        self.share = {"shareToken": share} if share else {}
        self.session = requests.Session()
        self.session.trust_env = False
        ready = sandbox.ready["pix4d"]
        kind = "second_" if second else ""
        self.account = ready[kind + "client_id"]
        if not share:
            form = {"grant_type": "client_credentials", "client_id": self.account,
                    "client_secret": ready[kind + "client_secret"], "token_format": "jwt"}
            answer = self.session.post(sandbox.address + "/oauth2/token/", data=form, timeout=30)
            self.session.headers["Authorization"] = "Bearer " + answer.json()["access_token"]

    def project(self, crs: str = "") -> int:
        """A new project; with a coordinate system it is made through the API."""
        if not crs:
            return int(self.sandbox.control("POST", "pix4d/projects",
                                            {"count": 1, "account": self.account})["projects"][0])
        answer = self.session.post(self.sandbox.address + "/project/api/v3/projects/", timeout=30,
                                   json={"name": "Quarry", "coordinate_system": crs})
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def call(self, method: str, path: str = "", body: Any = None, **query: Any) -> requests.Response:
        """Any call below ``/v1/annotations/``."""
        return self.session.request(method, self.root + path, json=body, params={**query, **self.share}, timeout=60)

    def create(self, project: int, *items: dict[str, Any]) -> requests.Response:
        """New ones."""
        whole = [{"entity_type": "Project", "entity_id": project, **one} for one in items]
        return self.call("POST", body={"annotations": whole})

    def made(self, project: int, *items: dict[str, Any]) -> list[str]:
        """The ids of new ones, made in calls of 100."""
        found: list[str] = []
        for start in range(0, len(items), 100):
            answer = self.create(project, *items[start:start + 100])
            assert answer.status_code == 201, answer.text
            found += [one["annotation_id"] for one in answer.json()["annotations"]]
        return found

    def page(self, project: int, **query: Any) -> dict[str, Any]:
        """A page of the list."""
        answer = self.call("GET", entity_type="Project", entity_id=project, **query)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def all(self, project: int) -> dict[str, dict[str, Any]]:
        """Everything of a project, by id."""
        found: dict[str, dict[str, Any]] = {}
        query: dict[str, Any] = {"page_size": 500}
        while True:
            page = self.page(project, **query)
            found.update((one["id"], one) for one in page["results"])
            if "next" not in page:
                return found
            query["last_key"] = page["next"].partition("last_key=")[2] or page["next"]

    def put(self, identity: str, project: int, item: dict[str, Any]) -> requests.Response:
        """Another in its place."""
        return self.call("PUT", identity + "/", {"entity_type": "Project", "entity_id": project, **item})
