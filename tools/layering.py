"""Checks that the house stands: arrows point down, nothing is imported where it does not belong, files stay short.

Usage: python tools/layering.py [ROOT]; prints one line for each violation, exit code 1 when there is one.

The modules are read with `ast`, never imported. Imports inside functions count like those at the top; imports for type
checking only (`if TYPE_CHECKING:`) do not make a cycle and do not count as a use of a library, all other rules hold for
them too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "imagery_hub"
FLOORS = {"providers": 1, "core": 2, "algorithms": 3, "ui": 3, "plugin": 4, "": 4}
MAX_LINES = 400
OUTSIDE_TESTS = ("plugin.py", "__init__.py", "providers", "core", "algorithms", "ui", "sandbox", "benchmarks", "tools")
QT = {"PyQt4", "PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}
# Each library and what comes with it has one home in the plugin: a module, or a folder that is about nothing else.
HOMES = {
    "requests": "providers.http",
    "urllib3": "providers.http",
    "boto3": "providers.transfer.boto",
    "botocore": "providers.transfer.boto",
    "s3transfer": "providers.transfer.boto",
    "shapely": "providers.shapes",
}


@dataclass(frozen=True)
class Import:
    """One imported name: `target` is dotted, relative to the plugin's root where `inside`, else absolute."""

    module: str
    target: str
    line: int
    inside: bool
    typing_only: bool


@dataclass(frozen=True)
class Module:
    """A Python file: `name` is dotted from the root, a package's `__init__.py` has the package's name."""

    name: str
    path: Path
    is_package: bool
    tree: ast.Module


def read_modules(root: Path, parts: tuple[str, ...]) -> dict[str, Module]:
    """All modules below the given folders and files of the root, by name; the root's own is called ''."""
    modules = {}
    for part in parts:
        start = root / part
        for path in [start] if start.suffix == ".py" and start.exists() else sorted(start.rglob("*.py")):
            names = list(path.relative_to(root).with_suffix("").parts)
            is_package = names[-1] == "__init__"
            name = ".".join(names[:-1] if is_package else names)
            modules[name] = Module(name, path, is_package, ast.parse(path.read_text("utf-8"), str(path)))
    return modules


def is_for_typing(node: ast.AST) -> bool:
    test = node.test if isinstance(node, ast.If) else None
    return "TYPE_CHECKING" in (getattr(test, "id", None), getattr(test, "attr", None))


def import_nodes(tree: ast.AST, typing_only: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node, typing_only
        elif isinstance(node, ast.If) and is_for_typing(node):
            for child in node.body:
                yield from import_nodes(ast.Module([child], []), True)
            for child in node.orelse:
                yield from import_nodes(ast.Module([child], []), typing_only)
        else:
            yield from import_nodes(node, typing_only)


def imports_of(module: Module, modules: dict[str, Module]) -> Iterator[Import]:
    """What a module imports; `from .a import b` means the module a.b where there is one, else a."""
    for node, typing_only in import_nodes(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module.name, alias.name, node.lineno, False, typing_only)
            continue
        if not node.level:
            for alias in node.names:
                yield Import(module.name, f"{node.module}.{alias.name}", node.lineno, False, typing_only)
            continue
        here = module.name.split(".") if module.name else []
        depth = node.level - module.is_package
        base = here[: len(here) - depth] if depth else here
        if depth > len(here):
            yield Import(module.name, "(outside)", node.lineno, True, typing_only)
            continue
        base += node.module.split(".") if node.module else []
        for alias in node.names:
            longer = ".".join([*base, alias.name])
            yield Import(module.name, longer if longer in modules else ".".join(base), node.lineno, True, typing_only)


def floor(name: str) -> int | None:
    return FLOORS.get(name.split(".")[0])


def within(name: str, home: str) -> bool:
    return name == home or name.startswith(home + ".")


def check_import(found: Import, path: Path) -> Iterator[str]:
    """The rules that one import of the plugin can break."""
    at = f"{path}:{found.line}"
    top = found.target.split(".")[0]
    if found.inside:
        here, there = floor(found.module), floor(found.target)
        if found.target == "(outside)":
            yield f"{at}: a relative import leaves the plugin"
        elif top == "sandbox":
            yield f"{at}: the plugin imports the sandbox"
        elif there is None and top != "_vendor":
            yield f"{at}: {found.target} is on no floor"
        elif here is not None and there is not None and there > here:
            yield f"{at}: an arrow points up, from {found.module} (floor {here}) to {found.target} (floor {there})"
        return
    if top == "sandbox":
        yield f"{at}: the plugin imports the sandbox"
    elif top == PACKAGE or top in FLOORS:
        yield f"{at}: the plugin's own modules are imported relatively, not as {found.target}"
    if top in QT:
        yield f"{at}: Qt comes from qgis.PyQt only, not from {top}"
    if floor(found.module) == 1 and top in ("qgis", "processing", "osgeo"):
        yield f"{at}: providers/ knows nothing of QGIS, not {found.target}"
    home = HOMES.get(top)
    if home and not found.typing_only and not within(found.module, home):
        yield f"{at}: {top} is imported in {home.replace('.', '/')} only"


def check_sandbox(found: Import, path: Path) -> Iterator[str]:
    top = found.target.split(".")[0]
    strangers = top in FLOORS or top == PACKAGE if not found.inside else top != "sandbox"
    if strangers:
        yield f"{path}:{found.line}: the sandbox imports {found.target}, which is not its own"


def cycles(arrows: dict[str, set[str]]) -> Iterator[list[str]]:
    """Groups of modules that reach each other (strongly connected components of two or more, after Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in sorted(arrows.get(name, ())):
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(group) > 1:
                groups.append(sorted(group))

    for name in sorted(arrows):
        if name not in index:
            visit(name)
    yield from groups


def check_lengths(root: Path) -> Iterator[str]:
    for part in OUTSIDE_TESTS:
        start = root / part
        for path in [start] if start.is_file() else sorted([*start.rglob("*.py"), *start.rglob("*.sh")]):
            lines = len(path.read_text("utf-8").splitlines())
            if lines > MAX_LINES:
                yield f"{path}: {lines} lines, {MAX_LINES} at most"


def check(root: Path) -> list[str]:
    """All violations below the root, each as a line that says where and what."""
    plugin = read_modules(root, ("__init__.py", "plugin.py", "providers", "core", "algorithms", "ui"))
    sandbox = read_modules(root, ("sandbox",))
    found = list(check_lengths(root))
    arrows: dict[str, set[str]] = {}
    for modules, rules in ((plugin, check_import), (sandbox, check_sandbox)):
        for module in modules.values():
            for one in imports_of(module, modules):
                found += rules(one, module.path)
                if modules is sandbox and not one.inside and within(one.target, "sandbox"):
                    # The sandbox may name itself in full.
                    one = Import(one.module, longest_module(one.target, modules), one.line, True, one.typing_only)
                if one.inside and not one.typing_only and one.target in modules and one.target != one.module:
                    arrows.setdefault(one.module, set()).add(one.target)
    found += [f"modules import each other: {', '.join(group)}" for group in cycles(arrows)]
    return found


def longest_module(target: str, modules: dict[str, Module]) -> str:
    """The module that a dotted name of a module or of something in it stands for."""
    while target and target not in modules:
        target = target.rpartition(".")[0]
    return target


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    violations = check(root)
    print("\n".join(violations) or "layering: nothing found")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
