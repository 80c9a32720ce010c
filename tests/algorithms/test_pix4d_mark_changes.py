"""Marks placed, moved and removed by one algorithm, read back by plain HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from photo_files import Shot, jpeg
from pix4d_project import StoredProject
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

Marks = dict[tuple[str, str], tuple[float, float]]


@pytest.fixture
def project(sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Any) -> StoredProject:
    """Two photos, a control point and a tie point."""
    number = int(pix4d.project("Quarry", coordinate_system="EPSG:32632")["id"])
    found = StoredProject(sandbox, pix4d, number)
    photos = [jpeg(tmp_path / name, Shot(47.0, 8.0, 500.0)) for name in ("a.jpg", "b.jpg")]
    found.register(found.store(photos))
    gcp = {"name": "P1", "point_type": "GCP", "x": 412000.0, "y": 5230000.0, "z": 500.0}
    pix4d.post(f"{found.path}gcp/register/", {"gcps": [gcp]})
    pix4d.post(f"{found.path}mtp/", {"mtps": [{"name": "M1", "is_checkpoint": False}]})
    return found


def marks(project: StoredProject) -> Marks:
    found = project.calls.get(f"{project.path}mark/")["marks"]
    return {(one["gcp"], one["photo"].rpartition("/")[2]): (one["x"], one["y"]) for one in found}


def cells(project: StoredProject, given: Marks) -> list[str]:
    return [text for (point, photo), (x, y) in given.items() for text in (point, project.key(photo), str(x), str(y))]


def pairs(project: StoredProject, *given: tuple[str, str]) -> list[str]:
    return [text for point, photo in given for text in (point, project.key(photo))]


def test_marks_are_placed_moved_and_removed(run_pix4d: Any, project: StoredProject) -> None:
    first: Marks = {("P1", "a.jpg"): (10.5, 20.25), ("P1", "b.jpg"): (11, 21), ("M1", "a.jpg"): (30, 40)}
    done = run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, first))
    assert (done["ADDED"], done["MOVED"], done["GONE"]) == (3, 0, 0)
    assert marks(project) == first
    second: Marks = {("P1", "a.jpg"): (10.5, 20.25), ("P1", "b.jpg"): (12, 21), ("M1", "b.jpg"): (5, 6)}
    done = run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, second),
                     REMOVED=pairs(project, ("M1", "a.jpg")))
    assert (done["ADDED"], done["MOVED"], done["GONE"]) == (1, 1, 1)
    assert marks(project) == second
    again = run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, second),
                      REMOVED=pairs(project, ("M1", "a.jpg")))
    assert (again["ADDED"], again["MOVED"], again["GONE"]) == (0, 0, 0)
    assert marks(project) == second


def test_what_the_platform_refuses_changes_nothing(run_pix4d: Any, project: StoredProject) -> None:
    here: Marks = {("P1", "a.jpg"): (10, 20)}
    run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, here))
    wrong: Marks = {("P1", "a.jpg"): (50, 60), ("Gone", "b.jpg"): (1, 2)}
    words = run_pix4d.fails("changemarks", PROJECT=str(project.id), MARKS=cells(project, wrong),
                            REMOVED=pairs(project, ("P1", "b.jpg")))
    assert "Gone" in words
    assert marks(project) == here


def test_what_cannot_be_meant_is_refused_first(run_pix4d: Any, project: StoredProject) -> None:
    number = str(project.id)
    assert "nothing to change" in run_pix4d.refused("changemarks", PROJECT=number)
    assert "not complete" in run_pix4d.refused("changemarks", PROJECT=number, MARKS=["P1", "a.jpg", "3"])
    words = run_pix4d.refused("changemarks", PROJECT=number, MARKS=["P1", "a.jpg", "3", "-4"])
    assert "The mark of P1 in row 1" in words


@pytest.mark.parametrize("operation", ["registerMarks", "updateMark", "deleteMark"])
def test_an_answer_that_is_lost_doubles_nothing(
    operation: str, run_pix4d: Any, project: StoredProject, sandbox: SandboxProcess
) -> None:
    first: Marks = {("P1", "a.jpg"): (10, 20), ("M1", "a.jpg"): (30, 40)}
    run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, first))
    second: Marks = {("P1", "a.jpg"): (11, 20), ("P1", "b.jpg"): (5, 6)}
    sandbox.fault(kind="lost_cut", operation=operation)
    done = run_pix4d("changemarks", PROJECT=str(project.id), MARKS=cells(project, second),
                     REMOVED=pairs(project, ("M1", "a.jpg")))
    assert (done["ADDED"], done["MOVED"], done["GONE"]) == (1, 1, 1)
    assert marks(project) == second
