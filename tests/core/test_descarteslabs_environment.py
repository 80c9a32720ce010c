"""The login of the Descartes Labs catalog in the environment, beside the vendor's client in the same environment: the
same credentials where the server is named, and nothing that was not meant for it where it is not."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from descarteslabs_client_process import FOLDER
from imagery_hub.core import connections, messages
from imagery_hub.core.connections import Connection
from imagery_hub.core.problems import Problem
from imagery_hub.providers.descarteslabs.provider import info_of
from imagery_hub.providers.errors import Refused
from qgis.core import QgsApplication
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess, interpreter

KEY = "descarteslabs"
PREFIXES = ("DESCARTESLABS_", "CLIENT_ID", "CLIENT_SECRET")
ASK = """
import json
from descarteslabs.auth import Auth
asked = Auth(_suppress_warning=True)
print(json.dumps([asked.client_id, asked.refresh_token or asked.client_secret]))
"""


@pytest.fixture(autouse=True)
def home(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home without a token file, in an environment that says nothing of the platform."""
    for name in [one for one in os.environ if one.startswith(PREFIXES)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def usual_file(home: Path, client: str = "of-file", secret: str = "marker-secret-of-file") -> Path:
    """The token file where the vendor's client keeps it."""
    path = home / ".descarteslabs" / "token_info.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"client_id": client, "refresh_token": secret}))
    return path


def of_vendor() -> list[str]:
    """Client id and refresh token that the vendor's client takes in this environment."""
    environment = {**os.environ, "PYTHONPATH": str(FOLDER), "PYTHONDONTWRITEBYTECODE": "1",
                   "DESCARTESLABS_ENV": "gcp-production"}
    done = subprocess.run([interpreter(), "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("given", "variable"), [
    ({"CLIENT_ID": "a", "CLIENT_SECRET": "marker-secret-1"}, "CLIENT_SECRET"),
    ({"DESCARTESLABS_CLIENT_ID": "a", "CLIENT_ID": "b", "CLIENT_SECRET": "marker-secret-1"}, "CLIENT_SECRET"),
    ({"CLIENT_ID": "b", "CLIENT_SECRET": "marker-secret-1", "DESCARTESLABS_CLIENT_SECRET": "marker-secret-2"},
     "DESCARTESLABS_CLIENT_SECRET"),
    ({"CLIENT_ID": "b", "CLIENT_SECRET": "marker-secret-1", "DESCARTESLABS_REFRESH_TOKEN": "marker-secret-3"},
     "DESCARTESLABS_REFRESH_TOKEN"),
    ({}, None),
])
def test_where_the_server_is_named_the_login_is_that_of_the_vendors_client(
    monkeypatch: pytest.MonkeyPatch, home: Path, given: dict[str, str], variable: str | None
) -> None:
    usual_file(home)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DESCARTESLABS_URL", "https://catalog.example")
    assert Connection("", KEY) in connections.available()
    found = connections.credentials(KEY, "")
    assert found.options.get("variable") == variable
    who = info_of(found.secrets, found.options)
    assert [who.client_id, who.refresh_token] == of_vendor()


@pytest.mark.parametrize("server", ["", "https://catalog.example"])
def test_nothing_is_taken_for_a_server_that_nobody_named(
    monkeypatch: pytest.MonkeyPatch, home: Path, server: str
) -> None:
    usual_file(home)
    monkeypatch.setenv("CLIENT_ID", "of-another-program")
    monkeypatch.setenv("CLIENT_SECRET", "marker-secret-of-another-program")
    if server:
        monkeypatch.setenv("DESCARTESLABS_CATALOG_URL", server)
    assert Connection("", KEY) not in connections.available()
    with pytest.raises(Problem, match="No connection is chosen"):
        connections.credentials(KEY, "")


def test_half_a_login_is_not_filled_up_from_the_file(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    usual_file(home)
    monkeypatch.setenv("DESCARTESLABS_URL", "https://catalog.example")
    monkeypatch.setenv("CLIENT_ID", "half")
    with pytest.raises(Problem, match="DESCARTESLABS_REFRESH_TOKEN"):
        connections.credentials(KEY, "")


def test_the_file_of_the_vendors_client_logs_in_at_the_named_server(
    monkeypatch: pytest.MonkeyPatch, home: Path, sandbox: SandboxProcess
) -> None:
    ready = sandbox.ready[KEY]
    path = usual_file(home, ready["client_id"], ready["refresh_token"])
    before = path.read_bytes()
    monkeypatch.setenv("DESCARTESLABS_URL", ready["root"])
    assert connections.credentials(KEY, "").check() == "Asha Grower"
    assert [one.name for one in path.parent.iterdir()] == [path.name], "no token is kept on the disk"
    assert path.read_bytes() == before
    path.write_text(json.dumps({"client_id": ready["client_id"], "refresh_token": "marker-secret-wrong"}))
    with pytest.raises(Refused) as refused:
        connections.credentials(KEY, "").check()
    assert "did not accept the login in the file token_info.json" in messages.sentence(refused.value)


@pytest.mark.parametrize("own", ["DESCARTESLABS_TOKEN_INFO_PATH", "DESCARTESLABS_TOKEN"])
def test_a_login_that_is_named_is_not_mixed_with_that_of_other_programs(
    monkeypatch: pytest.MonkeyPatch, home: Path, sandbox: SandboxProcess, own: str
) -> None:
    ready = sandbox.ready[KEY]
    path = usual_file(home, ready["client_id"], ready["refresh_token"])
    token = CatalogCalls(sandbox).session.headers["Authorization"].removeprefix("Bearer ")
    monkeypatch.setenv("DESCARTESLABS_URL", ready["root"])
    monkeypatch.setenv("CLIENT_ID", "of-another-program")
    monkeypatch.setenv("CLIENT_SECRET", "marker-secret-of-another-program")
    monkeypatch.setenv(own, token if own == "DESCARTESLABS_TOKEN" else str(path))
    found = connections.credentials(KEY, "")
    assert found.options["variable"] == own
    assert "marker-secret-of-another-program" not in found.secrets.values()
    assert found.check() == "Asha Grower"


def test_a_folder_that_may_not_be_looked_into_holds_no_login(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    def refuse(path: object) -> None:
        raise PermissionError(path)

    usual_file(home)
    monkeypatch.setenv("DESCARTESLABS_URL", "https://catalog.example")
    monkeypatch.setattr(os, "stat", refuse)
    listed = connections.available()
    monkeypatch.undo()
    assert Connection("", KEY) not in listed
