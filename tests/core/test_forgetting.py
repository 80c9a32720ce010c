"""Log out and removal take along what was remembered from the platform's lists, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import connections, sessions
from imagery_hub.core.choices import Choice
from imagery_hub.core.connections import Connection
from imagery_hub.core.sessions import sessions as shared
from imagery_hub.ui.annotations import dialog
from imagery_hub.ui.choices import memory
from imagery_hub.ui.forgetting import ForgettingService
from imagery_hub.ui.push import memory as pushes
from imagery_hub.ui.push.plan import PushPlan, plan_of
from qgis.core import QgsApplication, QgsSettings

LISTER = "picterra.listers:rasters"


@pytest.fixture
def service(qgis_app: QgsApplication) -> Iterator[ForgettingService]:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    for name in ("Farm", "Farm/2"):
        connections.save(Connection(name, "picterra", "http://127.0.0.1:1/"), {"key": "marker-secret-key-000"})
        memory.remember(memory.key("picterra", name, LISTER), Choice(f"id of {name}", f"Raster of {name}"))
        pushes.remember(plan(), name, said(name))
    QgsSettings().setValue(f"{dialog.LAST}/picterra", '{"connection": "Farm", "detector": "d1"}')
    made = ForgettingService(SimpleNamespace())
    yield made
    made.remove()
    for name in connections.names():
        connections.remove(name)
    sessions.close()
    QgsSettings().remove("imagery_hub")


def plan() -> PushPlan:
    found = plan_of("picterra")
    assert found is not None
    return found


def said(name: str) -> dict[str, str]:
    return {plan().target: f"folder of {name}", plan().remembered[0]: "spring"}


def remembered(name: str) -> list[Any]:
    choices = [one.label for one in memory.recall(memory.key("picterra", name, LISTER))]
    return [choices, pushes.recall(plan(), name)]


def test_log_out_forgets_what_came_from_lists(service: ForgettingService) -> None:
    assert remembered("Farm") == [["Raster of Farm"], said("Farm")]
    shared().log_out("picterra", "Farm")
    assert remembered("Farm") == [[], {plan().remembered[0]: "spring"}], "what the user said stays"
    assert "id of Farm" not in memory.names() and "id of Farm/2" in memory.names()
    assert dialog._recall("picterra") == {}
    assert remembered("Farm/2") == [["Raster of Farm/2"], said("Farm/2")]


def test_a_removed_connection_takes_them_along_though_it_was_never_used(service: ForgettingService) -> None:
    connections.remove("Farm/2")
    assert remembered("Farm/2") == [[], {plan().remembered[0]: "spring"}]
    assert remembered("Farm")[0] == ["Raster of Farm"]


def test_an_end_of_the_session_alone_forgets_nothing(service: ForgettingService) -> None:
    connections.save(Connection("Farm", "picterra", "http://127.0.0.1:2/"), {"key": "marker-secret-key-001"}, "Farm")
    sessions.close()
    assert remembered("Farm")[0] == ["Raster of Farm"]
