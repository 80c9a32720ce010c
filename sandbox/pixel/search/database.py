"""Tables in SQLite with an R-tree each, and the query.

Names in SQL come from the table of fields, values of a request are always parameters.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

import shapely

from ...errors import detail
from .fields import MEMBER, METADATA, SUBJECTS, Field, Subject
from .filters import condition, expression, ilike, known, seconds, unfit

COLUMN = {"INTEGER": "INTEGER", "FLOAT": "REAL", "DATETIME": "TEXT"}
JSON_KINDS = ("ARRAY", "JSON", "GEOMETRY")
_Piece = tuple[str, list[Any]]


class Found(NamedTuple):
    """A page of results, and how many there are in all."""

    results: list[dict[str, Any]]
    total: int


class SearchDatabase:
    """In memory; one table for each subject, filled anew as a whole."""

    def __init__(self) -> None:
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.create_function("ilike", 2, ilike, deterministic=True)
        for one in SUBJECTS.values():
            self._make(one)

    def _make(self, subject: Subject) -> None:
        columns = [f"{one.name} {COLUMN.get(one.kind, 'TEXT')}" + (" PRIMARY KEY" if one.name == "id" else "")
                   for one in subject.fields]
        columns += [f"{one.name}_at REAL" for one in subject.fields if one.kind == "DATETIME"]
        self._base.execute(f"CREATE TABLE {subject.on} ({', '.join(columns)}, words TEXT, shape BLOB)")
        self._base.execute(f"CREATE VIRTUAL TABLE {subject.on}_box USING rtree(id, west, east, south, north)")

    def close(self) -> None:
        """Forget everything."""
        self._base.close()

    # ------------------------------------------------------------------ filling
    def fill(self, on: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace a table. A row has the members of its subject as the API shows them (absent ones are null), and may
        have ``words``: further texts that the text search looks into."""
        subject = SUBJECTS[on]
        names = [one.name for one in subject.fields]
        names += [f"{one.name}_at" for one in subject.fields if one.kind == "DATETIME"]
        marks = ", ".join("?" * (len(names) + 2))
        boxes: list[tuple[float, ...]] = []

        def made() -> Iterable[list[Any]]:
            for row in rows:
                shape = shapely.from_geojson(json.dumps(row[subject.spatial])) if row.get(subject.spatial) else None
                if shape is not None and not shape.is_empty:
                    west, south, east, north = shape.bounds
                    boxes.append((row["id"], west, east, south, north))
                yield [*(_stored(one, row.get(one.name)) for one in subject.fields),
                       *(seconds(row[one.name]) if row.get(one.name) else None
                         for one in subject.fields if one.kind == "DATETIME"),
                       _words(row), shapely.to_wkb(shape) if shape is not None else None]

        with self._base:
            self._base.execute(f"DELETE FROM {on}")
            self._base.execute(f"DELETE FROM {on}_box")
            self._base.executemany(f"INSERT INTO {on} ({', '.join(names)}, words, shape) VALUES ({marks})", made())
            self._base.executemany(f"INSERT INTO {on}_box VALUES (?, ?, ?, ?, ?)", boxes)

    # ------------------------------------------------------------------ what there is
    def filterable(self, on: str) -> list[str]:
        """Names of fields to filter by, the keys found in the free metadata among them."""
        subject = SUBJECTS[on]
        names = [one.name for one in subject.fields if one.kind not in ("GEOMETRY", "JSON")]
        if any(one.kind == "JSON" for one in subject.fields):
            with closing(self._base.execute(
                    f"SELECT DISTINCT key FROM {on}, json_each({METADATA}) ORDER BY key")) as found:
                names += [MEMBER + key for key, in found]
        return names

    # ------------------------------------------------------------------ the query
    def query(self, on: str, asked: Mapping[str, Any]) -> Found:
        """What a body of ``search`` asks for. Raises :class:`~sandbox.errors.Refusal`."""
        subject = SUBJECTS[on]
        fields = self._out(subject, asked.get("out_fields"))
        source, parameters = self._source(subject, asked)
        columns = ", ".join(one.name for one in fields)
        group = f" GROUP BY {columns}" if asked.get("distinct") else ""
        order, by = self._order(subject, asked.get("sort", ()), bool(group))
        with closing(self._base.execute(f"SELECT COUNT(*) FROM (SELECT 1 {source}{group})", parameters)) as counted:
            total: int = counted.fetchone()[0]
        limits = [asked.get("limit", 100), asked.get("offset", 0)]
        statement = f"SELECT {columns} {source}{group} ORDER BY {order} LIMIT ? OFFSET ?"
        with closing(self._base.execute(statement, [*parameters, *by, *limits])) as found:
            return Found([_shown(fields, row) for row in found], total)

    @staticmethod
    def _out(subject: Subject, names: Sequence[str] | None) -> Sequence[Field]:
        """The members to return; all of them without a choice (A18)."""
        known_fields = {one.name: one for one in subject.fields}
        unknown = [one for one in names or () if one not in known_fields]
        if unknown:
            raise detail(400, f"Unknown out field '{unknown[0]}' for {subject.on}")
        return [known_fields[one] for one in dict.fromkeys(names)] if names else subject.fields

    def _source(self, subject: Subject, asked: Mapping[str, Any]) -> _Piece:
        """FROM and WHERE: text, filter and area are required together (A18)."""
        tests: list[str] = []
        values: list[Any] = []
        if asked.get("search"):
            tests.append("instr(words, ?) > 0")
            values.append(asked["search"].casefold())
        if asked.get("filter") is not None:
            sql, more = condition(asked["filter"], subject)
            tests.append(sql)
            values += more
        if asked.get("intersects"):
            box, more = self._near(subject, asked["intersects"])
            tests.append(box)
            values += more
        return f"FROM {subject.on}" + (f" WHERE {' AND '.join(tests)}" if tests else ""), values

    def _near(self, subject: Subject, text: str) -> _Piece:
        """The R-tree finds what may lie there, the geometry itself tells."""
        if not subject.spatial:
            raise detail(400, f"Search on {subject.on} does not support spatial queries")
        try:
            area = shapely.from_wkt(text)
        except (shapely.errors.ShapelyError, TypeError) as error:
            raise unfit("This is no geometry in WKT.", "intersects") from error
        if area is None or area.is_empty or not shapely.is_valid(area):
            raise unfit("The geometry is empty or not valid.", "intersects")
        shapely.prepare(area)
        self._base.create_function("touches", 1, lambda shape: bool(shapely.intersects(area, shapely.from_wkb(shape))))
        west, south, east, north = area.bounds
        return (f"id IN (SELECT id FROM {subject.on}_box WHERE east >= ? AND west <= ? AND north >= ? AND south <= ?)"
                " AND touches(shape)"), [west, east, south, north]

    @staticmethod
    def _order(subject: Subject, wanted: Sequence[Mapping[str, Any]], grouped: bool) -> _Piece:
        """Absent values come last, as in PostgreSQL; what is equal goes by its id, so that pages do not overlap."""
        pieces: list[str] = []
        values: list[Any] = []
        for one in wanted:
            sql, more = expression(known(one["field"], subject))
            down = one.get("direction", "asc") == "desc"
            sql = f"MIN({sql})" if grouped else sql
            pieces.append(f"{sql} {'DESC NULLS FIRST' if down else 'ASC NULLS LAST'}")
            values += more
        return ", ".join([*pieces, "MIN(id)" if grouped else "id"]), values


def _stored(field: Field, value: Any) -> Any:
    if value is None:
        return "[]" if field.kind == "ARRAY" else "{}" if field.kind == "JSON" else None
    return json.dumps(value, ensure_ascii=False) if field.kind in JSON_KINDS else value


def _shown(fields: Sequence[Field], row: Sequence[Any]) -> dict[str, Any]:
    return {one.name: json.loads(value) if one.kind in JSON_KINDS and value is not None else value
            for one, value in zip(fields, row)}


def _words(row: Mapping[str, Any]) -> str:
    """Where the text search looks: names, descriptions, tags and values of the metadata (A18)."""
    texts = [row.get("name"), row.get("description"), *(row.get("tags") or ()),
             *(row.get(METADATA) or {}).values(), *row.get("words", ())]
    return "\n".join(str(one) for one in texts if one is not None).casefold()
