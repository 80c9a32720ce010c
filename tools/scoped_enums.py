"""Finds enum values that are written without their enum (`Qt.LeftButton`), which Qt 6 no longer knows.

Usage: .venv/bin/python tools/scoped_enums.py [ROOT]; needs PyQt and QGIS to look the names up.

Each dotted name that starts with something imported from `qgis` is looked up in the installed PyQt 5: where it turns
out to be an enum's value whose last but one part is not that enum, it is reported with the way to write it. Nothing of
ours is imported.
"""

from __future__ import annotations

import ast
import enum
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PARTS = ("plugin.py", "core", "algorithms", "ui", "tests/core", "tests/algorithms", "tests/real", "tests/support")


def imported_names(tree: ast.Module) -> dict[str, Any]:
    """Objects of QGIS and Qt by the names under which a module knows them."""
    names = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "qgis":
            try:
                source = importlib.import_module(node.module or "")
            except ImportError:
                continue  # a module of another version
            for alias in node.names:
                if hasattr(source, alias.name):
                    names[alias.asname or alias.name] = getattr(source, alias.name)
    return names


def chain(node: ast.Attribute) -> list[str] | None:
    """['Qt', 'LeftButton'] for `Qt.LeftButton`; None where the chain does not start with a name."""
    parts: list[str] = []
    one: ast.expr = node
    while isinstance(one, ast.Attribute):
        parts.insert(0, one.attr)
        one = one.value
    return [one.id, *parts] if isinstance(one, ast.Name) else None


def is_enum_value(value: Any, owner: Any) -> bool:
    """Whether `value`, found in `owner`, is a value of an enum that is not `owner` itself."""
    kind = type(value)
    if kind is owner or kind in (int, bool, float, str):
        return False
    if isinstance(value, enum.Enum):
        return True
    return isinstance(value, int) and isinstance(owner, type) and hasattr(owner, kind.__name__)


def unscoped(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    names = imported_names(tree)
    for node in ast.walk(tree):
        parts = chain(node) if isinstance(node, ast.Attribute) else None
        if not parts or parts[0] not in names:
            continue
        owner = names[parts[0]]
        for part in parts[1:-1]:
            owner = getattr(owner, part, None)
        value = getattr(owner, parts[-1], None)
        if value is not None and is_enum_value(value, owner):
            scoped = ".".join([*parts[:-1], type(value).__name__, parts[-1]])
            yield f"{path}:{node.lineno}: write {scoped} for {'.'.join(parts)}"


def check(root: Path) -> list[str]:
    """All unscoped enum values below the root."""
    starts = [root / part for part in PARTS]
    paths = [path for start in starts for path in ([start] if start.is_file() else sorted(start.rglob("*.py")))]
    return [line for path in paths for line in unscoped(path)]


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = check(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    print("\n".join(found) or "scoped enums: nothing found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
