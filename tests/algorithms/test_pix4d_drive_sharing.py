"""Share links and access of PIX4D by algorithm, read back by plain HTTP; a link is told in the file only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import job_store
from sandbox_pix4d import ACCESS, PROJECTS, TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess


def links(pix4d: Pix4dCalls, project: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pix4d.get(TOKENS, type="Project", type_id=project["id"])["results"]
    return found


@pytest.fixture
def project(pix4d: Pix4dCalls) -> dict[str, Any]:
    return pix4d.project("Quarry")


def test_a_link_is_read_only_unless_asked(run_pix4d: Any, pix4d: Pix4dCalls, project: dict[str, Any]) -> None:
    number = str(project["id"])
    first = run_pix4d("createsharelink", PROJECT=number)["SHARE"]
    assert [(one["write"], one["enabled"]) for one in links(pix4d, project)] == [(False, True)]
    second = run_pix4d("createsharelink", PROJECT=number, WRITE=True)["SHARE"]
    assert sorted(one["write"] for one in links(pix4d, project)) == [False, True]
    table = run_pix4d("listsharelinks", PROJECT=number, OUTPUT="memory:")
    assert set(table["SHARES"].split(",")) == {first, second}
    assert run_pix4d("listsharelinks", PROJECT=number, WRITE="yes")["SHARES"] == second
    assert run_pix4d("listsharelinks")["COUNT"] == 2


def test_the_link_is_in_the_file_only(
    run_pix4d: Any, pix4d: Pix4dCalls, project: dict[str, Any], tmp_path: Path
) -> None:
    number = str(project["id"])
    made = run_pix4d("createsharelink", PROJECT=number)
    told = list(run_pix4d.messages)
    token = links(pix4d, project)[0]["token"]
    page = tmp_path / "link.html"
    written = run_pix4d("writesharelink", PROJECT=number, SHARE=made["SHARE"], VIEW="model", LANGUAGE="ja",
                        THEME="light", OUTPUT=str(page))
    text = page.read_text("utf-8")
    assert f"/dataset/{number}/model?shareToken={token}" in text
    framed = f"{pix4d.root}cloud/default/dataset/{number}/model?shareToken={token}&lang=ja&theme=light"
    assert framed.replace("&", "&amp;amp;") in text
    assert "referrerpolicy" in text
    table = run_pix4d("listsharelinks", PROJECT=number, OUTPUT="memory:")
    cells = [str(cell) for one in table["OUTPUT"].getFeatures() for cell in one.attributes()]
    records = [repr((one.parameters, one.results)) for one in job_store().all()]
    assert records
    assert token not in repr((made, written, cells, told, run_pix4d.messages, records))


def test_links_are_switched_and_deleted(run_pix4d: Any, pix4d: Pix4dCalls, project: dict[str, Any]) -> None:
    number = str(project["id"])
    first, second = (run_pix4d("createsharelink", PROJECT=number)["SHARE"] for _ in range(2))
    run_pix4d("editsharelink", PROJECT=number, SHARE=first, ENABLED="no", WRITE="yes")
    assert sorted((one["enabled"], one["write"]) for one in links(pix4d, project)) == [(False, True), (True, False)]
    run_pix4d("switchsharelinks", PROJECT=number)
    assert [one["enabled"] for one in links(pix4d, project)] == [False, False]
    run_pix4d("deletesharelink", PROJECT=number, SHARE=first, CONFIRM=True)
    assert run_pix4d("listsharelinks", PROJECT=number)["SHARES"] == second
    assert len(links(pix4d, project)) == 1
    assert "There is no share link" in run_pix4d.fails("deletesharelink", PROJECT=number, SHARE="abc", CONFIRM=True)
    assert "deleted for good" in run_pix4d.refused("deletesharelink", PROJECT=number, SHARE=second)
    assert "Give a project or a site" in run_pix4d.refused("createsharelink")


def test_the_framed_editor_opens_where_the_vendor_allows(
    run_pix4d: Any, pix4d: Pix4dCalls, project: dict[str, Any]
) -> None:
    number = str(project["id"])
    share = run_pix4d("createsharelink", PROJECT=number)["SHARE"]
    assert run_pix4d("checkembedding", PROJECT=number, SHARE=share)["ALLOWED"] is True
    assert run_pix4d("checkembedding", PROJECT=number, SHARE=share, VIEW="map")["ALLOWED"] is True
    found = run_pix4d("checkembedding", PROJECT=number, SHARE=share, PAGE="https://pages.example/")
    assert found["ALLOWED"] is False
    assert found["REASON"]
    run_pix4d("switchsharelinks", PROJECT=number)
    assert run_pix4d("checkembedding", PROJECT=number, SHARE=share)["ALLOWED"] is False


def test_a_site_and_the_project_in_it(run_pix4d: Any, pix4d: Pix4dCalls, tmp_path: Path) -> None:
    site = pix4d.site("Pit")
    inner = str(pix4d.project("March", parent_type="project_group", parent_uuid=site["uuid"])["id"])
    number = str(site["id"])
    share = run_pix4d("createsharelink", SITE=number)["SHARE"]
    page = tmp_path / "site.html"
    run_pix4d("writesharelink", SITE=number, SHARE=share, OUTPUT=str(page))
    assert f"/site/{number}?shareToken=" in page.read_text("utf-8")
    assert run_pix4d("checkembedding", PROJECT=inner, SITE=number, SHARE=share)["ALLOWED"] is True
    assert run_pix4d("checkembedding", PROJECT=inner, SITE=number, SHARE=share, VIEW="model")["ALLOWED"] is True


# ---------------------------------------------------------------------- access
def test_people_are_invited_listed_and_removed(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess) -> None:
    folder = pix4d.folder("Shared")
    overview = sandbox.control("GET", "pix4d")
    other = next(one for one in overview["users"] if one.startswith("mats."))  # of another organization
    own = next(one for one in overview["users"] if one.startswith("ivo."))
    sandbox.control("POST", "pix4d/roles", {"email": other, "place": ["folder", folder], "role": "READER"})
    invited = run_pix4d("inviteusers", FOLDER=folder, EMAILS="new@people.example", ROLE="EDITOR", CONFIRM=True)
    assert invited["COUNT"] == 1
    table = run_pix4d("listaccess", FOLDER=folder, OUTPUT="memory:")
    found = {one["email"]: one for one in table["OUTPUT"].getFeatures()}
    assert found["new@people.example"]["invitation_status"] == "pending"
    assert found[other]["role"] == "READER"
    assert "new@people.example" not in run_pix4d("listaccess", FOLDER=folder, INVITATIONS=False)["EMAILS"]
    assert run_pix4d("listaccess", FOLDER=folder, ROLES=["READER"], INVITATIONS=False)["EMAILS"] == other
    assert "“GUEST” is not allowed" in run_pix4d.refused("listaccess", FOLDER=folder, ROLES=["READER", "GUEST"])
    run_pix4d("inviteusers", FOLDER=folder, EMAILS=other, ROLE="EDITOR", CONFIRM=True)
    members = pix4d.get(f"{ACCESS}folder/{folder}/", name=other)["results"]
    assert [one["role"] for one in members] == ["EDITOR"]
    removed = run_pix4d("removeaccess", FOLDER=folder, MEMBER=other, CONFIRM=True)["ACCESS_ID"]
    assert removed == members[0]["accessrole_uuid"]
    assert not pix4d.get(f"{ACCESS}folder/{folder}/", name=other)["results"]
    assert "has no access here" in run_pix4d.fails("removeaccess", FOLDER=folder, MEMBER=other, CONFIRM=True)
    # Who belongs to the organization has access by that, which cannot be taken away at a folder.
    assert own in run_pix4d("listaccess", FOLDER=folder)["EMAILS"]
    assert "has no access here" in run_pix4d.fails("removeaccess", FOLDER=folder, MEMBER=own, CONFIRM=True)
    assert "give a project, a site, a folder" in run_pix4d.refused("removeaccess", MEMBER=own, CONFIRM=True)
    organization = run_pix4d("getuser")["ORGANIZATION_ID"]
    assert run_pix4d("removeaccess", ORGANIZATION=organization, MEMBER=own, CONFIRM=True)["ACCESS_ID"]
    assert own not in run_pix4d("listaccess", FOLDER=folder)["EMAILS"]


def test_my_own_access(run_pix4d: Any, project: dict[str, Any]) -> None:
    mine = run_pix4d("getaccess", PROJECT=str(project["id"]))
    assert mine["ROLE"] in ("OWNER", "MANAGER")
    assert "READER" in mine["ASSIGNABLE"].split(",")
    assert run_pix4d("getaccess")["ROLE"]


@pytest.mark.parametrize(("given", "words"), [
    ({"EMAILS": "nobody"}, "“nobody” is no e-mail address"),
    ({"EMAILS": "a@b.example", "ROLE": "KING"}, "OWNER, MANAGER, EDITOR, READER"),
    ({"EMAILS": "a@b.example", "CONFIRM": False}, "would send e-mails"),
    ({"EMAILS": "a@b.example"}, "give a project, a site, a folder or an organisation"),
    ({"EMAILS": ",".join(f"p{number}@b.example" for number in range(501))}, "at most 500"),
])
def test_invitations_are_checked_first(run_pix4d: Any, given: dict[str, Any], words: str) -> None:
    assert words in run_pix4d.refused("inviteusers", **{"CONFIRM": True, **given})


def test_an_invitation_whose_answer_was_lost_goes_out_once(
    run_pix4d: Any, pix4d: Pix4dCalls, project: dict[str, Any], sandbox: SandboxProcess
) -> None:
    sandbox.fault(kind="lost_cut", operation="invite")
    before = sandbox.last_entry()
    run_pix4d("inviteusers", PROJECT=str(project["id"]), EMAILS="new@people.example", CONFIRM=True)
    assert len(sandbox.log(operation="invite", after=before)) == 1
    assert pix4d.there(f"{PROJECTS}{project['id']}/")
