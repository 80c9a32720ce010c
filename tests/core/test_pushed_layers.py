"""A layer keeps which raster it became, once its job has ended well."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from imagery_hub.core.jobs import runner as jobs_runner
from imagery_hub.core.jobs.runner import Runner, runner
from imagery_hub.ui.push import pushed
from qgis.core import QgsApplication, QgsProject, QgsVectorLayer

PLAN = SimpleNamespace(platform="picterra", result="RASTER_ID")


@pytest.fixture
def layer(qgis_app: QgsApplication) -> Iterator[QgsVectorLayer]:
    made = QgsVectorLayer("Point?crs=EPSG:4326", "field", "memory")
    QgsProject.instance().addMapLayer(made)
    yield made
    pushed.follow_none()
    QgsProject.instance().removeMapLayer(made)
    jobs_runner.close()


def listeners() -> int:
    return int(runner().receivers(runner().ended))


def test_what_a_layer_became_is_noted_also_after_a_retry(layer: QgsVectorLayer) -> None:
    before = listeners()
    for job in ("1", "2"):
        pushed.follow(job, layer.id(), PLAN, "Farm")
    ends: Runner = runner()
    ends.ended.emit("1", {}, "The platform was busy.")
    assert pushed.origin_of(layer) is None
    ends.ended.emit("1", {"RASTER_ID": "r-1"}, "")
    assert pushed.origin_of(layer).ids == {"raster": "r-1"}
    ends.ended.emit("2", {"RASTER_ID": "r-2"}, "")
    assert pushed.origin_of(layer).ids == {"raster": "r-2"}
    assert listeners() == before


def test_after_unloading_nobody_waits(layer: QgsVectorLayer) -> None:
    before = listeners()
    pushed.follow("1", layer.id(), PLAN, "Farm")
    pushed.follow_none()
    assert listeners() == before
    runner().ended.emit("1", {"RASTER_ID": "r-1"}, "")
    assert pushed.origin_of(layer) is None
