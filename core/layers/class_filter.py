"""Showing only some of a layer's objects: by class, by size, by confidence.

The filter is QGIS's own (the layer's subset), so that the map, the attribute table, exports and what is pushed all see
the same objects, and so that it is kept with the project. What the user had filtered before is kept beside it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from qgis.core import QgsExpression, QgsVectorLayer

from .class_counts import AREA, CLASS_NAME

PROPERTY = "imageryhub/class_filter"
#: Names under which platforms tell how sure they are, in the order in which they are looked for.
CONFIDENCE_FIELDS = ("confidence", "score", "probability")


@dataclass(frozen=True)
class ClassFilter:
    """``hidden`` are class names; ``least_area`` in square metres; ``least_confidence`` in the field's own unit.

    ``confidence_field`` is empty where the layer has none.
    """

    hidden: Sequence[str] = ()
    least_area: float = 0.0
    least_confidence: float = 0.0
    confidence_field: str = ""

    @property
    def expression(self) -> str:
        """As a condition; empty when it lets everything through."""
        quoted = QgsExpression.quotedColumnRef
        parts = []
        if self.hidden:
            names = ", ".join(_quoted(name) for name in self.hidden)
            column = quoted(CLASS_NAME)
            kept = f"{column} NOT IN ({names})"
            # A class without a name can be hidden or shown like any other.
            parts.append(kept if "" in self.hidden else f"({column} IS NULL OR {kept})")
        if self.least_area > 0:
            parts.append(f"{quoted(AREA)} >= {self.least_area!r}")
        if self.least_confidence > 0 and self.confidence_field:
            parts.append(f"{quoted(self.confidence_field)} >= {self.least_confidence!r}")
        return " AND ".join(parts)


def _quoted(text: str) -> str:
    """As the drivers' SQL has it; QGIS's own expressions would double a backslash too."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True)
class _Kept:
    """What is noted in the layer: our filter, its condition, and the user's own condition."""

    filter: ClassFilter
    ours: str
    users: str


def confidence_field(layer: QgsVectorLayer) -> str:
    """The field that tells how sure the platform is, empty where there is none."""
    names = {field.name().lower(): field.name() for field in layer.fields() if field.isNumeric()}
    return next((names[name] for name in CONFIDENCE_FIELDS if name in names), "")


def filter_of(layer: QgsVectorLayer) -> ClassFilter:
    """The filter that is in force; one that lets everything through when there is none or the user changed it."""
    kept = _kept(layer)
    if kept is None or layer.subsetString() != _combined(kept.users, kept.ours):
        return ClassFilter(confidence_field=confidence_field(layer))
    return kept.filter


def apply_filter(layer: QgsVectorLayer, wanted: ClassFilter) -> bool:
    """Put the filter on the layer, beside the user's own; False when QGIS refuses, as while the layer is edited."""
    kept, now = _kept(layer), layer.subsetString()
    users = kept.users if kept is not None and now == _combined(kept.users, kept.ours) else now
    ours = wanted.expression
    if _combined(users, ours) != now and not layer.setSubsetString(_combined(users, ours)):
        return False
    text = json.dumps({"filter": asdict(wanted), "ours": ours, "users": users})
    layer.setCustomProperty(PROPERTY, text)
    return True


def _combined(users: str, ours: str) -> str:
    return f"({users}) AND ({ours})" if users and ours else users or ours


def _kept(layer: QgsVectorLayer) -> _Kept | None:
    try:
        value = json.loads(str(layer.customProperty(PROPERTY, "")))
        stored = value["filter"]
        wanted = ClassFilter(
            [str(name) for name in stored["hidden"]],
            float(stored["least_area"]),
            float(stored["least_confidence"]),
            str(stored["confidence_field"]),
        )
        return _Kept(wanted, str(value["ours"]), str(value["users"]))
    except (ValueError, KeyError, TypeError):
        return None
