"""Advanced tools of Picterra: what they are given, and what they give, without the addresses in it."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

from imagery_hub.core.jobs.store import job_store
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess


def test_advanced_tools(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    tool = sandbox.control("GET", "picterra/")["tool_id"]
    assert "Confirm" in run.refused("runadvancedtool", TOOL=tool)
    result = run("runadvancedtool", TOOL=tool, INPUTS=["vector_layer", "v"], OUTPUTS=["name", "n"], CONFIRM=True)
    told = calls.get(f"operations/{result['OPERATION_ID']}/")
    assert (result["STATUS"], told["status"]) == ("success", "success")
    assert told["results"] == {"inputs": {"vector_layer": "v"}, "outputs": {"name": "n"}}
    assert json.loads(result["RESULTS"]) == told["results"]
    assert "does not know" in run.fails("runadvancedtool", TOOL="nothing", CONFIRM=True)


def test_what_an_advanced_tool_gave_is_given_without_its_addresses(
    run: Any, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    """The sandbox's tool gives back what it was given."""
    tool, address = sandbox.control("GET", "picterra/")["tool_id"], "https://storage.test/a.geojson?signature=s"
    areas = {"files": [address, "plain"], "url": address, "token": "k3y", address: 1}
    cells = ["areas", json.dumps(areas), "count", "3"]
    found = run("runadvancedtool", TOOL=tool, INPUTS=cells, FILE=str(tmp_path / "tool.json"), CONFIRM=True)
    hidden = "https://storage.test/a.geojson?(hidden)"
    given = {"areas": {"files": ["", "plain"], "url": "", "token": "", hidden: 1}, "count": 3}
    assert json.loads(found["RESULTS"]) == {"inputs": given, "outputs": {}}
    whole = Path(found["FILE"])
    assert json.loads(whole.read_text("utf-8"))["results"]["inputs"]["areas"]["url"] == address
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    again = run("getoperation", OPERATION=found["OPERATION_ID"])
    assert json.loads(again["RESULTS"]) == {"inputs": given, "outputs": {}} and "FILE" not in again
    away = str(tmp_path / "gone" / "tool.json")
    assert "The folder of the file" in run.refused("runadvancedtool", TOOL=tool, FILE=away, CONFIRM=True)
    stored = job_store().all()[0]
    assert "signature" not in json.dumps(stored.results)


def test_advanced_tools_take_any_json(run: Any, sandbox: SandboxProcess, calls: PicterraCalls) -> None:
    tool = sandbox.control("GET", "picterra/")["tool_id"]
    table = {"count": 12, "share": -0.5, "on": True, "none": None, "bands": [1, 2], "more": {"a": [{}]},
             "quoted": "12", "layer": "d40b6c8e-91f2", "odd": "NaN", "empty": "", "blank": "two words"}
    cells = ["count", "12", "share", "-0.5", "on", "true", "none", "null", "bands", "[1, 2]", "more", '{"a": [{}]}',
             "quoted", '"12"', "layer", "d40b6c8e-91f2", "odd", "NaN", "empty", "", "blank", "two words"]
    ran = run("runadvancedtool", TOOL=tool, INPUTS=cells, OUTPUTS=["", ""], CONFIRM=True)["OPERATION_ID"]
    assert calls.get(f"operations/{ran}/")["results"] == {"inputs": table, "outputs": {}}
    given = {"TOOL": tool, "CONFIRM": True}
    assert "In “Inputs” a value has no name" in run.refused("runadvancedtool", INPUTS=["", "v"], **given)
    words = run.refused("runadvancedtool", OUTPUTS=["a", "1", "a", "2"], **given)
    assert "In “Outputs” the name “a” stands twice" in words
