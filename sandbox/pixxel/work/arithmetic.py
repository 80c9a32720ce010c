"""Band arithmetic, as in ``(B031-B017)/(B031+B017)``: parsed, never evaluated as a program."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow}
_FUNCTIONS: dict[str, Callable[[Any], Any]] = {"abs": numpy.abs, "sqrt": numpy.sqrt, "log": numpy.log}
LONGEST = 500


class Malformed(ValueError):
    """No band arithmetic; the words tell why."""


def parse(expression: str) -> list[ast.expr]:
    """The parts of an expression: one, or several with commas (a composite)."""
    if len(expression) > LONGEST:
        raise Malformed(f"must not be longer than {LONGEST} characters")
    try:
        tree = ast.parse(f"({expression.strip()},)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Malformed("is no band arithmetic") from None
    if not isinstance(tree, ast.Tuple) or not tree.elts:
        raise Malformed("is no band arithmetic")
    for one in tree.elts:
        _check(one)
    return tree.elts


def _check(node: ast.expr) -> None:
    if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
        _check(node.left)
        _check(node.right)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        _check(node.operand)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and \
            len(node.args) == 1 and not node.keywords:
        _check(node.args[0])
    elif not isinstance(node, ast.Name) and not (
            isinstance(node, ast.Constant) and _is_number(node.value)):
        raise Malformed("may hold bands, numbers, + - * / ** and brackets")


def bands_of(expression: str) -> list[str]:
    """Names of the bands, in the order of their appearance."""
    found: dict[str, None] = {}
    for part in parse(expression):
        calls = {id(node.func) for node in ast.walk(part) if isinstance(node, ast.Call)}
        names = [node for node in ast.walk(part) if isinstance(node, ast.Name) and id(node) not in calls]
        for one in sorted(names, key=lambda node: node.col_offset):
            found[one.id] = None
    return list(found)


def evaluate(expression: str, bands: Mapping[str, Any]) -> list[Any]:
    """The value of each part; what cannot be computed (a division by zero) is not a number."""
    with numpy.errstate(all="ignore"):
        return [numpy.where(numpy.isfinite(one), one, numpy.nan)
                for one in (numpy.asarray(_value(part, bands), dtype=float) for part in parse(expression))]


def _value(node: ast.expr, bands: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left, bands), _value(node.right, bands))
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, bands)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _FUNCTIONS[node.func.id](_value(node.args[0], bands))
    if isinstance(node, ast.Name):
        return bands[node.id]
    return numpy.float64(float(str(node.value))) if isinstance(node, ast.Constant) else numpy.nan


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e9
