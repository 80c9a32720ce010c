"""The API coverage counts what it should and nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sandbox_process import ROOT, interpreter

CONTRACT = """
openapi: 3.0.3
paths:
  /things/:
    parameters: []
    get: {operationId: listThings}
    post: {operationId: makeThing}
  /things/{id}/:
    get: {operationId: getThing}
    delete: {operationId: deleteThing}
"""


def entry(operation: str | None, actor: str | None, status: int = 200, test: str = "t::good",
          platform: str = "shop") -> dict[str, Any]:
    return {"operation": operation, "actor": actor, "status": status, "test": test, "platform": platform}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "contract").mkdir()
    (tmp_path / "contract" / "shop.openapi.yaml").write_text(CONTRACT, "utf-8")
    (tmp_path / "logs").mkdir()
    return tmp_path


def session(folder: Path, name: str, entries: list[dict[str, Any]], outcomes: dict[str, str]) -> None:
    text = "".join(json.dumps(one) + "\n" for one in entries)
    (folder / "logs" / f"{name}.jsonl").write_text(text, "utf-8")
    (folder / "logs" / f"{name}.outcomes.json").write_text(json.dumps(outcomes), "utf-8")


def run(folder: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    out = folder / "coverage.json"
    done = subprocess.run([interpreter(), str(ROOT / "tools" / "api_coverage.py"), "--logs", str(folder / "logs"),
                           "--contracts", str(folder / "contract"), "--out", str(out), *arguments],
                          capture_output=True, text=True, timeout=60)
    return done.returncode, json.loads(out.read_text("utf-8")) if out.exists() else {}, done.stdout + done.stderr


def test_only_good_answers_to_an_actor_in_passed_tests_count(folder: Path) -> None:
    session(folder, "one", [
        entry("listThings", "algorithms", status=302), entry("listThings", "vendor_client"),
        entry("deleteThing", "algorithms", status=301),
        entry("makeThing", "algorithms", status=400), entry("makeThing", "algorithms", test="t::bad"),
        entry("getThing", None), entry("getThing", "vendor_client", status=206),
        entry("getTile", "algorithms"), entry(None, "algorithms"),
        entry("deleteThing", "algorithms", platform="other"), entry("deleteThing", "algorithms", test="t::unknown"),
    ], {"t::good": "passed", "t::bad": "failed"})
    session(folder, "without-assumed-1", [entry("makeThing", "algorithms")], {"t::good": "passed"})
    session(folder, "two", [entry("deleteThing", "docks", status=204, test="u::good"),
                            entry("makeThing", "docks", status=201)], {"u::good": "passed"})
    code, report, text = run(folder)
    assert code == 0
    assert report == {"shop": {"total": 4, "algorithms": ["listThings"], "docks": ["deleteThing"],
                               "vendor_client": ["getThing", "listThings"], "missing": ["getThing", "makeThing"]}}
    assert "missing: makeThing" in text


@pytest.mark.parametrize(("reached", "code"), [(["listThings"], 1),
                                               (["listThings", "makeThing", "getThing", "deleteThing"], 0)])
def test_a_platform_can_be_required_to_be_complete(folder: Path, reached: list[str], code: int) -> None:
    session(folder, "one", [entry(one, "algorithms") for one in reached], {"t::good": "passed"})
    assert run(folder, "--require", "shop")[0] == code


def test_an_unknown_platform_and_no_log_are_errors(folder: Path) -> None:
    code, _, text = run(folder)
    assert code == 1 and "run the test suite first" in text
    session(folder, "one", [], {})
    code, _, text = run(folder, "--require", "shed")
    assert code == 1 and "no contract of shed" in text
