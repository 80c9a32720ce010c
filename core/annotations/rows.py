"""The rows of layers as annotations: what each says now, and what the platform said when it came."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsCsException,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsPoint,
)

from ...providers.errors import Cancelled
from ...providers.pix4d.flows.annotation_list import shape_digest
from ...providers.pix4d.flows.annotation_plan import Local
from ...providers.pix4d.project_records import Annotation, AnnotationGeometry
from ..geometry.reproject import reprojected
from ..problems import Problem
from ..translation import tr
from .fields import RECORD, WrongCell, body_of, record_of
from .heights import Height, raised
from .shapes import circle, circle_of, geometries_of, shape_of

ENTITY = "Project"
RADIUS = "radius"
"""A column of points that makes circles of them, in the units of the project."""
#: How far corners of a layer in another system may be from where they came, in degrees and in other units.
MOVED_DEGREES, MOVED = 1e-10, 1e-5


@dataclass(frozen=True)
class WrongRow:
    """A row that cannot be sent, and why, as a whole sentence."""

    key: str
    words: str


@dataclass
class Rows:
    """``good`` can be sent."""

    good: list[Local] = field(default_factory=list)
    wrong: list[WrongRow] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """The project whose annotations they are, and the system of its annotations' coordinates, not valid for an
    arbitrary one. ``height``: of new ones that have none."""

    project: str
    crs: QgsCoordinateReferenceSystem
    context: QgsCoordinateTransformContext
    height: Height | None = None


def read(
    features: Iterable[QgsFeature],
    fields: QgsFields,
    crs: QgsCoordinateReferenceSystem,
    target: Target,
    prefix: str,
    cancelled: Callable[[], bool] = lambda: False,
) -> Rows:
    """The rows of one layer; keys are ``prefix``, the feature's id and, where it has several parts, their number. Not
    for the main thread. Raises :class:`Cancelled`."""
    reader = _Reader(fields, crs, target)
    found = Rows()
    for feature in features:
        if cancelled():
            raise Cancelled
        key = f"{prefix}{feature.id()}"
        try:
            found.good += reader.rows(feature, key)
        except (Problem, WrongCell) as error:
            found.wrong.append(WrongRow(key, str(error)))
    return found


class _Reader:
    def __init__(self, fields: QgsFields, crs: QgsCoordinateReferenceSystem, target: Target) -> None:
        self._names = fields.names()
        self._radius = fields.lookupField(RADIUS)
        self._ours = RECORD in self._names
        self._crs = crs
        self._target = target
        self._moves = target.crs.isValid() and crs.isValid() and crs != target.crs

    def rows(self, feature: QgsFeature, key: str) -> Iterator[Local]:
        cells = dict(zip(self._names, feature.attributes()))
        record = record_of(cells)
        base = record if record is not None and str(record.get("entity_id")) == self._target.project else None
        body = body_of(cells, record)
        shapes = list(self._shapes(feature, base, drawn=self._ours and record is None))
        if not shapes:
            raise Problem(tr("It has no shape. Draw one, or delete the row."))
        if base is not None and len(shapes) > 1:
            raise Problem(tr("It has several parts. Split it into features of one part each."))
        for number, shape in enumerate(shapes):
            whole: Annotation = {**body, "geometry": shape, "entity_type": ENTITY,
                                 "entity_id": int(self._target.project)}
            if base is None:
                self._raise(shape)
                for name in ("id", "created", "modified"):
                    whole.pop(name, None)  # type: ignore[misc]
            yield Local(key if len(shapes) == 1 else f"{key}/{number}", whole, base)

    def _raise(self, shape: AnnotationGeometry) -> None:
        if self._target.height is not None:
            shape["coordinates"] = raised(shape["coordinates"], self._target.height)

    def _shapes(self, feature: QgsFeature, base: Annotation | None, drawn: bool) -> Iterator[AnnotationGeometry]:
        shape = feature.geometry()
        if shape.isNull() or shape.isEmpty():
            return
        if drawn and not any(one.z() for one in shape.vertices()):
            shape.get().dropZValue()  # QGIS's tools give every corner the height 0, far below the ground
        radius = feature[self._radius] if self._radius >= 0 else None
        if self._moves:
            shape = self._moved(shape)
        came = shape_of(base["geometry"]) if base is not None else None
        if base is not None and came is not None and self._same(shape, came):
            yield base["geometry"]
            return
        for one in geometries_of(shape):
            if not all(math.isfinite(number) for number in _numbers(one.get("coordinates"))):
                raise Problem(tr("Its shape has coordinates that are no numbers. Draw it again."))
            if one["type"] == "Point" and isinstance(radius, (int, float)) and radius > 0:
                yield {"type": "Circle", "coordinates": one["coordinates"], "radius": float(radius)}
            elif base is not None and shape_digest({"geometry": one}) == shape_digest(base):
                yield base["geometry"]
            else:
                yield one

    def _same(self, shape: QgsGeometry, came: QgsGeometry) -> bool:
        """Whether nobody moved it. In a layer of another system its corners come back with small errors."""
        if not self._moves:
            return bytes(shape.asWkb()) == bytes(came.asWkb())
        allowed = MOVED_DEGREES if self._target.crs.isGeographic() else MOVED
        here, there = list(shape.vertices()), list(came.vertices())
        return len(here) == len(there) and all(
            abs(one.x() - other.x()) <= allowed and abs(one.y() - other.y()) <= allowed
            and (one.z() == other.z() or not math.isfinite(other.z()))
            for one, other in zip(here, there)
        )

    def _moved(self, shape: QgsGeometry) -> QgsGeometry:
        """Into the system of the annotations. A circle stays one, as large as it is there; heights stay as they are."""
        transform = QgsCoordinateTransform(self._crs, self._target.crs, self._target.context)
        round_one = circle_of(shape.constGet()) if shape.constGet().partCount() == 1 else None
        try:
            if round_one is not None:
                return _moved_circle(*round_one, transform)
            if not any(math.isfinite(one.z()) for one in shape.vertices()):
                return reprojected(shape, self._crs, self._target.crs, self._target.context)
            made = QgsGeometry(shape)
            made.transform(transform)
            return made
        except QgsCsException as error:
            raise Problem(tr("Its shape lies where the project's coordinate system has no coordinates.")) from error


def _moved_circle(center: list[float], radius: float, transform: QgsCoordinateTransform) -> QgsGeometry:
    x, y = center[:2]
    middle = transform.transform(x, y)
    around = [(x, y + radius), (x + radius, y), (x, y - radius), (x - radius, y)]
    ends = [transform.transform(*one) for one in around]
    mean = sum(math.hypot(one.x() - middle.x(), one.y() - middle.y()) for one in ends) / len(ends)
    return circle(QgsPoint(middle.x(), middle.y(), center[2] if len(center) > 2 else math.nan), mean)


def _numbers(coordinates: Any) -> Iterator[float]:
    for one in coordinates:
        if isinstance(one, list):
            yield from _numbers(one)
        else:
            yield one
