"""Answers of PIX4D that got lost: what was done is found, and done once."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_pix4d import GROUPS, TOKENS, Pix4dCalls
from sandbox_process import SandboxProcess

LOST = ("lost", "lost_cut")


@pytest.mark.parametrize("kind", LOST)
def test_a_folder_is_made_once(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess, kind: str) -> None:
    other = pix4d.folder("Reports")  # of the same name, from before
    sandbox.fault(kind=kind, status=502, operation="createFolder")
    made = run_pix4d("createfolder", NAME="Reports")["FOLDER_ID"]
    assert made != other
    assert pix4d.names("organization", pix4d.organization) == ["Reports", "Reports"]


@pytest.mark.parametrize("kind", LOST)
def test_a_site_is_made_once(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess, kind: str) -> None:
    sandbox.fault(kind=kind, status=502, operation="createProjectGroup")
    made = run_pix4d("createsite", NAME="Pit")["SITE_ID"]
    assert [str(one["id"]) for one in pix4d.get(GROUPS)["results"]] == [made]


@pytest.mark.parametrize("kind", LOST)
def test_a_link_is_made_once(run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess, kind: str) -> None:
    project = str(pix4d.project()["id"])
    first = run_pix4d("createsharelink", PROJECT=project)["SHARE"]
    sandbox.fault(kind=kind, status=502, operation="createPermissionToken")
    second = run_pix4d("createsharelink", PROJECT=project)["SHARE"]
    assert first != second
    assert len(pix4d.get(TOKENS, type="Project", type_id=project)["results"]) == 2


@pytest.mark.parametrize("kind", LOST)
def test_a_move_is_found_to_be_done(
    run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess, kind: str
) -> None:
    folder, project = pix4d.folder("To"), pix4d.project("Quarry")
    before = sandbox.last_entry()
    sandbox.fault(kind=kind, status=502, operation="moveBatch")
    assert run_pix4d("moveindrive", PROJECTS=str(project["id"]), TO_FOLDER=folder)["COUNT"] == 1
    assert pix4d.names("folder", folder) == ["Quarry"]
    assert len(sandbox.log(operation="moveBatch", after=before)) == 1


@pytest.mark.parametrize(("called", "operation", "parameter"), [
    ("deletefolder", "deleteFolder", "FOLDER"), ("deletesite", "deleteProjectGroup", "SITE"),
])
def test_a_deletion_is_found_to_be_done(
    run_pix4d: Any, pix4d: Pix4dCalls, sandbox: SandboxProcess, called: str, operation: str, parameter: str
) -> None:
    identity = pix4d.folder("Old") if parameter == "FOLDER" else str(pix4d.site("Old")["id"])
    sandbox.fault(kind="lost_cut", operation=operation)
    run_pix4d(called, **{parameter: identity}, CONFIRM="Old")
    assert pix4d.names("organization", pix4d.organization) == []


def test_what_the_platform_refuses_is_told(run_pix4d: Any, pix4d: Pix4dCalls) -> None:
    foreign = "0f6e2c44-7a0d-4c7a-8d2b-6a1c9e5b7f10"
    assert run_pix4d.fails("createfolder", NAME="x", DRIVE_FOLDER=foreign)
    assert "does not know" in run_pix4d.fails("getproject", PROJECT="999999999")
    project = str(pix4d.project()["id"])
    assert "does not allow this" in run_pix4d.fails("editproject", PROJECT=project, OWNER="nobody")
