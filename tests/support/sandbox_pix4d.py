"""Plain HTTP calls to the sandbox's PIX4D cloud, independent of the plugin."""

from __future__ import annotations

from typing import Any

import requests
from sandbox_process import SandboxProcess

PROJECTS = "project/api/v3/projects/"
GROUPS = "project/api/v3/project_groups/"
FOLDERS = "common/api/v4/folders/"
DRIVE = "common/api/v4/drive/"
TOKENS = "common/api/v3/permission-token/"
ACCESS = "common/api/v4/access/"


class Pix4dCalls:
    """Requests with a bearer token; paths are relative to the root, which is that of all hosts in the sandbox."""

    def __init__(self, sandbox: SandboxProcess, second: bool = False) -> None:
        self.ready: dict[str, Any] = sandbox.ready["pix4d"]
        self.root: str = self.ready["root"]
        self.session = requests.Session()
        self.session.trust_env = False
        prefix = "second_" if second else ""
        form = {"grant_type": "client_credentials", "token_format": "jwt",
                "client_id": self.ready[f"{prefix}client_id"], "client_secret": self.ready[f"{prefix}client_secret"]}
        answer = self.session.post(f"{self.root}oauth2/token/", data=form, timeout=60)
        assert answer.status_code == 200, answer.text
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request; redirects are not followed."""
        address = path if path.startswith("http") else self.root + path
        return self.session.request(method, address, timeout=60, allow_redirects=False, **options)

    def get(self, path: str, **query: Any) -> Any:
        """JSON of a GET that must succeed."""
        return self.sent("GET", path, params=query)

    def post(self, path: str, body: Any = None) -> Any:
        """JSON of a POST that must succeed."""
        return self.sent("POST", path, json=body)

    def sent(self, method: str, path: str, **options: Any) -> Any:
        """JSON of a request that must succeed; None for an empty answer."""
        answer = self.request(method, path, **options)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def there(self, path: str) -> bool:
        """Whether a GET finds it."""
        return self.request("GET", path).status_code == 200

    # ------------------------------------------------------------------ what tests need again and again
    @property
    def organization(self) -> str:
        """The uuid of the caller's organization."""
        return str(self.get("common/api/v3/me/")["default_organization"])

    def project(self, name: str = "Quarry", **members: Any) -> dict[str, Any]:
        """A new project, at the top of the organization's drive unless ``parent_*`` say another place. As it is read:
        what the creation answers is mostly assumed (A17)."""
        place = {"parent_type": "organization", "parent_uuid": self.organization}
        made = self.post(PROJECTS, {"name": name, **place, **members})
        found: dict[str, Any] = self.get(f"{PROJECTS}{made['id']}/")
        return found

    def site(self, name: str = "Pit", **members: Any) -> dict[str, Any]:
        """A new site at the top of the drive."""
        place = {"parent_type": "organization", "parent_uuid": self.organization}
        made: dict[str, Any] = self.post(GROUPS, {"name": name, "project_group_type": "bim", **place, **members})
        return made

    def folder(self, name: str, parent: str = "") -> str:
        """A new folder's uuid."""
        place = ("folder", parent) if parent else ("organization", self.organization)
        made = self.post(FOLDERS, {"name": name, "parent_type": place[0], "parent_uuid": place[1]})
        return str(made["uuid"])

    def names(self, kind: str, uuid: str, **query: Any) -> list[str]:
        """The names of what lies somewhere in the drive."""
        return [one["name"] for one in self.get(f"{DRIVE}{kind}/{uuid}/", **query)["results"]]


def environment(sandbox: SandboxProcess) -> dict[str, str]:
    """The variables with which the plugin finds the sandbox without a connection."""
    ready = sandbox.ready["pix4d"]
    return {
        "PIX4D_CLIENT_ID": ready["client_id"],
        "PIX4D_CLIENT_SECRET": ready["client_secret"],
        "PIX4D_BASE_URL": ready["root"],
        "PIX4D_WEBGIS_URL": ready["root"],
        "PIX4D_EMBED_URL": ready["root"],
        "PIX4D_S3_ENDPOINT": ready["storage"],
    }
