"""Counting, filtering and walking through a result, against what was written into the file."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from imagery_hub.core.layers import class_filter
from imagery_hub.core.layers.class_counts import count_in_file, ids_in_file
from imagery_hub.core.layers.class_filter import ClassFilter
from imagery_hub.core.layers.convert import ResultFile, convert
from imagery_hub.ui.results.walk import next_id
from qgis.core import QgsApplication, QgsVectorLayer

SIDE = 0.001  # degrees


def squares(path: Path, classes: dict[str, int]) -> Path:
    """Squares in rows, one row for each class; those of a class grow from the first to the last."""
    features = []
    for row, (name, count) in enumerate(classes.items()):
        for column in range(count):
            x, y, side = column * 3 * SIDE, row * 3 * SIDE, SIDE * (1 + column / 10)
            ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
            properties = {"class_name": name, "confidence": (column + 1) / 10}
            features.append({"type": "Feature", "properties": properties,
                             "geometry": {"type": "Polygon", "coordinates": [ring]}})
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture(params=["gpkg", "fgb"])
def layer(request: pytest.FixtureRequest, tmp_path: Path, qgis_app: QgsApplication) -> Iterator[QgsVectorLayer]:
    source = squares(tmp_path / "found.geojson", {"palm": 5, "o'pine": 3})
    target = tmp_path / f"found.{request.param}"
    convert([ResultFile(source)], target)
    yield QgsVectorLayer(str(target), "found", "ogr")


def test_classes_are_counted_in_the_file(layer: QgsVectorLayer) -> None:
    counted = count_in_file(Path(layer.source()))
    assert sorted((one.name, one.count) for one in counted) == [("o'pine", 3), ("palm", 5)]
    areas = {"palm": 0.0, "o'pine": 0.0}
    for feature in layer.getFeatures():
        areas[feature["class_name"]] += feature["area_m2"]
    assert {one.name: one.area_m2 for one in counted} == pytest.approx(areas)
    assert areas["palm"] > 5 * 110**2


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (ClassFilter(), 8),
        (ClassFilter(hidden=["o'pine"]), 5),
        (ClassFilter(hidden=["o'pine", "palm"]), 0),
        (ClassFilter(least_confidence=0.25, confidence_field="confidence"), 4),
        (ClassFilter(hidden=["palm"], least_confidence=0.25, confidence_field="confidence"), 1),
        (ClassFilter(least_area=1e9), 0),
    ],
)
def test_the_filter_shows_what_it_says(layer: QgsVectorLayer, wanted: ClassFilter, count: int) -> None:
    assert class_filter.apply_filter(layer, wanted)
    shown = sorted(feature.id() for feature in layer.getFeatures())
    assert len(shown) == count
    assert class_filter.filter_of(layer).expression == wanted.expression
    counted = ids_in_file(Path(layer.source().partition("|")[0]), "", layer.subsetString(), lambda: False)
    assert list(counted) == shown


def test_the_filter_of_the_user_stays(layer: QgsVectorLayer) -> None:
    assert layer.setSubsetString('"confidence" < 0.35')
    assert class_filter.apply_filter(layer, ClassFilter(hidden=["palm"]))
    assert len(list(layer.getFeatures())) == 3
    assert class_filter.apply_filter(layer, ClassFilter())
    assert layer.subsetString() == '"confidence" < 0.35'
    assert layer.setSubsetString("")  # the user takes the filter away: ours is not believed any more
    assert class_filter.filter_of(layer).hidden == ()


def test_a_layer_that_is_edited_is_not_filtered(layer: QgsVectorLayer) -> None:
    if not layer.startEditing():
        pytest.skip("GDAL does not write into a FlatGeobuf.")
    assert not class_filter.apply_filter(layer, ClassFilter(hidden=["palm"]))
    layer.rollBack()


def test_hidden_objects_without_class(tmp_path: Path, qgis_app: QgsApplication) -> None:
    source = squares(tmp_path / "a.geojson", {"": 2, "palm": 1})
    target = tmp_path / "a.gpkg"
    convert([ResultFile(source)], target)
    layer = QgsVectorLayer(str(target), "a", "ogr")
    assert class_filter.apply_filter(layer, ClassFilter(hidden=["palm"]))
    assert len(list(layer.getFeatures())) == 2
    assert class_filter.apply_filter(layer, ClassFilter(hidden=[""]))
    assert [feature["class_name"] for feature in layer.getFeatures()] == ["palm"]


@pytest.mark.parametrize("ending", ["gpkg", "fgb"])
@pytest.mark.parametrize("name", ["a\\b", "\"a\" -- b", "') OR 1=1 --"])
def test_a_class_is_hidden_whatever_it_is_called(
    tmp_path: Path, qgis_app: QgsApplication, name: str, ending: str
) -> None:
    source = squares(tmp_path / "a.geojson", {name: 2, "palm": 1})
    target = tmp_path / f"a.{ending}"
    convert([ResultFile(source)], target)
    layer = QgsVectorLayer(str(target), "a", "ogr")
    assert class_filter.apply_filter(layer, ClassFilter(hidden=[name]))
    assert [feature["class_name"] for feature in layer.getFeatures()] == ["palm"]


@pytest.mark.parametrize(
    ("current", "forward", "expected"),
    [(None, True, 2), (None, False, 9), (2, True, 5), (9, True, 2), (2, False, 9), (6, True, 9), (6, False, 5)],
)
def test_walking_goes_round(current: int | None, forward: bool, expected: int) -> None:
    assert next_id(array("q", [2, 5, 9]), current, forward) == expected


def test_there_is_nothing_to_walk_through_in_an_empty_layer() -> None:
    assert next_id(array("q"), None, True) is None
