"""What was said of the rasters sent last, offered again with the same connection. Never anything secret."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from qgis.core import QgsSettings

from .plan import PushPlan

GROUP = "imagery_hub/push"
CONNECTION = "connection"


def recall(plan: PushPlan, connection: str) -> dict[str, Any]:
    """The remembered values by parameter."""
    try:
        found = json.loads(str(QgsSettings().value(_key(plan, connection), "{}")))
    except ValueError:
        return {}
    names = {*plan.remembered, plan.target}
    return {name: value for name, value in found.items() if name in names} if isinstance(found, dict) else {}


def remember(plan: PushPlan, connection: str, values: dict[str, Any]) -> None:
    """Keep values for the next time, and the connection."""
    names = {*plan.remembered, plan.target}
    kept = {name: value for name, value in values.items() if name in names and value is not None}
    QgsSettings().setValue(_key(plan, connection), json.dumps(kept, sort_keys=True))
    QgsSettings().setValue(f"{GROUP}/{plan.platform}/{CONNECTION}", connection)


def forget_target(plan: PushPlan, connection: str) -> None:
    """Keep what the user said, but not the place, which was chosen in the platform's list."""
    found = recall(plan, connection)
    if found.pop(plan.target, None) is not None:
        QgsSettings().setValue(_key(plan, connection), json.dumps(found, sort_keys=True))


def last_connection(plan: PushPlan) -> str | None:
    """The connection used last; None when there is none."""
    value = QgsSettings().value(f"{GROUP}/{plan.platform}/{CONNECTION}", None)
    return None if value is None else str(value)


def folder() -> str:
    """Where files were chosen last."""
    return str(QgsSettings().value(f"{GROUP}/folder", ""))


def remember_folder(path: str) -> None:
    """Keep where files were chosen."""
    QgsSettings().setValue(f"{GROUP}/folder", path)


def _key(plan: PushPlan, connection: str) -> str:
    return f"{GROUP}/{plan.platform}/of {quote(connection, safe=' ')}"
