"""Under Qt 6: every module with a window's part imports, and every enum value that is written in the code exists."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for floor in ("ui", "core", "algorithms") for path in (ROOT / floor).rglob("*.py"))


def qt_names(tree: ast.Module) -> dict[str, object]:
    """What a module imports of Qt. A name that is looked for in two places is in one: importing tells of the rest."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("qgis.PyQt."):
            source = importlib.import_module(node.module or "")
            there = [alias for alias in node.names if hasattr(source, alias.name)]
            names.update({alias.asname or alias.name: getattr(source, alias.name) for alias in there})
    return names


def missing(path: Path) -> list[str]:
    """Dotted names of Qt in a module that Qt 6 does not have."""
    tree = ast.parse(path.read_text("utf-8"))
    names = qt_names(tree)
    found = []
    for node in ast.walk(tree):
        parts: list[str] = []
        one: ast.AST = node
        while isinstance(one, ast.Attribute):
            parts.insert(0, one.attr)
            one = one.value
        if not parts or not isinstance(one, ast.Name) or one.id not in names:
            continue
        owner = names[one.id]
        for part in parts:
            if not hasattr(owner, part):
                found.append(f"{path}:{node.lineno}: {one.id}.{'.'.join(parts)}")
                break
            owner = getattr(owner, part)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_name_of_qt_exists_in_qt_6(path: Path) -> None:
    assert missing(path) == []


def test_an_old_name_would_be_found(tmp_path: Path) -> None:
    old = tmp_path / "old.py"
    old.write_text("from qgis.PyQt.QtCore import Qt\nfine = Qt.MouseButton.LeftButton\nold = Qt.LeftButton\n", "utf-8")
    assert [line.split(": ")[1] for line in missing(old)] == ["Qt.LeftButton"]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_module_imports_under_qt_6(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    importlib.import_module(".".join(("imagery_hub", *(parts[:-1] if parts[-1] == "__init__" else parts))))
