"""What costs tokens is started once, whatever becomes of the answer; secrets stay where they are."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox_pixxel import PixxelCalls

HERE = "CRS=EPSG:4326;POLYGON((75.61 14.42, 75.74 14.42, 75.74 14.53, 75.61 14.53, 75.61 14.42))"


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_an_order_is_placed_once(run_pixxel: Any, pixxel: PixxelCalls, kind: str) -> None:
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    before = pixxel.get("v0/orders", limit=1)["pagination"]["total"]
    # The first is the dry run, which may be asked again.
    pixxel.sandbox.control("POST", "faults", {"operation": "createOrder", "kind": kind, "status": 503, "after": 1})
    made = run_pixxel("orderarchive", PROJECT=project, AREA_TEXT=HERE, USECASE="agriculture", CONFIRM=True,
                      ITEMS=pixxel.covering())
    assert made["ORDER_ID"]
    assert pixxel.get("v0/orders", limit=1)["pagination"]["total"] == before + 1


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_a_job_is_run_once(run_pixxel: Any, pixxel: PixxelCalls, kind: str) -> None:
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    flows = [one["id"] for one in pixxel.get("v0/workflows", project_id=project)["workflows"]]
    good = next(one for one in flows if not pixxel.get(f"v0/workflows/{one}", project_id=project)["val_errors"])
    before = {one["id"] for one in pixxel.get(f"v0/workflows/{good}/jobs")["jobs"]}
    pixxel.sandbox.control("POST", "faults", {"operation": "createJob", "kind": kind, "status": 503})
    made = run_pixxel("runworkflow", PROJECT=project, WORKFLOW=good, CONFIRM=True)
    after = {one["id"] for one in pixxel.get(f"v0/workflows/{good}/jobs")["jobs"]}
    assert after - before == {made["JOB_ID"]}


def test_what_the_platform_says_of_a_refusal_is_told(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    pixxel.sandbox.control("POST", "pixxel/tokens", {"balance": 1})
    words = run_pixxel.fails("orderarchive", PROJECT=project, AREA_TEXT=HERE, USECASE="agriculture", CONFIRM=True,
                             ITEMS=pixxel.covering())
    assert "tokens" in words


def test_work_that_fails_and_work_that_lasts_are_told(run_pixxel: Any, pixxel: PixxelCalls) -> None:
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    flows = [one["id"] for one in pixxel.get("v0/workflows", project_id=project)["workflows"]]
    good = next(one for one in flows if not pixxel.get(f"v0/workflows/{one}", project_id=project)["val_errors"])
    pixxel.sandbox.control("POST", "pixxel/fail", {"kind": "job", "words": "The scene is cloudy."})
    words = run_pixxel.fails("runworkflow", PROJECT=project, WORKFLOW=good, CONFIRM=True)
    assert "could not finish" in words and "The scene is cloudy" in words


def test_the_key_is_in_no_message_and_no_file(run_pixxel: Any, pixxel: PixxelCalls, tmp_path: Any) -> None:
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    made = run_pixxel("orderarchive", PROJECT=project, AREA_TEXT=HERE, USECASE="agriculture", CONFIRM=True, WAIT=True,
                      ITEMS=pixxel.covering())
    run_pixxel("downloadcatalog", CATALOGS=made["CATALOG_IDS"], LOAD=False, OUTPUT=str(tmp_path / "b.zip"))
    key = pixxel.ready["api_key"]
    assert key not in "\n".join(run_pixxel.messages)
    assert key.encode() not in (tmp_path / "b.zip").read_bytes()
