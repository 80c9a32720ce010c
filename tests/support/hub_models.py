"""The Hub's model over a platform in memory, behind the connection “My account”."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import background, connections, sessions
from imagery_hub.core.connections import Connection
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui.hub import rows
from imagery_hub.ui.hub.items import ConnectionItem, NodeItem, Phase
from imagery_hub.ui.hub.model import HubModel
from pretended_platform import PretendedPlatform

NAME = "My account"
PATIENCE_MS = 60000


@contextmanager
def connected(
    monkeypatch: pytest.MonkeyPatch, held: dict[tuple[str, str], Sequence[Entry]]
) -> Iterator[PretendedPlatform]:
    """The platform; afterwards its session is closed."""
    pretended = PretendedPlatform(held)
    known = Connection(NAME, "picterra")
    monkeypatch.setattr(connections, "available", lambda: [known])
    monkeypatch.setattr(connections, "saved", lambda: [known])
    monkeypatch.setattr(connections, "get", lambda name: known)
    monkeypatch.setattr(connections, "credentials", lambda *key: SimpleNamespace(connect=lambda: pretended))
    yield pretended
    pretended.gate.set()
    sessions.close()
    background.close()


def top(model: HubModel) -> ConnectionItem:
    (item,) = model.connection_items()
    return item


def branch(model: HubModel, kind: str, qtbot: Any) -> NodeItem:
    """The branch of that kind below the connection, which is opened."""
    model.open(top(model))
    qtbot.waitUntil(lambda: phase(top(model)) is Phase.READY, timeout=PATIENCE_MS)
    return next(item for item in rows.node_items(top(model)) if item.place.entry.kind == kind)


def loaded(model: HubModel, kind: str, qtbot: Any) -> NodeItem:
    """The same with its first page."""
    item = branch(model, kind, qtbot)
    model.open(item)
    settled(item, qtbot)
    return item


def settled(item: NodeItem, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: phase(item) in (Phase.READY, Phase.FAILED), timeout=PATIENCE_MS)


def phase(item: NodeItem) -> Phase:
    assert item.branch is not None
    return item.branch.phase


def names(item: NodeItem) -> list[str]:
    return [child.place.name for child in rows.node_items(item)]
