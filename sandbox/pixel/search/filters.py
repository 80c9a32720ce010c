"""The filter language as SQL (section 11; A17 and A18).

What is absent meets no comparison except ``== null``, as in SQL; negations of lists and patterns included. Texts are
compared with texts only, numbers with numbers: in the free metadata, where a key may hold both, the others do not meet
the comparison; elsewhere a value of the wrong type is refused. A list is ``in`` another when they share an element.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from functools import lru_cache
from typing import Any

from ...errors import Refusal, detail
from .fields import MEMBER, METADATA, Field, Subject

Sql = tuple[str, list[Any]]

ORDERED = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
OPERATORS = (*ORDERED, "~", "!~", "contains", "!contains", "in", "!in")
DEEPEST = 50
"""Groups within groups; deeper ones are refused."""


def unfit(words: str, *place: str | int) -> Refusal:
    """A 422: the filter breaks the grammar."""
    return Refusal(422, {"detail": [{"type": "value_error", "loc": ["body", *place], "msg": words}]})


def condition(node: Any, subject: Subject, depth: int = 0) -> Sql:
    """A filter as an SQL expression with its parameters; raises :class:`Refusal` with 422 for what breaks the grammar
    and 400 for an unknown field or a value that does not fit it."""
    if not isinstance(node, Mapping) or len(node) != 1:
        raise unfit("A filter is an object with exactly one operator, “and” or “or”.", "filter")
    (name, operands), = node.items()
    if name in ("and", "or"):
        if depth >= DEEPEST:
            raise unfit("The filter is nested too deeply.", "filter")
        if not isinstance(operands, list):
            raise unfit(f"“{name}” takes an array of filters.", "filter", name)
        parts = [condition(one, subject, depth + 1) for one in operands]
        if not parts:
            return ("1" if name == "and" else "0"), []
        joined = f" {name.upper()} ".join(sql for sql, _ in parts)
        return f"({joined})", [value for _, values in parts for value in values]
    if name not in OPERATORS:
        raise unfit(f"There is no operator “{name}”.", "filter", name)
    return _comparison(name, *_operands(name, operands), subject)


def _operands(name: str, operands: Any) -> tuple[str, Any]:
    """The field and the value."""
    if not isinstance(operands, list) or len(operands) != 2:
        raise unfit("An operator takes a field and a value.", "filter", name)
    variable, value = operands
    if not isinstance(variable, Mapping) or list(variable) != ["var"] or not isinstance(variable["var"], str):
        raise unfit('The first operand is {"var": field}.', "filter", name)
    several = isinstance(value, list)
    if not all(_scalar(one) for one in (value if several else [value])) or value == []:
        raise unfit("A value is a text, a number, null, or an array of these that is not empty.", "filter", name)
    if several != (name in ("in", "!in")):
        raise unfit("“in” and “!in” take an array, the other operators one value.", "filter", name)
    return variable["var"], value


def _scalar(value: Any) -> bool:
    return value is None or (isinstance(value, (str, int, float)) and not isinstance(value, bool))


def known(name: str, subject: Subject) -> Field:
    """A field that can be filtered and sorted by; 400 for any other."""
    found = subject.field(name)
    if found is None or found.kind in ("GEOMETRY", "JSON"):
        raise detail(400, f"Unknown search field '{name}' for {subject.on}")
    return found


def expression(field: Field) -> Sql:
    """What a field is compared and sorted by."""
    if field.kind == "MEMBER":
        return f"(SELECT value FROM json_each({METADATA}) WHERE key = ?)", [field.name.removeprefix(MEMBER)]
    return (f"{field.name}_at" if field.kind == "DATETIME" else field.name), []


def _comparison(operator: str, name: str, value: Any, subject: Subject) -> Sql:
    field = known(name, subject)
    sql, parameters = expression(field)
    if field.kind == "ARRAY":
        return _of_array(operator, field, value)
    if value is None:
        if operator not in ("==", "!="):
            raise detail(400, f"'{operator}' cannot be used with null")
        return f"{sql} IS {'NOT ' if operator == '!=' else ''}NULL", parameters
    if operator in ("~", "!~", "contains", "!contains"):
        if field.kind not in ("VARCHAR", "MEMBER") or not isinstance(value, str):
            raise detail(400, f"'{operator}' needs a text field and a text, not {name} and {value!r}")
        guard, values = _guarded(field, value)
        test = "ilike(?, {})" if "~" in operator else "instr({}, ?) > 0"
        negation = "NOT " if operator.startswith("!") else ""
        order = [value, *parameters] if "~" in operator else [*parameters, value]
        return f"({guard}{sql} IS NOT NULL AND {negation}{test.format(sql)})", [*values, *parameters, *order]
    if operator in ("in", "!in"):
        return _of_list(operator, field, value)
    guard, values = _guarded(field, value)
    return f"({guard}{sql} {ORDERED[operator]} ?)", [*values, *parameters, _fitting(field, value)]


def _of_array(operator: str, field: Field, value: Any) -> Sql:
    if operator in ("==", "!=") and value is None:
        return f"json_array_length({field.name}) {'=' if operator == '==' else '>'} 0", []
    given = value if isinstance(value, list) else [value]
    if operator.strip("!") not in ("contains", "in") or not all(isinstance(one, str) for one in given):
        raise detail(400, f"{field.name} is a list; use 'contains' or '!contains' with one text, or 'in' with some")
    negation = "NOT " if operator.startswith("!") else ""
    return (f"{negation}EXISTS (SELECT 1 FROM json_each({field.name}) WHERE value IN (SELECT value FROM json_each(?)))",
            [json.dumps(given)])


def _of_list(operator: str, field: Field, values: list[Any]) -> Sql:
    sql, parameters = expression(field)
    given = json.dumps([_fitting(field, one) for one in values if one is not None])
    negation = "NOT " if operator.startswith("!") else ""
    test = f"{sql} {negation}IN (SELECT value FROM json_each(?))"
    if None not in values:
        return f"({sql} IS NOT NULL AND {test})", [*parameters, *parameters, given]
    if negation:
        return f"({sql} IS NOT NULL AND {test})", [*parameters, *parameters, given]
    return f"({sql} IS NULL OR {test})", [*parameters, *parameters, given]


def _guarded(field: Field, value: Any) -> Sql:
    """What keeps texts and numbers of the free metadata apart, which SQLite would put into one order."""
    if field.kind != "MEMBER":
        return "", []
    sql, parameters = expression(field)
    kinds = "('text')" if isinstance(value, str) else "('integer', 'real')"
    return f"typeof({sql}) IN {kinds} AND ", parameters


def _fitting(field: Field, value: Any) -> Any:
    """A value as it is compared; 400 where its type does not fit the field."""
    if field.kind == "DATETIME":
        moment = seconds(value) if isinstance(value, str) else None
        if moment is None:
            raise detail(400, f"{field.name} needs a time such as 2025-05-12T00:00:00Z, not {value!r}")
        return moment
    if field.kind in ("INTEGER", "FLOAT") and isinstance(value, str):
        raise detail(400, f"{field.name} needs a number, not {value!r}")
    if field.kind == "VARCHAR" and not isinstance(value, str):
        raise detail(400, f"{field.name} needs a text, not {value!r}")
    return value


def seconds(text: str) -> float | None:
    """Seconds since 1970 of an ISO time, UTC where it has no zone; None for any other text."""
    try:
        moment = datetime.fromisoformat(re.sub("[zZ]$", "+00:00", text.strip()))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


@lru_cache(maxsize=64)
def _pattern(text: str) -> re.Pattern[str]:
    """``%`` is any text and ``_`` one character; a backslash takes the meaning from what follows it."""
    pieces = {"%": ".*", "_": "."}
    made = "".join(re.escape(escaped) if escaped else pieces.get(plain) or re.escape(plain)
                   for escaped, plain in re.findall(r"\\(.)|(.)", text, re.DOTALL))
    return re.compile(made, re.IGNORECASE | re.DOTALL)


def ilike(pattern: str, text: Any) -> bool:
    """SQL's ILIKE for any letters; SQLite's own knows those of ASCII only."""
    return isinstance(text, str) and _pattern(pattern).fullmatch(text) is not None
