"""The API coverage counts what it should and nothing else."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sandbox_process import ROOT, interpreter

from tools import api_coverage

CONTRACT = """
openapi: 3.0.3
paths:
  /things/:
    parameters: []
    get: {operationId: listThings, responses: {'200': {}, '302': {}}}
    post: {operationId: makeThing}
  /things/{id}/:
    get: {operationId: getThing}
    delete: {operationId: deleteThing}
"""

# As the sandbox's log of a whole run has them.
PLUGIN = "Mozilla/5.0 QGIS/32216/Debian GNU/Linux 12 (bookworm) ImageryHub"
OTHERS = ("python-requests/2.34.2", "Python-urllib/3.11", "python-httpx/0.28.1", "dl-python/1.12.1", "GDAL/3.10.3",
          "Mozilla/5.0 QGIS/32216", "Mozilla/5.0 QGIS/34415/Debian GNU/Linux 13 (trixie)", "")


def entry(operation: str | None, actor: str | None, status: int = 200, test: str | None = "t::good",
          platform: str = "shop", user_agent: str = PLUGIN, method: str = "GET") -> dict[str, Any]:
    return {"operation": operation, "actor": actor, "status": status, "test": test, "platform": platform,
            "user_agent": user_agent, "account": "first", "flags": [], "method": method, "number": 1}


def look(test: str = "t::good", **more: Any) -> dict[str, Any]:
    """A test asks the platform itself."""
    return entry(**{"operation": "getThing", "actor": None, "test": test, "user_agent": OTHERS[0], **more})


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
        entry("listThings", "algorithms", status=302),
        entry("listThings", "vendor_client", user_agent="dl-python/1.12.1"),
        entry("deleteThing", "algorithms", status=301), entry("getThing", "algorithms", status=302),
        entry("makeThing", "algorithms", status=400), entry("makeThing", "algorithms", test="t::bad"),
        entry("getThing", None), entry("getThing", "vendor_client", status=206),
        entry("getTile", "algorithms"), entry(None, "algorithms"),
        entry("deleteThing", "algorithms", platform="other"), entry("deleteThing", None, test=None),
        entry("deleteThing", "algorithms", test="t::left_out"), look(), look("t::bad"), look("t::left_out"),
    ], {"t::good": "passed", "t::bad": "failed", "t::left_out": "skipped"})
    session(folder, "without-assumed-1", [entry("makeThing", "algorithms"), look()], {"t::good": "passed"})
    session(folder, "two", [entry("deleteThing", "docks", status=204, test="u::good"),
                            entry("makeThing", "docks", status=201, test="u::bad"), look("u::good"),
                            look("u::bad")],
            {"u::good": "passed", "u::bad": "failed"})
    code, report, text = run(folder)
    assert code == 0
    assert report == {"shop": {"total": 4, "algorithms": ["listThings"], "docks": ["deleteThing"],
                               "vendor_client": ["getThing", "listThings"], "missing": ["getThing", "makeThing"]}}
    assert "missing: makeThing" in text


@pytest.mark.parametrize("agent", OTHERS)
@pytest.mark.parametrize("actor", ["algorithms", "docks"])
def test_what_a_witness_or_qgis_asks_is_not_the_plugins(folder: Path, actor: str, agent: str) -> None:
    session(folder, "one", [entry("makeThing", actor, user_agent=agent), entry("listThings", actor), look()],
            {"t::good": "passed"})
    assert run(folder)[1]["shop"][actor] == ["listThings"]


@pytest.mark.parametrize(("looks", "counts"), [
    ([look()], True), ([look(user_agent="picterra-python/4.0.0")], True), ([look(status=404)], True),
    ([look(operation=None)], True), ([look(operation="makeThing", method="POST")], False),
    ([look(operation=None, method="POST")], False), ([look(operation="deleteThing", method="DELETE")], False),
    ([look(status=401)], False), ([look(status=500)], False),
    ([], False), ([look("t::other")], False), ([look(platform="shed")], False),
    ([look(user_agent=PLUGIN)], False), ([look(user_agent=OTHERS[5])], False), ([look(user_agent=OTHERS[4])], False),
])
def test_a_change_counts_only_where_the_test_then_looked_at_the_platform(
    folder: Path, looks: list[dict[str, Any]], counts: bool
) -> None:
    asked = [entry("makeThing", "algorithms", method="POST"), entry("listThings", "algorithms")]
    session(folder, "one", [look(), *asked, *looks], {"t::good": "passed", "t::other": "passed"})
    assert run(folder)[1]["shop"]["algorithms"] == (["listThings", "makeThing"] if counts else ["listThings"])


@pytest.mark.parametrize(("operation", "counts"), [("searchThings", True), ("getToken", False)])
def test_to_log_in_is_no_look_at_the_platform(
    monkeypatch: pytest.MonkeyPatch, folder: Path, operation: str, counts: bool
) -> None:
    contract = f"{CONTRACT}    put: {{operationId: {operation}}}\n"
    (folder / "contract" / "shop.openapi.yaml").write_text(contract, "utf-8")
    monkeypatch.setitem(api_coverage.ONLY_ANSWER, "shop", {operation})
    session(folder, "one", [entry("makeThing", "algorithms", method="POST"), look(operation=operation, method="PUT")],
            {"t::good": "passed"})
    known = api_coverage.operations(folder / "contract")
    assert [one.operation for one in api_coverage.counted(folder / "logs", known)] == ["makeThing"] * counts


def test_what_only_answers_is_in_the_contracts() -> None:
    known = api_coverage.operations(ROOT / "sandbox" / "contract")
    assert set(api_coverage.LOGINS) <= {name for names in known.values() for name in names}
    for platform, names in api_coverage.ONLY_ANSWER.items():
        assert names <= set(known[platform]), platform


@pytest.mark.parametrize("test", ["hub", None])
def test_an_actor_in_an_unknown_test_is_an_error(folder: Path, test: str | None) -> None:
    session(folder, "one", [entry("listThings", "docks", test=test)], {"t::good": "passed"})
    code, report, text = run(folder)
    assert code == 1 and report == {}
    assert f"one.jsonl: docks worked in {test!r}" in text


def test_algorithms_alone_can_be_required_to_reach_all(folder: Path) -> None:
    entries = [entry(one, "algorithms") for one in ("listThings", "makeThing", "getThing")]
    session(folder, "one", [*entries, entry("deleteThing", "docks"), look()], {"t::good": "passed"})
    assert run(folder, "--require", "shop")[0] == 0
    code, _, text = run(folder, "--require", "shop", "--require-algorithms", "shop")
    assert code == 1 and "not by algorithms: shop: deleteThing" in text
    session(folder, "two", [entry("deleteThing", "algorithms"), look()], {"t::good": "passed"})
    assert run(folder, "--require-algorithms", "shop")[0] == 0


@pytest.mark.parametrize(("reached", "code"), [(["listThings"], 1),
                                               (["listThings", "makeThing", "getThing", "deleteThing"], 0)])
def test_a_platform_can_be_required_to_be_complete(folder: Path, reached: list[str], code: int) -> None:
    session(folder, "one", [*(entry(one, "algorithms") for one in reached), look()], {"t::good": "passed"})
    assert run(folder, "--require", "shop")[0] == code


def test_an_unknown_platform_and_no_log_are_errors(folder: Path) -> None:
    code, _, text = run(folder)
    assert code == 1 and "run the test suite first" in text
    session(folder, "one", [], {})
    code, _, text = run(folder, "--require", "shed")
    assert code == 1 and "no contract of shed" in text
