"""Choices made earlier, so that a name is shown for a known id without asking the platform."""

from __future__ import annotations

import json

from qgis.core import QgsSettings

from ...core.choices import Choice

GROUP = "imagery_hub/choices"
KEPT = 12


def key(platform: str, connection: str, lister: str) -> str:
    """What to remember choices under: they differ from connection to connection."""
    return f"{platform}/{connection or '-'}/{lister}"


def recall(key: str) -> list[Choice]:
    """Choices made under this key, latest first."""
    try:
        rows = json.loads(str(QgsSettings().value(_path(key), "[]")))
        return [Choice(str(row[0]), str(row[1]), str(row[2])) for row in rows]
    except (ValueError, LookupError, TypeError):
        return []


def remember(key: str, choice: Choice) -> None:
    """Put a choice in front of the others."""
    kept = [choice, *(one for one in recall(key) if one.id != choice.id)][:KEPT]
    QgsSettings().setValue(_path(key), json.dumps([[one.id, one.label, one.detail] for one in kept]))


def forget(platform: str, connection: str) -> None:
    """Know nothing any more of what was chosen with this connection."""
    whose = _path(key(platform, connection, "")).rpartition("|")[0]
    for one in _keys():
        if f"{GROUP}/{one}".rpartition("|")[0] == whose:
            QgsSettings().remove(f"{GROUP}/{one}")


def _path(key: str) -> str:
    return f"{GROUP}/{key.replace('/', '|')}"


def names() -> dict[str, str]:
    """All ids that were chosen here, with the names under which they were shown."""
    return {choice.id: choice.label for key in _keys() for choice in recall(key) if choice.label}


def _keys() -> list[str]:
    settings = QgsSettings()
    settings.beginGroup(GROUP)
    keys = settings.childKeys()
    settings.endGroup()
    return list(keys)
