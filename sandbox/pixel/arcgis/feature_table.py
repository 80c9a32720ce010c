"""Features that are asked for as an ArcGIS layer is: where clause, extent, pages, fields, ids and numbers only.

The clause is read by SQLite, which may only read, so that its whole grammar holds and nothing else is possible.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from osgeo import osr

from .pictures import NoPicture, system

OBJECT_ID = "OBJECTID"
WGS84 = 4326
LARGEST_PAGE = 1000
COLUMN_TYPES = {"esriFieldTypeOID": "INTEGER PRIMARY KEY", "esriFieldTypeInteger": "INTEGER",
                "esriFieldTypeDouble": "REAL", "esriFieldTypeDate": "INTEGER", "esriFieldTypeString": "TEXT"}
READING = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
SHAPES = {"Point": "esriGeometryPoint", "Polygon": "esriGeometryPolygon"}


class WrongQuery(ValueError):
    """A query that the layer refuses; its words say why."""


@dataclass(frozen=True)
class Field:
    """A column; ``kind`` is ArcGIS's name of a type."""

    name: str
    kind: str = "esriFieldTypeString"

    def described(self) -> dict[str, Any]:
        """As the layer tells it."""
        length = {"length": 4000} if self.kind == "esriFieldTypeString" else {}
        return {"name": self.name, "type": self.kind, "alias": self.name, **length}


@dataclass
class Feature:
    """A row. ``geometry`` is GeoJSON in WGS84 or None; dates are milliseconds since 1970."""

    id: int
    attributes: dict[str, Any]
    geometry: dict[str, Any] | None = None

    def corners(self) -> list[tuple[float, float]]:
        """All positions of the geometry."""
        if self.geometry is None:
            return []
        if self.geometry["type"] == "Point":
            return [tuple(self.geometry["coordinates"][:2])]
        return [tuple(one[:2]) for ring in self.geometry["coordinates"] for one in ring]


@dataclass
class FeatureTable:
    """A layer: its fields without the object id, its features, and the kind of its geometry in GeoJSON's words."""

    name: str
    fields: Sequence[Field]
    features: list[Feature]
    geometry: str = "Point"
    page: int = LARGEST_PAGE
    attachments: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> list[Field]:
        """With the object id."""
        return [Field(OBJECT_ID, "esriFieldTypeOID"), *self.fields]

    # ------------------------------------------------------------------ what the layer is
    def described(self, number: int) -> dict[str, Any]:
        """The layer's own page."""
        return {
            "currentVersion": 10.91, "id": number, "name": self.name, "type": "Feature Layer", "description": "",
            "geometryType": SHAPES[self.geometry], "objectIdField": OBJECT_ID, "displayField": self._display(),
            "fields": [one.described() for one in self.columns], "extent": self._extent(self.features, WGS84),
            "hasAttachments": self.attachments, "maxRecordCount": self.page, "capabilities": "Query",
            "supportedQueryFormats": "JSON", "hasZ": False, "hasM": False, "copyrightText": "",
            "advancedQueryCapabilities": {"supportsPagination": True}, **self.more}

    def _display(self) -> str:
        return next((one.name for one in self.fields if one.kind == "esriFieldTypeString"), OBJECT_ID)

    # ------------------------------------------------------------------ queries
    def query(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """The answer to a query; raises :class:`WrongQuery`."""
        found = self._found(asked)
        if _yes(asked, "returnCountOnly"):
            return {"count": len(found)}
        if _yes(asked, "returnIdsOnly"):
            return {"objectIdFieldName": OBJECT_ID, "objectIds": [one.id for one in found]}
        srid = _srid(asked.get("outSR")) or WGS84
        if _yes(asked, "returnExtentOnly"):
            return {"extent": self._extent(found, srid), "count": len(found)}
        start = _number(asked, "resultOffset", 0)
        count = min(_number(asked, "resultRecordCount", self.page), self.page)
        names = self._names(asked.get("outFields", ""))
        shown = asked.get("returnGeometry", "true") != "false"
        change = _change(srid)
        return {
            "objectIdFieldName": OBJECT_ID, "globalIdFieldName": "", "geometryType": SHAPES[self.geometry],
            "spatialReference": _reference(srid),
            "fields": [one.described() for one in self.columns if one.name in names],
            "features": [self._row(one, names, shown, change) for one in found[start:start + count]],
            **({"exceededTransferLimit": True} if len(found) > start + count else {})}

    def _found(self, asked: Mapping[str, str]) -> list[Feature]:
        found = list(self._matching(asked.get("where") or "1=1"))
        if asked.get("objectIds"):
            try:
                wanted = {int(one) for one in asked["objectIds"].split(",")}
            except ValueError:
                raise WrongQuery("objectIds are numbers with commas between.") from None
            found = [one for one in found if one.id in wanted]
        if asked.get("geometry"):
            box = _box(asked["geometry"], _srid(asked.get("inSR")) or WGS84)
            found = [one for one in found if _meets(one, box)]
        return found

    def _matching(self, where: str) -> Iterator[Feature]:
        if where.replace(" ", "") == "1=1":
            yield from self.features
            return
        by_id = {one.id: one for one in self.features}
        found = self._ids(where)
        if not by_id.keys() >= set(found):
            raise WrongQuery("The where clause is not understood: it is more than a condition.")
        for number in found:
            yield by_id[number]

    def _ids(self, where: str) -> list[int]:
        base = sqlite3.connect(":memory:")
        try:
            columns = ", ".join(f'{_quoted(one.name)} {COLUMN_TYPES[one.kind]}' for one in self.columns)
            base.execute(f"CREATE TABLE layer ({columns})")
            marks = ", ".join("?" for _ in self.columns)
            base.executemany(f"INSERT INTO layer VALUES ({marks})",  # noqa: S608 - question marks only
                             [[one.id, *(one.attributes.get(each.name) for each in self.fields)]
                              for one in self.features])
            base.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in READING else sqlite3.SQLITE_DENY)
            rows = base.execute(f"SELECT {OBJECT_ID} FROM layer WHERE ({where}) ORDER BY 1")  # noqa: S608 - reads only
            return [number for number, in rows]
        except sqlite3.Error as error:
            raise WrongQuery(f"The where clause is not understood: {error}.") from None
        finally:
            base.close()

    def _names(self, asked: str) -> set[str]:
        known = {one.name for one in self.columns}
        names = {one.strip() for one in asked.split(",") if one.strip()}
        if "*" in names:
            return known
        if names - known:
            raise WrongQuery(f"There is no field {', '.join(sorted(names - known))}.")
        return names | {OBJECT_ID}

    def _row(self, one: Feature, names: set[str], shown: bool, change: osr.CoordinateTransformation) -> dict[str, Any]:
        values = {OBJECT_ID: one.id, **{each.name: one.attributes.get(each.name) for each in self.fields}}
        row: dict[str, Any] = {"attributes": {name: value for name, value in values.items() if name in names}}
        if shown and one.geometry is not None:
            moved = [change.TransformPoint(*corner)[:2] for corner in one.corners()]
            row["geometry"] = {"x": moved[0][0], "y": moved[0][1]} if self.geometry == "Point" else {
                "rings": [[list(corner) for corner in moved]]}
        return row

    @staticmethod
    def _extent(features: list[Feature], srid: int) -> dict[str, Any]:
        change = _change(srid)
        places = [change.TransformPoint(*corner)[:2] for one in features for corner in one.corners()] or [(0.0, 0.0)]
        return {"xmin": min(one[0] for one in places), "ymin": min(one[1] for one in places),
                "xmax": max(one[0] for one in places), "ymax": max(one[1] for one in places),
                "spatialReference": _reference(srid)}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _yes(asked: Mapping[str, str], name: str) -> bool:
    return asked.get(name, "").lower() == "true"


def _number(asked: Mapping[str, str], name: str, usual: int) -> int:
    try:
        return max(0, int(asked.get(name) or usual))
    except ValueError:
        raise WrongQuery(f"{name} is a whole number.") from None


def _srid(text: str | None) -> int | None:
    """EPSG code of ``4326`` or ``{"wkid": 4326}``."""
    digits = "".join(one for one in (text or "").partition(",")[0] if one.isdigit())
    return int(digits) if digits else None


def _reference(srid: int) -> dict[str, int]:
    return {"wkid": srid, "latestWkid": srid}


def _change(srid: int) -> osr.CoordinateTransformation:
    try:
        return osr.CoordinateTransformation(system(WGS84), system(srid))
    except NoPicture as error:
        raise WrongQuery(str(error)) from None


def _box(text: str, srid: int) -> tuple[float, float, float, float]:
    """An envelope of four numbers with commas between, in WGS84."""
    try:
        left, bottom, right, top = (float(one) for one in text.split(","))
    except ValueError:
        raise WrongQuery("The geometry is an envelope of four numbers with commas between.") from None
    if srid == WGS84:
        return left, bottom, right, top
    back = osr.CoordinateTransformation(system(srid), system(WGS84))
    found: tuple[float, float, float, float] = back.TransformBounds(left, bottom, right, top, 21)
    return found


def _meets(one: Feature, box: tuple[float, float, float, float]) -> bool:
    """Whether the feature's own box and the envelope meet."""
    places = one.corners()
    return bool(places) and (min(x for x, _ in places) <= box[2] and max(x for x, _ in places) >= box[0]
                             and min(y for _, y in places) <= box[3] and max(y for _, y in places) >= box[1])
