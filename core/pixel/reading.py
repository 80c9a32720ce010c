"""Rows of layers as the platform takes them, and what is kept in them after a push."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCoordinateTransformContext,
    QgsFeature,
    QgsFields,
    QgsProcessingFeatureSource,
    QgsVectorLayer,
    QgsWkbTypes,
)

from ...providers.pixel.flows.metadata_plan import Row
from ...providers.pixel.items import IMAGE, METADATA, TAGS, Member, kept, kept_item, rebased, tags_in
from ...providers.pixel.places import Place, place_of
from ..problems import Problem
from ..translation import tr
from .columns import COLLECTION, IDENTITY, PROJECT, RECORD, cell_value, members_in

WGS84 = "EPSG:4326"
PROJECT_ID, COLLECTION_ID = "project_id", "data_collection_id"
"""As the search names them."""


@dataclass(frozen=True)
class Source:
    """A layer of edited rows. ``place``: where rows are that do not say; None when all have to. ``nameless``: rows that
    were drawn or added here, which are no image or raster; filled while the rows are read."""

    features: QgsProcessingFeatureSource
    kind: str
    place: Place | None
    transform_context: QgsCoordinateTransformContext
    nameless: list[int] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The rows, one after the other. :class:`Problem` for one that cannot be read."""
        fields = self.features.fields()
        members = members_in(fields, self.kind)
        transform = self._transform()
        for feature in self.features.getFeatures():
            identity = _identity(feature, fields)
            if not identity:
                self.nameless.append(feature.id())
                continue
            base = _value(feature, fields, RECORD)
            known = kept_item(base)
            if known is not None and str(known.get("id", identity)) != identity:
                known = None  # the row was copied and its id changed
            cells = {member: _cell(member, feature.attribute(index), identity) for member, index in members.items()}
            if transform is not None and feature.hasGeometry() and not feature.geometry().isEmpty():
                cells["fields", "location"] = _location(feature, transform, known)
            yield Row(str(feature.id()), identity, self._place(feature, fields, identity), cells, known)

    def _transform(self) -> QgsCoordinateTransform | None:
        """To WGS 84, for images whose positions are points."""
        points = QgsWkbTypes.geometryType(self.features.wkbType()) == QgsWkbTypes.GeometryType.PointGeometry
        if self.kind != IMAGE or not points or not self.features.sourceCrs().isValid():
            return None
        return QgsCoordinateTransform(
            self.features.sourceCrs(), QgsCoordinateReferenceSystem(WGS84), self.transform_context
        )

    def _place(self, feature: QgsFeature, fields: QgsFields, identity: str) -> Place:
        for names in ((PROJECT, COLLECTION), (PROJECT_ID, COLLECTION_ID)):
            own = [_whole(_value(feature, fields, name)) for name in names]
            if all(own):
                return place_of("/".join(own))
        if self.place is None:
            raise Problem(
                tr("The row of {id} does not say in which data collection it is. Choose the data collection.").format(
                    id=identity
                )
            )
        return self.place


def _value(feature: QgsFeature, fields: QgsFields, name: str) -> Any:
    index = fields.lookupField(name)
    value = feature.attribute(index) if index >= 0 else None
    return None if hasattr(value, "isNull") and value.isNull() else value


def _whole(value: Any) -> str:
    """A number as a text without decimals; empty for none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _identity(feature: QgsFeature, fields: QgsFields) -> str:
    """The number of the image or raster; empty for an empty cell. :class:`Problem` for anything else."""
    found = _whole(_value(feature, fields, IDENTITY))
    if found and not (found.isascii() and found.isdigit()):
        words = tr("A row has “{value}” in the column id, which is no number of an image or raster. Correct or delete"
                   " the row.")
        raise Problem(words.format(value=found))
    return found


def _cell(member: Member, value: Any, identity: str) -> Any:
    try:
        found = cell_value(member, value)
    except Problem as problem:
        raise Problem(tr("Row of {id}: {words}").format(id=identity, words=str(problem))) from problem
    if member == TAGS:
        return tags_in(found)
    if member[0] == METADATA and not isinstance(found, (str, int, float, type(None))):
        return str(found)
    return found


def _location(feature: QgsFeature, transform: QgsCoordinateTransform, known: Mapping[str, Any] | None) -> Any:
    """A GeoJSON point; the height that came stays."""
    point = next(feature.geometry().vertices())
    place = transform.transform(point.x(), point.y())
    before = (known or {}).get("location")
    heights = before.get("coordinates", [])[2:] if isinstance(before, Mapping) else []
    return {"type": "Point", "coordinates": [place.x(), place.y(), *heights]}


def keep_sent(layer: QgsVectorLayer, kind: str, sent: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]]) -> int:
    """Note in the rows of a layer what was sent, so that it does not seem touched the next time; how many rows.

    ``sent``: what each row kept and what was sent of it, by feature. Main thread; an open edit session takes part.
    """
    index = layer.fields().lookupField(RECORD)
    if index < 0 or not sent:
        return 0
    texts = {fid: kept(rebased(base, changes), kind) for fid, (base, changes) in sent.items()}
    if not layer.isEditable():
        done = layer.dataProvider().changeAttributeValues({fid: {index: text} for fid, text in texts.items()})
        return len(texts) if done else 0
    layer.beginEditCommand(tr("Note what was pushed"))
    done = sum(layer.changeAttributeValue(fid, index, text) for fid, text in texts.items())
    layer.endEditCommand()
    return done
