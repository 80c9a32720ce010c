"""GDAL called so that it neither prints, nor raises by the program's mood, nor changes anything for other threads.

Whether GDAL's Python module raises exceptions is a switch of the whole program that other plugins may have thrown; here
both ways end in :class:`GdalFailed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from osgeo import gdal


class GdalFailed(Exception):
    """What GDAL said, for the log and for telling a full disk from a damaged file; not for the user."""

    @property
    def is_disk(self) -> bool:
        """Whether the disk refused, as far as GDAL's and SQLite's words tell."""
        return self.is_full or "disk i/o" in str(self).lower()

    @property
    def is_full(self) -> bool:
        """Whether it refused because there is no room."""
        text = str(self).lower()
        return any(words in text for words in ("disk is full", "no space", "not enough space", "file too large"))


@contextmanager
def gdal_errors() -> Iterator[list[str]]:
    """Collects what GDAL reports as an error in this thread and turns its exceptions into :class:`GdalFailed`."""
    said: list[str] = []

    def listen(severity: int, number: int, message: str) -> None:
        if severity >= gdal.CE_Failure:
            said.append(message)

    gdal.PushErrorHandler(listen)
    try:
        yield said
    except RuntimeError as error:
        raise GdalFailed("; ".join([*said, str(error)])) from error
    finally:
        gdal.PopErrorHandler()


def must(do: Callable[[], Any], what: str) -> Any:
    """The result of a GDAL call; None, an exception or a reported error is :class:`GdalFailed`."""
    with gdal_errors() as said:
        result = do()
    if result is None or said:
        raise GdalFailed("; ".join([what, *said]))
    return result


def closed(dataset: Any) -> bool:
    """Close a dataset by hand: errors of the last writing are heard here and not somewhere later. True."""
    dataset.__swig_destroy__(dataset)
    dataset.this = None
    return True


def statement(dataset: Any, sql: str) -> None:
    """Run SQL that gives no rows."""
    with gdal_errors() as said:
        result = dataset.ExecuteSQL(sql)
        if result is not None:
            dataset.ReleaseResultSet(result)
    if said:
        raise GdalFailed("; ".join(said))


def query(dataset: Any, sql: str, dialect: str = "") -> list[tuple[Any, ...]]:
    """The rows of a query, as tuples. For few rows. ``dialect`` as GDAL's, empty for the format's own."""
    with gdal_errors() as said:
        result = dataset.ExecuteSQL(sql, dialect=dialect)
        found = []
        if result is not None:
            for feature in result:
                found.append(tuple(feature.GetField(index) for index in range(feature.GetFieldCount())))
            dataset.ReleaseResultSet(result)
    if said:
        raise GdalFailed("; ".join(said))
    return found


@dataclass(frozen=True)
class Name:
    """The name of a table or a column, to be quoted as one."""

    text: str


def sql(template: str, **values: Name | str | int) -> str:
    """SQL with its values in place, each quoted as what it is: names, texts, whole numbers. GDAL binds none itself."""
    return template.format_map({name: _literal(value) for name, value in values.items()})


def _literal(value: Name | str | int) -> str:
    if isinstance(value, Name):
        return '"' + value.text.replace("\0", "").replace('"', '""') + '"'
    if isinstance(value, str):
        return "'" + value.replace("\0", "").replace("'", "''") + "'"
    return str(int(value))


@contextmanager
def thread_options(options: Mapping[str, str]) -> Iterator[None]:
    """GDAL configuration for this thread alone."""
    before = {name: gdal.GetThreadLocalConfigOption(name) for name in options}
    for name, value in options.items():
        gdal.SetThreadLocalConfigOption(name, value)
    try:
        yield
    finally:
        for name, old in before.items():
            gdal.SetThreadLocalConfigOption(name, old)
