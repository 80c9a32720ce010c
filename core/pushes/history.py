"""The last pushes of each kind, in the profile: a GeoPackage of what was sent, and a small file that tells of it.

A push is begun before it is sent, and accepted when the platform took it; only accepted ones are compared with. Several
QGIS may use one profile: each file appears whole by being renamed, and no file is changed by two.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from osgeo import gdal, ogr, osr
from qgis.core import QgsApplication, QgsGeometry

from .. import log
from ..jobs import JobRecord, State, job_store
from ..layers.gdal_calls import closed, must

KEPT = 12
TABLE = "polygons"
#: A push that was not accepted is kept as long as its job is in the list of jobs, from which it can be taken up; one
#: without a job was left by a crash.
ABANDONED_SECONDS = 3600.0


@dataclass(frozen=True)
class Key:
    """What a push replaces: of a connection, for these platform ids by role, a kind, and a part of it (a class)."""

    platform: str
    connection: str
    ids: Mapping[str, str]
    kind: str
    part: str = ""

    def _value(self) -> dict[str, Any]:
        return {
            "platform": self.platform,
            "connection": self.connection,
            "ids": dict(sorted(self.ids.items())),
            "kind": self.kind,
            "part": self.part,
        }

    @property
    def folder(self) -> str:
        """The name of its folder; ids of the platform are never part of a path."""
        return hashlib.sha256(json.dumps(self._value(), sort_keys=True).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Push:
    """One push. ``created`` is in seconds since 1970; ``file`` holds what was sent, in longitude and latitude."""

    id: str
    key: Key
    created: float
    count: int
    file: Path = field(compare=False)
    job: str = ""
    accepted: bool = False

    @property
    def note(self) -> Path:
        """The small file beside it."""
        return self.file.with_suffix(".json")


class PushHistory:
    """Files below one folder. Every method may be called from any thread."""

    def __init__(
        self, folder: Path, job_of: Callable[[str], JobRecord | None] | None = None, kept: int = KEPT
    ) -> None:
        self._folder = folder
        self._job_of = job_of or (lambda job: job_store().get(job))
        self._kept = kept

    # ------------------------------------------------------------------ Pushing
    def begin(self, key: Key, shapes: Iterable[QgsGeometry]) -> Push:
        """Keep polygons (longitude and latitude) that are about to be sent. ``file`` of the answer is what to send, as
        a layer with a type and a reference system, also when there is none of them. Not for the main thread."""
        folder = self._folder / key.folder
        folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        identity = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
        file = folder / f"{identity}.gpkg"
        part = folder / f"{identity}.part.gpkg"
        try:
            count = _write(part, shapes)
            os.replace(part, file)
        finally:
            part.unlink(missing_ok=True)
        return self._noted(Push(identity, key, time.time(), count, file))

    def sent(self, push: Push, job: str) -> Push:
        """It is being sent by this job."""
        return self._noted(replace(push, job=job))

    def accept(self, push: Push) -> Push:
        """The platform took it: later pushes are compared with it. Older ones than ``kept`` are forgotten."""
        accepted = self._noted(replace(push, accepted=True, created=time.time()))
        for old in self.pushes(push.key)[self._kept:]:
            self.drop(old)
        return accepted

    def drop(self, push: Push) -> None:
        """Forget it."""
        push.note.unlink(missing_ok=True)
        push.file.unlink(missing_ok=True)

    def _noted(self, push: Push) -> Push:
        value = {"key": push.key._value(), "created": push.created, "count": push.count, "job": push.job,
                 "accepted": push.accepted}
        part = push.note.with_suffix(".note")
        part.write_text(json.dumps(value), "utf-8")
        os.replace(part, push.note)
        return push

    # ------------------------------------------------------------------ Looking back
    def pushes(self, key: Key) -> list[Push]:
        """What the platform accepted, latest first. Pushes whose job ended after a restart are counted in here."""
        found = [self._settled(one) for one in self._read(key)]
        return sorted((one for one in found if one is not None and one.accepted), key=lambda one: -one.created)

    def last(self, key: Key) -> Push | None:
        """The last one that the platform accepted."""
        return next(iter(self.pushes(key)), None)

    def _settled(self, push: Push) -> Push | None:
        """A push that was begun, by what became of its job: accepted, still open, or dropped (None)."""
        if push.accepted:
            return push
        job = self._job_of(push.job) if push.job else None
        if job is not None and job.state is State.DONE:
            return self._noted(replace(push, accepted=True, created=job.ended or push.created))
        if job is None and (push.job or time.time() - push.created > ABANDONED_SECONDS):
            self.drop(push)
            return None
        return push

    def _read(self, key: Key) -> list[Push]:
        folder = self._folder / key.folder
        found = []
        for note in folder.glob("*.json"):
            try:
                value = json.loads(note.read_text("utf-8"))
                one = Push(note.stem, key, float(value["created"]), int(value["count"]), note.with_suffix(".gpkg"),
                           str(value["job"]), bool(value["accepted"]))
            except (OSError, ValueError, KeyError, TypeError) as error:
                log.warning(f"A note of a push cannot be read: {type(error).__name__}")
                continue
            if one.file.is_file():
                found.append(one)
        return found


def shapes_of(push: Push) -> list[QgsGeometry]:
    """The polygons of a push in longitude and latitude. Not for the main thread."""
    dataset = must(lambda: gdal.OpenEx(str(push.file), gdal.OF_VECTOR, allowed_drivers=["GPKG"]), "open")
    found = []
    for feature in dataset.GetLayer(0):
        geometry = feature.GetGeometryRef()
        if geometry is not None:
            shape = QgsGeometry()
            shape.fromWkb(bytes(geometry.ExportToWkb()))
            found.append(shape)
    return found


def _write(path: Path, shapes: Iterable[QgsGeometry]) -> int:
    driver = gdal.GetDriverByName("GPKG")
    dataset = must(lambda: driver.Create(str(path), 0, 0, 0, gdal.GDT_Unknown), "create")
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    system.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    table = must(lambda: dataset.CreateLayer(TABLE, system, ogr.wkbPolygon, ["SPATIAL_INDEX=NO"]), "table")
    table.StartTransaction()
    count = 0
    for shape in shapes:
        feature = ogr.Feature(table.GetLayerDefn())
        feature.SetGeometryDirectly(ogr.CreateGeometryFromWkb(bytes(shape.asWkb())))
        table.CreateFeature(feature)
        count += 1
    table.CommitTransaction()
    must(lambda: closed(dataset), "close")
    return count


def push_history() -> PushHistory:
    """The history of this profile."""
    return PushHistory(Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "pushes")
