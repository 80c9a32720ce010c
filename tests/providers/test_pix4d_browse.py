"""PIX4D cloud as a tree, against the sandbox: every branch, thousands page by page, searched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imagery_hub.providers.capabilities import Branch, Entry
from imagery_hub.providers.errors import PlatformError
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pix4d import provider
from imagery_hub.providers.pix4d.provider import Pix4d
from imagery_hub.providers.work import Work
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess


def connect(sandbox: SandboxProcess, **options: str) -> Pix4d:
    ready = sandbox.ready["pix4d"]
    secrets = {"client_id": ready["client_id"], "client_secret": ready["client_secret"]}
    return provider.connect(ready["root"], secrets, {"s3_endpoint": ready["storage"], **options}, EnvironmentNetwork())


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Pix4d]:
    opened = connect(sandbox)
    yield opened
    opened.close()


@pytest.fixture
def pix4d(sandbox: SandboxProcess) -> Pix4dCalls:
    return Pix4dCalls(sandbox)


def below(platform: Pix4d, entry: Entry, search: str = "") -> list[Entry]:
    """All pages."""
    found, begin = [], ""
    while True:
        page = platform.children(Branch(entry, (), search), begin, Work())
        found += page.entries
        begin = page.following
        if not begin:
            return found


def organization(platform: Pix4d) -> Entry:
    return below(platform, Entry("organizations", "", ""))[0]


def test_the_account_is_told(platform: Pix4d) -> None:
    assert provider.check(platform) == "Nora Keller"


def test_the_drive(platform: Pix4d, pix4d: Pix4dCalls) -> None:
    top = organization(platform)
    assert (top.kind, top.id, top.name) == ("organization", pix4d.organization, "Alpine Survey Co-op")
    assert below(platform, top) == []
    folder = pix4d.folder("Archive")
    inner = pix4d.folder("2025", folder)
    site = pix4d.site("Pit")
    quarry = pix4d.project("Quarry")
    old = pix4d.project("Old quarry", parent_type="folder", parent_uuid=inner)
    grouped = pix4d.project("March", parent_type="project_group", parent_uuid=site["uuid"])
    found = below(platform, top)
    assert [(one.kind, one.id, one.name) for one in found] == [
        ("folder", folder, "Archive"), ("site", str(site["id"]), "Pit"), ("project", str(quarry["id"]), "Quarry")]
    assert found[2].state == "CREATED"
    assert found[2].details["uuid"] == quarry["uuid"]
    assert [one.name for one in below(platform, found[0])] == ["2025"]
    assert [one.id for one in below(platform, Entry("folder", inner, ""))] == [str(old["id"])]
    assert [one.id for one in below(platform, found[1])] == [str(grouped["id"])]
    for branch in (top, Entry("organizations", "", ""), Entry("projects", "", "")):
        assert {one.name for one in below(platform, branch, "QUARRY")} == {"Quarry", "Old quarry"}
    assert {one.kind for one in below(platform, Entry("organizations", "", ""), "p")} == {"site"}
    assert below(platform, Entry("projects", "", ""), "pit") == []
    assert [one.id for one in below(platform, Entry("sites", "", ""))] == [str(site["id"])]
    assert below(platform, Entry("sites", "", ""), "nothing of that name") == []
    assert {one.id for one in below(platform, Entry("projects", "", ""))} == {
        str(one["id"]) for one in (quarry, old, grouped)}


def test_what_is_in_a_project(platform: Pix4d, pix4d: Pix4dCalls) -> None:
    project = Entry("project", str(pix4d.project("Quarry", coordinate_system="EPSG:32632")["id"]), "Quarry")
    root = f"project/api/v3/projects/{project.id}/"
    point = {"name": "GCP_1", "point_type": "CHECKPOINT", "x": 412633.4, "y": 5231870.9, "z": 512.3}
    pix4d.post(f"{root}gcp/register/", {"gcps": [point]})
    pix4d.post(f"{root}mtp/", {"mtps": [{"name": "MTP_1", "is_checkpoint": False}]})
    pix4d.post("v1/annotations/", {"annotations": [{
        "entity_type": "Project", "entity_id": int(project.id), "properties": {"name": "Heap", "color": "#FF8800FF"},
        "geometry": {"type": "Point", "coordinates": [412633.4, 5231871.0, 512.3]}}]})
    headings = {one.kind: one for one in below(platform, project)}
    assert list(headings) == ["photos", "outputs", "annotations", "gcps", "mtps"]
    gcp = below(platform, headings["gcps"])[0]
    assert (gcp.kind, gcp.id, gcp.state, gcp.details["x"]) == ("gcp", "GCP_1", "CHECKPOINT", "412633.4")
    assert [one.name for one in below(platform, headings["mtps"])] == ["MTP_1"]
    annotation = below(platform, headings["annotations"])[0]
    assert (annotation.kind, annotation.name, annotation.state) == ("annotation", "Heap", "Point")
    assert below(platform, headings["photos"]) == []


def test_thousands_come_page_by_page(platform: Pix4d, sandbox: SandboxProcess) -> None:
    sandbox.control("POST", "pix4d/projects", {"count": 2300})
    top = organization(platform)
    before = sandbox.last_entry()
    first = platform.children(Branch(top), "", Work())
    assert len(sandbox.log(operation="listDrive", after=before)) == 1
    assert first.total == 2300
    assert first.following
    names = [one.name for one in below(platform, top)]
    assert len(names) == len(set(names)) == 2300
    assert names == sorted(names)


def test_a_connection_can_name_its_organization(sandbox: SandboxProcess, pix4d: Pix4dCalls) -> None:
    opened = connect(sandbox, organization=pix4d.organization)
    try:
        assert [one.id for one in below(opened, Entry("organizations", "", ""))] == [pix4d.organization]
    finally:
        opened.close()
    foreign = Pix4dCalls(sandbox, second=True).organization
    opened = connect(sandbox, organization=foreign)
    try:
        with pytest.raises(PlatformError):
            below(opened, Entry("organizations", "", ""))
    finally:
        opened.close()


def test_a_token_that_ended_is_renewed_unnoticed(platform: Pix4d, sandbox: SandboxProcess) -> None:
    assert organization(platform).name
    sandbox.control("POST", "pix4d/tokens/expire")
    assert organization(platform).name


def test_one_token_serves_both_hosts_and_goes_to_no_other(sandbox: SandboxProcess, pix4d: Pix4dCalls) -> None:
    """Main and geospatial services are two origins here: 127.0.0.1 and localhost."""
    root = sandbox.ready["pix4d"]["root"]
    opened = connect(sandbox, webgis=root.replace("127.0.0.1", "localhost"))
    number = str(pix4d.project("Quarry")["id"])
    before = sandbox.last_entry()
    try:
        opened.api.projects.get(number)
        assert opened.api.annotations.page(number).records == []
        assert len(sandbox.log(operation="getToken", after=before)) == 1
        sandbox.control("POST", "pix4d/tokens/expire")
        assert opened.api.annotations.page(number).records == []
        opened.api.projects.get(number)
        assert len(sandbox.log(operation="getToken", after=before)) == 2
    finally:
        opened.close()


def test_without_the_user_account_owners_of_projects_tell_the_organization(
    platform: Pix4d, pix4d: Pix4dCalls, sandbox: SandboxProcess
) -> None:
    pix4d.project("Quarry")
    expected = pix4d.organization
    sandbox.fault(kind="status", status=404, operation="getCurrentUser", count=0)
    try:
        assert organization(platform).id == expected
        assert provider.check(platform) == ""
    finally:
        sandbox.clear_faults()
