"""What the runner of the tiers gives to each: tiers that run the same tests do not write over each other's results."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.run_tests import NOT_WITHOUT_ASSUMED, TIERS, environment, folders, parts

ROOT = Path(__file__).resolve().parents[2]
PARTS = [part for tier in TIERS for part in parts(tier)]


def places(part: str, folder: Path) -> dict[str, str]:
    """Where a part writes what its tests leave."""
    given = environment(folder / part)
    return {name: given.get(name, "the one that all share") for name in ("PICTURES", "TMPDIR", "KEPT_PROFILE")}


@pytest.mark.parametrize("base", [None, "/somewhere/else"])
def test_tests_that_run_again_without_what_is_assumed_leave_the_pictures_of_the_others(
    base: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PICTURES", raising=False)
    if base:
        monkeypatch.setenv("PICTURES", base)
    told = {part: places(part, tmp_path) for part in PARTS}
    again = [(part, other) for part in PARTS for other in PARTS
             if part != other and "without_assumed" in part and set(folders(part)) & set(folders(other))]
    assert {part.partition(".")[0] for part, _ in again} == {"without_assumed", "real_without_assumed"}
    for part, other in again:
        assert not set(told[part].values()) & set(told[other].values()), f"{part} writes where {other} does"
        assert base is None or told[part]["PICTURES"].startswith(base)


def test_what_runs_without_what_is_assumed_is_all_of_the_real_tier_but_what_is_named() -> None:
    again = [folders(part)[0] for part in parts("real_without_assumed")]
    left_out = {f"tests/real/test_{name}.py" for name in NOT_WITHOUT_ASSUMED}
    assert sorted([*again, *left_out]) == sorted(folders(part)[0] for part in parts("real"))


def needs_nothing_assumed(test: ast.stmt) -> bool:
    """Whether it is a test that is not marked as being about what is assumed."""
    return isinstance(test, ast.FunctionDef) and test.name.startswith("test_") \
        and not any("needs_assumed" in ast.unparse(one) for one in test.decorator_list)


@pytest.mark.parametrize("part", parts("real_without_assumed"))
def test_a_part_without_what_is_assumed_has_tests(part: str) -> None:
    """A file that loses them all, or a new one, is to be named in ``NOT_WITHOUT_ASSUMED``: a part without tests fails,
    an hour later."""
    (file,) = folders(part)
    assert any(map(needs_nothing_assumed, ast.parse((ROOT / file).read_text()).body))
