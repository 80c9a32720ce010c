"""Copies of the file of a set of annotations, as they were when they came and after each push, in the profile."""

from __future__ import annotations

import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from osgeo import gdal
from qgis.core import QgsApplication

from .. import log
from ..layers.gdal_calls import must
from .history import KEPT, Key

CAME, PUSHED = "came", "pushed"


@dataclass(frozen=True)
class Copy:
    """One copy. ``created`` is in seconds since 1970, ``reason`` is ``came`` or ``pushed``, ``count`` its rows."""

    created: float
    reason: str
    count: int
    file: Path = field(compare=False)


class Copies:
    """Files below one folder. Not for the main thread."""

    def __init__(self, folder: Path, kept: int = KEPT) -> None:
        self._folder = folder
        self._kept = kept

    def keep(self, key: Key, file: Path, reason: str, count: int) -> Copy:
        """Copy a GeoPackage, also one that is open, as it is now. Older copies than ``kept`` are forgotten."""
        folder = self._folder / key.folder
        folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        made = Copy(time.time(), reason, count, folder / f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}.gpkg")
        part = made.file.with_suffix(".part")
        try:
            address = f"{file.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(address, uri=True)) as source, closing(sqlite3.connect(part)) as target:
                source.backup(target)
            note = made.file.with_suffix(".json")
            note.write_text(json.dumps({"created": made.created, "reason": reason, "count": count}), "utf-8")
            os.replace(part, made.file)
        finally:
            part.unlink(missing_ok=True)
        for old in self.list(key)[self._kept:]:
            old.file.unlink(missing_ok=True)
            old.file.with_suffix(".json").unlink(missing_ok=True)
        return made

    def list(self, key: Key) -> list[Copy]:
        """Those of a set, the latest first."""
        found = []
        for file in (self._folder / key.folder).glob("*.gpkg"):
            try:
                value = json.loads(file.with_suffix(".json").read_text("utf-8"))
                found.append(Copy(float(value["created"]), str(value["reason"]), int(value["count"]), file))
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning(f"A note of a copy cannot be read: {type(error).__name__}")
        return sorted(found, key=lambda one: -one.created)


def rows_in(file: Path, tables: Iterable[str]) -> int:
    """How many rows these tables of a GeoPackage hold together."""
    dataset = must(lambda: gdal.OpenEx(str(file), gdal.OF_VECTOR, allowed_drivers=["GPKG"]), "open")
    found = [dataset.GetLayerByName(one) for one in tables]
    return sum(one.GetFeatureCount() for one in found if one is not None)


def copies() -> Copies:
    """The copies of this profile."""
    return Copies(Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "annotation_copies")
