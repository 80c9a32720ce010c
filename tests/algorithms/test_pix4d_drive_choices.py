"""What the dialogs offer to choose from a PIX4D account, and that a connection to it can be made without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from imagery_hub.algorithms.pix4d import listers
from imagery_hub.core import connections
from qgis.core import QgsApplication, QgsAuthMethodConfig
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

Ask = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def ask(run_pix4d: Any) -> Iterator[Ask]:
    """``ask(listers.projects, "search", SITE="3")``: ids and labels."""
    platform = connections.credentials("pix4d", "").connect()

    def listed(lister: listers.Any, search: str = "", **values: str) -> list[tuple[str, str]]:
        given: Mapping[str, str] = values
        return [(one.id, one.label) for one in lister(platform, search, given)]

    yield listed
    platform.close()


def test_projects(ask: Ask, pix4d: Pix4dCalls) -> None:
    site = pix4d.site("Pit")
    quarry = str(pix4d.project("Quarry")["id"])
    march = str(pix4d.project("March", parent_type="project_group", parent_uuid=site["uuid"])["id"])
    assert {one[0] for one in ask(listers.projects)} == {quarry, march}
    assert ask(listers.projects, SITE=str(site["id"])) == [(march, "March")]
    assert ask(listers.projects, "QUAR") == [(quarry, "Quarry")]
    assert ask(listers.projects, "quar", SITE=str(site["id"])) == []
    assert ask(listers.sites) == [(str(site["id"]), "Pit")]
    assert ask(listers.sites, "quarry") == []


def test_folders_come_with_the_way_to_them(ask: Ask, pix4d: Pix4dCalls, run_pix4d: Any) -> None:
    outer, other = pix4d.folder("2025"), pix4d.folder("2026")
    inner = pix4d.folder("Quarries", other)
    assert ask(listers.folders) == [(outer, "2025"), (other, "2026"), (inner, "Quarries")]
    platform = connections.credentials("pix4d", "").connect()
    details = [one.detail for one in listers.folders(platform, "", {"ORGANIZATION": pix4d.organization})]
    platform.close()
    assert details == ["", "", "2026"]
    assert ask(listers.folders, "quarr") == [(inner, "Quarries")]


def test_organizations_links_and_members(ask: Ask, pix4d: Pix4dCalls, run_pix4d: Any) -> None:
    assert ask(listers.organizations) == [(pix4d.organization, "Alpine Survey Co-op")]
    project = str(pix4d.project("Quarry")["id"])
    assert ask(listers.share_links) == []
    share = run_pix4d("createsharelink", PROJECT=project)["SHARE"]
    assert [one[0] for one in ask(listers.share_links, PROJECT=project)] == [share]
    assert ("ivo.brunner@example.org", "Ivo Brunner") in ask(listers.members)
    assert ask(listers.members, "costa", PROJECT=project) == [("lena.costa@example.org", "Lena Costa")]


def test_the_organization_that_a_connection_names_goes_first(
    run_pix4d: Any, pix4d: Pix4dCalls, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = "0f6e2c44-7a0d-4c7a-8d2b-6a1c9e5b7f10"
    monkeypatch.setenv("PIX4D_ORGANIZATION", foreign)
    run_pix4d.fails("listdrive")
    monkeypatch.setenv("PIX4D_ORGANIZATION", pix4d.organization)
    assert run_pix4d("listdrive")["COUNT"] == 0


def test_a_connection_without_a_window(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess) -> None:
    manager, ready = QgsApplication.authManager(), sandbox.ready["pix4d"]
    assert manager.setMasterPassword("test-master", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("Surveys")
    config.setConfig("username", ready["client_id"])
    config.setConfig("password", ready["client_secret"])
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    run_pix4d("imageryhub:addconnection", NAME="Surveys", PLATFORM=1, AUTHENTICATION=config.id(),
              ADDRESS=ready["root"], PIX4D_S3_ENDPOINT=ready["storage"])
    try:
        assert connections.get("Surveys").options == {"s3_endpoint": ready["storage"]}
        assert run_pix4d("getuser", CONNECTION="Surveys")["NAME"] == "Nora Keller"
    finally:
        connections.remove("Surveys")
        manager.removeAuthenticationConfig(config.id())
