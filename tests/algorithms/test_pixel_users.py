"""Role, plugins and users of a Pixel tenant by algorithm, and what is said where something is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from imagery_hub.algorithms.pixel import listers
from imagery_hub.core import secrets
from imagery_hub.core.connections import credentials
from qgis.core import QgsApplication
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess


@pytest.fixture
def password(qgis_app: QgsApplication) -> Iterator[str]:
    """An authentication configuration with a password."""
    QgsApplication.authManager().setMasterPassword("test-master", True)
    made = secrets.save("new user", {"username": "", "password": "marker-secret-first"})
    yield made
    secrets.remove(made)


def as_user(monkeypatch: pytest.MonkeyPatch, sandbox: SandboxProcess, user: str) -> None:
    for name, value in environment(sandbox, user).items():
        monkeypatch.setenv(name, value)


@pytest.mark.needs_assumed("pixel User.user_type")
def test_who_am_i(run_pixel: Any, pixel: PixelCalls) -> None:
    project = pixel.project()
    found = run_pixel("getuser")
    assert (found["USER_NAME"], found["USER_ROLE"]) == ("superuser@fjord.example", "superuser")
    assert project in found["PROJECT_IDS"].split(",") and found["COUNT"] == 1


@pytest.mark.needs_assumed("pixel Plugin.enabled")
def test_plugins_are_listed_those_that_are_off_too(run_pixel: Any, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pixel/plugins", {"image_service": False})
    found = run_pixel("listplugins", OUTPUT="TEMPORARY_OUTPUT")
    rows = {one["name"]: one for one in found["OUTPUT"].getFeatures()}
    assert rows["optimized_raster"]["enabled"] is True and rows["image_service"]["enabled"] is False
    assert "optimized_raster" in rows["image_service"]["needed_for"]
    assert (found["PLUGINS"], found["COUNT"]) == ("optimized_raster", 2)
    assert any("image_service: off." in one for one in run_pixel.messages)


@pytest.mark.needs_assumed("pixel User.user_type")
@pytest.mark.parametrize(("user", "words"), [("viewer", "change nothing"), ("creator", "for superusers")])
def test_the_role_is_explained(
    run_pixel: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, user: str, words: str
) -> None:
    as_user(monkeypatch, sandbox, user)
    assert run_pixel("listplugins")["USER_ROLE"] == user
    assert any(words in one for one in run_pixel.messages)


def test_a_user_is_created_with_a_password_that_no_parameter_holds(
    run_pixel: Any, pixel: PixelCalls, sandbox: SandboxProcess, password: str
) -> None:
    made = run_pixel("createuser", EMAIL="kari@fjord.example", FIRST_NAME="Kari", LAST_NAME="Nordmann",
                     ROLE="creator", AUTHENTICATION=password)
    known = sandbox.control("GET", "pixel/")["users"]["kari@fjord.example"]
    assert (known["role"], known["enabled"]) == ("creator", True)
    login = {"client_id": "frontend", "grant_type": "password", "username": "kari@fjord.example",
             "password": "marker-secret-first"}
    address = f"{pixel.ready['login']}/realms/Fjord/protocol/openid-connect/token"

    def as_herself() -> dict[str, Any]:
        """What the platform tells the new user of herself."""
        token = pixel.session.post(address, data=login, timeout=60).json()["access_token"]
        return dict(pixel.sent("GET", "users/me", headers={"Authorization": f"Bearer {token}"}))

    assert (as_herself()["first_name"], as_herself()["user_type"]) == ("Kari", "creator")
    user_id = str(known["id"])
    assert made["USER_ID"] in (user_id, "")
    run_pixel("edituser", USER=user_id, ROLE="viewer", ENABLED="no")
    known = sandbox.control("GET", "pixel/")["users"]["kari@fjord.example"]
    assert (known["role"], known["enabled"]) == ("viewer", False)
    assert pixel.session.post(address, data=login, timeout=60).status_code in (400, 401), "who is off cannot log in"
    run_pixel("edituser", USER=user_id, FIRST_NAME="Karin", AUTHENTICATION=password)
    known = sandbox.control("GET", "pixel/")["users"]["kari@fjord.example"]
    assert (known["role"], known["enabled"]) == ("viewer", False), "what is not given stays, a disabled account too"
    run_pixel("edituser", USER=user_id, ENABLED="yes")
    assert (as_herself()["first_name"], as_herself()["user_type"]) == ("Karin", "viewer")


@pytest.mark.parametrize(("given", "words"), [
    ({"EMAIL": "kari"}, "is no e-mail address"),
    ({"FIRST_NAME": ""}, "“First name” is empty"),
    ({"ROLE": "king"}, "is not allowed"),
    ({"AUTHENTICATION": ""}, "Choose the authentication configuration"),
])
def test_what_a_user_lacks_is_said_before(run_pixel: Any, given: dict[str, Any], words: str) -> None:
    complete = {"EMAIL": "kari@fjord.example", "FIRST_NAME": "Kari", "LAST_NAME": "Nordmann", "AUTHENTICATION": "abc"}
    assert words in run_pixel.refused("createuser", **{**complete, **given})


def test_an_edit_without_any_is_refused(run_pixel: Any) -> None:
    assert "Nothing is to be changed" in run_pixel.refused("edituser", USER="3")


@pytest.mark.needs_assumed("pixel User.user_type")
def test_a_role_that_is_too_low_is_named(
    run_pixel: Any, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_user(monkeypatch, sandbox, "creator")
    words = run_pixel.fails("edituser", USER="3", FIRST_NAME="Kari")
    assert "needs the role “superuser”" in words and "“creator”" in words


def test_listers_give_what_parameters_take(run_pixel: Any, pixel: PixelCalls) -> None:
    project, other = pixel.project("Bridges"), pixel.project("Tunnels")
    images, ortho = pixel.collection(project, name="Spring"), pixel.collection(other, "RGB", name="May")
    gone = pixel.project("Gone")
    pixel.sent("DELETE", f"projects/{gone}")
    platform = credentials("pixel", "").connect()
    try:
        def ids(lister: Any, search: str = "", **values: str) -> list[str]:
            return [one.id for one in lister(platform, search, values)]

        assert ids(listers.projects) == [project, other] and ids(listers.projects, "tun") == [other]
        assert ids(listers.collections) == [images, ortho]
        assert ids(listers.collections, PROJECT=other) == [ortho]
        assert ids(listers.image_collections) == [images] and ids(listers.raster_collections) == [ortho]
        assert ids(listers.point_cloud_collections) == [] and ids(listers.collections, "spr") == [images]
        assert ids(listers.deleted_projects) == [gone] and ids(listers.deleted_collections) == []
        assert ids(listers.images) == [] and ids(listers.images, COLLECTION=images) == []
    finally:
        platform.close()
