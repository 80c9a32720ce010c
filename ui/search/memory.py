"""What was looked for last, for the next time. The area is not kept: it belongs to the work of the moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QDate, Qt

from .connections import Key

GROUP = "imagery_hub/search"
ANY_CLOUD = 100


@dataclass(frozen=True)
class Values:
    """The fields of the form as they were; invalid dates are open."""

    connections: list[Key] = field(default_factory=list)
    first: QDate = field(default_factory=QDate)
    last: QDate = field(default_factory=QDate)
    cloud: int = ANY_CLOUD
    text: str = ""
    tag: str = ""
    without_place: bool = False


def remember(values: Values, further: Mapping[str, Mapping[str, str]]) -> None:
    """Keep them; ``further`` by platform key."""
    settings = QgsSettings()
    settings.setValue(f"{GROUP}/connections", json.dumps(values.connections))
    settings.setValue(f"{GROUP}/first", values.first.toString(Qt.DateFormat.ISODate))
    settings.setValue(f"{GROUP}/last", values.last.toString(Qt.DateFormat.ISODate))
    settings.setValue(f"{GROUP}/cloud", values.cloud)
    settings.setValue(f"{GROUP}/text", values.text)
    settings.setValue(f"{GROUP}/tag", values.tag)
    settings.setValue(f"{GROUP}/without_place", values.without_place)
    for platform, chosen in further.items():
        settings.setValue(f"{GROUP}/further/{platform}", json.dumps(dict(chosen)))


def recall() -> Values:
    """What was kept; empty where nothing was, or what cannot be read."""
    settings = QgsSettings()
    cloud = settings.value(f"{GROUP}/cloud", ANY_CLOUD, type=int)
    return Values(
        [(str(one[0]), str(one[1])) for one in _json(f"{GROUP}/connections", list)
         if isinstance(one, list) and len(one) == 2],
        QDate.fromString(str(settings.value(f"{GROUP}/first", "")), Qt.DateFormat.ISODate),
        QDate.fromString(str(settings.value(f"{GROUP}/last", "")), Qt.DateFormat.ISODate),
        min(max(cloud, 0), ANY_CLOUD),
        str(settings.value(f"{GROUP}/text", "")),
        str(settings.value(f"{GROUP}/tag", "")),
        settings.value(f"{GROUP}/without_place", False, type=bool),
    )


def further(platform: str) -> dict[str, str]:
    """The platform's own filters."""
    return {str(name): str(value) for name, value in _json(f"{GROUP}/further/{platform}", dict).items()}


def _json(path: str, kind: type) -> Any:
    try:
        value = json.loads(str(QgsSettings().value(path, "")))
    except ValueError:
        value = None
    return value if isinstance(value, kind) else kind()
