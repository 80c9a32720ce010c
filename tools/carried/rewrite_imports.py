"""Moves a library under a private namespace by rewriting how its modules import each other.

Only statements that import one of the carried libraries change, and the dotted names that are handed to a function
which imports by name. Everything else of a file stays as its authors wrote it, byte for byte.
"""

from __future__ import annotations

import ast

# Functions of the carried libraries that take a module's name: lazy_call('boto3.s3.inject.inject_bucket_methods').
IMPORTS_BY_NAME = {"lazy_call", "import_module", "__import__"}


def rewrite(text: str, namespace: str, carried: frozenset[str]) -> str:
    """The module's text with every import of a carried library going to `namespace` (dotted) instead.

    Raises ValueError where a statement cannot be rewritten safely: a carried import that shares its line with another
    statement.
    """
    changes: list[tuple[ast.expr | ast.stmt, str]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import) and any(top(alias.name) in carried for alias in node.names):
            lines = [line for alias in node.names for line in import_lines(alias, namespace, carried)]
            changes.append((node, ("\n" + " " * node.col_offset).join(lines)))
        elif isinstance(node, ast.ImportFrom) and not node.level and top(node.module or "") in carried:
            changes.append((node, ""))
        elif isinstance(node, ast.Call) and called_name(node) in IMPORTS_BY_NAME:
            changes += [
                (argument, repr(f"{namespace}.{argument.value}"))
                for argument in node.args
                if isinstance(argument, ast.Constant) and top(str(argument.value)) in carried
            ]
    lines = text.splitlines(keepends=True)
    for node, replacement in sorted(changes, key=lambda change: change[0].lineno, reverse=True):
        replace(lines, node, replacement, namespace)
    return "".join(lines)


def top(name: str) -> str:
    return name.split(".")[0]


def called_name(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", None))


def import_lines(alias: ast.alias, namespace: str, carried: frozenset[str]) -> list[str]:
    """`import a.b` binds `a`: it is imported whole and `a` is then taken from the namespace."""
    if top(alias.name) not in carried:
        return [f"import {alias.name}" + (f" as {alias.asname}" if alias.asname else "")]
    if alias.asname:
        return [f"import {namespace}.{alias.name} as {alias.asname}"]
    whole = [f"import {namespace}.{alias.name}"] if "." in alias.name else []
    return [*whole, f"from {namespace} import {top(alias.name)}"]


def replace(lines: list[str], node: ast.expr | ast.stmt, replacement: str, namespace: str) -> None:
    """Put the replacement where the node stood. `from x import` keeps all but its module's name."""
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = lines[first].encode()[: node.col_offset].decode()
    if isinstance(node, ast.stmt) and before.strip():
        raise ValueError(f"line {node.lineno} holds more than one statement")
    if isinstance(node, ast.ImportFrom):
        rest = lines[first][len(before):]
        lines[first] = before + rest.replace(f"from {node.module}", f"from {namespace}.{node.module}", 1)
        return
    after = lines[last].encode()[node.end_col_offset:].decode()
    if isinstance(node, ast.stmt) and after.split("#")[0].strip():
        raise ValueError(f"line {last + 1} holds more than one statement")
    lines[first:last + 1] = [before + replacement + after]
