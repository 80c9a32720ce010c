"""“Selected features only”: a job that is continued in another session runs on what was selected when it began."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.jobs import selections
from imagery_hub.core.jobs.parameters import from_json, to_json
from imagery_hub.core.jobs.store import JobStore
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameters,
    QgsProject,
    QgsVectorFileWriter,
    QgsVectorLayer,
)


@pytest.fixture
def layer(qgis_app: QgsApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[QgsVectorLayer]:
    """Ten points of a file in the project, which has a column “fid”."""
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", staticmethod(lambda: str(tmp_path / "profile")))
    drawn = QgsVectorLayer("Point?crs=EPSG:32632&field=name:string", "Wells", "memory")
    for number in range(10):
        feature = QgsFeature(drawn.fields())
        feature.setAttributes([f"well {number}"])
        feature.setGeometry(QgsGeometry.fromWkt(f"Point ({number} 5)"))
        drawn.dataProvider().addFeature(feature)
    options = QgsVectorFileWriter.SaveVectorOptions()
    context = QgsProject.instance().transformContext()
    path = tmp_path / "wells.gpkg"
    QgsVectorFileWriter.writeAsVectorFormatV3(drawn, str(path), context, options)
    made = QgsVectorLayer(str(path), "Wells", "ogr")
    QgsProject.instance().addMapLayer(made)
    yield made
    QgsProject.instance().clear()


def continued(value: Any) -> tuple[list[str], str]:
    """The names that an algorithm reads in a later session, without a project; and what is said at the beginning."""
    stored, obstacle = to_json({"INPUT": value}, QgsProject.instance(), ["INPUT"])
    values = from_json(json.loads(json.dumps(stored)))
    parameter = QgsProcessingParameterFeatureSource("INPUT", "", [QgsProcessing.SourceType.TypeVectorAnyGeometry])
    context = QgsProcessingContext()
    source = QgsProcessingParameters.parameterAsSource(parameter, values, context)
    return [] if source is None else sorted(one["name"] for one in source.getFeatures()), obstacle


def definition(layer: QgsVectorLayer, **more: Any) -> QgsProcessingFeatureSourceDefinition:
    made = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_what_was_selected_is_read_later(layer: QgsVectorLayer) -> None:
    layer.selectByExpression("name in ('well 3', 'well 7')")
    assert continued(definition(layer)) == (["well 3", "well 7"], "")
    assert continued(QgsProcessingFeatureSourceDefinition("Wells", True)) == (["well 3", "well 7"], "")


def test_edits_that_are_not_saved_are_in_it(layer: QgsVectorLayer) -> None:
    layer.selectByExpression("name = 'well 3'")
    (identity,) = layer.selectedFeatureIds()
    layer.startEditing()
    layer.changeAttributeValue(identity, layer.fields().lookupField("name"), "deep well")
    assert continued(definition(layer)) == (["deep well"], "")
    layer.rollBack()


def test_a_limit_and_a_filter_stay(layer: QgsVectorLayer) -> None:
    layer.selectByExpression("name > 'well 5'")
    names, _ = continued(definition(layer, featureLimit=2))
    assert len(names) == 2
    if hasattr(QgsProcessingFeatureSourceDefinition, "filterExpression"):
        assert continued(definition(layer, filterExpression="name = 'well 8'")) == (["well 8"], "")


def test_a_selection_in_memory_is_no_obstacle(qgis_app: QgsApplication, layer: QgsVectorLayer) -> None:
    drawn = QgsVectorLayer("Point?crs=EPSG:4326&field=name:string", "Drawn", "memory")
    feature = QgsFeature(drawn.fields())
    feature.setAttributes(["one"])
    drawn.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(drawn)
    drawn.selectAll()
    assert continued(definition(drawn)) == (["one"], "")


def test_too_many_are_said(layer: QgsVectorLayer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selections, "MOST", 3)
    layer.selectAll()
    _, obstacle = continued(definition(layer))
    assert "the selection in “Wells”, which could not be kept" in obstacle


def test_the_file_goes_with_the_jobs_that_name_it(layer: QgsVectorLayer) -> None:
    layer.selectAll()
    stored, _ = to_json({"INPUT": definition(layer)}, QgsProject.instance(), ["INPUT"])
    path = Path(stored["INPUT"]["source"])
    store = JobStore(path.parents[1] / "jobs.sqlite")
    job = store.create("hub:run", "Run", stored)
    again = store.create("hub:run", "Run", stored)
    os.utime(path, (0, 0))
    store.forget_old()
    store.forget(job)
    store.forget_old()
    assert path.is_file(), "another job was made of the first"
    store.forget(again)
    store.forget_old()
    assert not path.exists()
    store.close()
