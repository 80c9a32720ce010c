"""Free values by name, as settings of analysis modules are: a table of names and values becomes nested members."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from qgis.core import QgsProcessingParameterMatrix

from ...core.translation import tr
from ..parameters.plain import helped


def values_parameter(name: str, title: str, words: str) -> Any:
    """The table. ``words`` say what the values are."""
    table = QgsProcessingParameterMatrix(name, title, headers=[tr("Name"), tr("Value")], optional=True)
    more = tr("One row for each value. Numbers, true, false and lists such as [1, 2] are sent as such, anything else as"
              " text. A dot in a name leads into a group, as in limits.upper.")
    return helped(table, f"{words} {more}")


def values_problems(cells: Sequence[str]) -> Iterator[str]:
    """What is wrong with the cells of such a table."""
    names = [cells[at] for at in range(0, len(cells), 2)]
    for name, value in zip(names, cells[1::2]):
        if not name and value:
            yield tr("The value “{value}” has no name. Give it one, or empty its row.").format(value=value)
    for name in dict.fromkeys(one for one in names if one and names.count(one) > 1):
        yield tr("“{name}” stands twice. Keep one of the rows.").format(name=name)
    for name in filter(None, names):
        if any(other.startswith(f"{name}.") for other in names):
            yield tr("“{name}” is both a value and a group. Keep one of them.").format(name=name)
        if not all(name.split(".")):
            yield tr("“{name}” has a dot without a name beside it. Correct it.").format(name=name)


def nested(cells: Sequence[str]) -> dict[str, Any]:
    """The members that the cells of such a table say."""
    found: dict[str, Any] = {}
    for name, value in zip(cells[0::2], cells[1::2]):
        if not name:
            continue
        *groups, last = name.split(".")
        inner = found
        for group in groups:
            inner = inner.setdefault(group, {})
        inner[last] = read(value)
    return found


def read(text: str) -> Any:
    """A value as JSON where it is some, else as text."""
    try:
        value = json.loads(text, parse_constant=lambda name: text)
    except ValueError:
        return text
    return text if value is None else value


def told(values: Any) -> str:
    """The same for people, with the names that such a table has: ``analysed: 1, limits.upper: 4``."""
    return ", ".join(f"{name}: {value}" if name else value for name, value in _flat(values))


def _flat(values: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _flat(value, f"{name}.{key}" if name else str(key))
    elif isinstance(values, list):
        for number, value in enumerate(values, 1):
            yield from _flat(value, f"{name}.{number}" if name else str(number))
    elif values is not None:
        yield name, values if isinstance(values, str) else json.dumps(values)


def shown(values: Any) -> str:
    """Members as one line of JSON, for tables; empty where there are none."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True) if values else ""
