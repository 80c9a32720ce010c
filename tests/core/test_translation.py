"""Translators see every text: their tools read the literals in ``tr(...)`` and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("algorithms", "core", "ui")


def test_every_text_to_translate_is_a_literal() -> None:
    found, hidden = 0, []
    for path in sorted(one for floor in FLOORS for one in (ROOT / floor).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "tr":
                continue
            found += 1
            if not isinstance(node.args[0], ast.Constant):
                hidden.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found > 500
    assert hidden == []
