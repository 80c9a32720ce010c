"""GDAL called so that it neither prints, nor raises by the program's mood, nor changes anything for other threads.

Whether GDAL's Python module raises exceptions is a switch of the whole program that other plugins may have thrown; here
both ways end in :class:`GdalFailed`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from osgeo import gdal


class GdalFailed(Exception):
    """What GDAL said, for the log and for telling a full disk from a damaged file; not for the user."""

    @property
    def is_disk(self) -> bool:
        """Whether the disk refused, as far as GDAL's and SQLite's words tell."""
        text = str(self).lower()
        return any(words in text for words in ("disk is full", "disk i/o", "no space", "file too large", "not enough"))


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


def statement(dataset: Any, sql: str) -> None:
    """Run SQL that gives no rows."""
    with gdal_errors() as said:
        result = dataset.ExecuteSQL(sql)
        if result is not None:
            dataset.ReleaseResultSet(result)
    if said:
        raise GdalFailed("; ".join(said))


def query(dataset: Any, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query, as tuples. For few rows."""
    with gdal_errors() as said:
        result = dataset.ExecuteSQL(sql)
        found = []
        if result is not None:
            for feature in result:
                found.append(tuple(feature.GetField(index) for index in range(feature.GetFieldCount())))
            dataset.ReleaseResultSet(result)
    if said:
        raise GdalFailed("; ".join(said))
    return found


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace("\0", "").replace('"', '""') + '"'


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
