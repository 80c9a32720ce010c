"""Control points from layers and tables. PROJ's own exchange of axes is the witness for axis orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imagery_hub.core.control_points.axes import AxisOrder, flipped, north_first
from imagery_hub.core.control_points.names import is_plain, rewritten
from imagery_hub.core.control_points.rows import (
    Columns,
    Wanted,
    column_problems,
    completed,
    look_at_points,
    read_points,
)
from imagery_hub.core.problems import Problem
from pyproj import Transformer
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsGeometry, QgsVectorLayer

pytestmark = pytest.mark.usefixtures("qgis_app")


@pytest.mark.parametrize(("name", "longitude", "latitude"), [
    ("EPSG:6677", 139.7, 35.7), ("EPSG:31467", 9.1, 48.8), ("EPSG:2193", 175.0, -41.0), ("EPSG:32632", 9.1, 48.8),
    ("EPSG:2056", 7.4, 46.9), ("EPSG:22277", 17.2, -30.1), ("EPSG:2053", 29.1, -25.1), ("EPSG:3031", 45.0, -80.0),
    ("EPSG:2056+5728", 7.4, 46.9),
])
def test_the_declared_order_agrees_with_proj(name: str, longitude: float, latitude: float) -> None:
    declared = Transformer.from_crs(4326, name.partition("+")[0]).transform(latitude, longitude)
    shown = Transformer.from_crs(4326, name.partition("+")[0], always_xy=True).transform(longitude, latitude)
    swapped = declared != pytest.approx(shown, abs=1e-6)
    assert north_first(name) is swapped
    assert flipped(name, AxisOrder.DECLARED) is swapped
    assert flipped(name, AxisOrder.EAST_FIRST) is False


@pytest.mark.parametrize(("name", "exchanged"), [
    ("EPSG:6677", True),  # Japan Plane Rectangular IX: X north, Y east
    ("EPSG:22277", True),  # Cape / Lo17: X south, Y west
    ("EPSG:2053", True), ("EPSG:31467", True),
    ("EPSG:2263", False), ("EPSG:32632", False), ("EPSG:2193", False),
])
def test_the_axes_called_x_and_y_are_exchanged_where_x_runs_north_or_south(name: str, exchanged: bool) -> None:
    assert flipped(name, AxisOrder.NAMED) is exchanged


def test_names() -> None:
    assert all(is_plain(name) for name in ("GCP_101", "7", "Süd_1"))
    assert not any(is_plain(name) for name in ("P-1", "P.1", "P 1", "", "x" * 201))
    assert rewritten(["P-1", "P_1", "P 1", "GCP", "--"]) == ["P_1_2", "P_1", "P_1_3", "GCP", "point"]
    assert rewritten(["P-1"], taken=["P_1"]) == ["P_1_2"]


@given(st.lists(st.text(max_size=210), unique=True, max_size=8), st.lists(st.sampled_from(["a", "P_1"]), max_size=2))
def test_rewritten_names_are_plain_and_differ(names: list[str], taken: list[str]) -> None:
    made = rewritten(names, taken)
    assert all(is_plain(name) for name in made)
    assert len(set(made)) == len(made)
    assert not {new for old, new in zip(names, made) if old != new} & set(taken)


def _csv(folder: Path, text: str) -> QgsVectorLayer:
    path = folder / "points.csv"
    path.write_text(text, "utf-8")
    layer = QgsVectorLayer(str(path), "points", "ogr")
    assert layer.isValid()
    return layer


def _read(layer: QgsVectorLayer, definition: str, columns: Columns | None = None, **wanted: Any) -> Any:
    found = completed(columns or Columns(), layer)
    assert not list(column_problems(found, layer))
    return read_points(layer, found, Wanted(definition, **wanted))


def _refused(layer: QgsVectorLayer, definition: str) -> str:
    """The words only: the failure itself would hold the layer until after QGIS is gone."""
    try:
        _read(layer, definition)
    except Problem as error:
        return str(error)
    return ""


def test_a_text_file_with_usual_headings(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "Name;Easting;Northing;Height;Type;Accuracy_xy;Accuracy_z\n"
                           "GCP_101;412633,412;5231870,955;512,304;GCP;0,02;0.03\n"
                           "CHK_7;412702.118;5231801.44;509.87;check point;;\n")
    found = _read(layer, "EPSG:32632+5773")
    assert found.renamed == []
    assert found.points == [
        {"name": "GCP_101", "point_type": "GCP", "x": 412633.412, "y": 5231870.955, "z": 512.304, "xy_accuracy": 0.02,
         "z_accuracy": 0.03},
        {"name": "CHK_7", "point_type": "CHECKPOINT", "x": 412702.118, "y": 5231801.44, "z": 509.87,
         "xy_accuracy": None, "z_accuracy": None}]


@pytest.mark.parametrize(("name", "longitude", "latitude"), [("EPSG:6677", 139.7, 35.7), ("EPSG:22277", 17.2, -30.1)])
def test_published_pairs_of_exchanged_systems(tmp_path: Path, name: str, longitude: float, latitude: float) -> None:
    """The notes' two cases: X north with Y east is sent as x = east, y = north; X south with Y west as x = west,
    y = south."""
    first, second = Transformer.from_crs(4326, name, always_xy=True).transform(longitude, latitude)
    layer = _csv(tmp_path, f"name,x,y,z\nP1,{second!r},{first!r},10\n")
    (point,) = _read(layer, name, order=AxisOrder.NAMED).points
    assert (point["x"], point["y"]) == pytest.approx((first, second), abs=1e-6)
    (as_in_qgis,) = _read(layer, name).points
    assert (as_in_qgis["x"], as_in_qgis["y"]) == pytest.approx((second, first), abs=1e-6)


def test_coordinates_of_another_system_are_brought_into_the_projects(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "name,x,y,z\nP1,47.2,7.4,500\n")
    wgs84 = QgsCoordinateReferenceSystem("EPSG:4326")
    (point,) = _read(layer, "EPSG:32632", table_crs=wgs84, order=AxisOrder.DECLARED).points
    assert (point["x"], point["y"]) == pytest.approx(
        Transformer.from_crs(4326, 32632, always_xy=True).transform(7.4, 47.2), abs=1e-3)


def test_points_of_a_layer_with_heights() -> None:
    layer = QgsVectorLayer("PointZ?crs=EPSG:4326&field=label:string&field=kind:string", "p", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["A", None])
    feature.setGeometry(QgsGeometry.fromWkt("PointZ (7.4 47.2 431.5)"))
    layer.dataProvider().addFeature(feature)
    (point,) = _read(layer, "EPSG:2056").points
    east, north = Transformer.from_crs(4326, 2056, always_xy=True).transform(7.4, 47.2)
    assert (point["x"], point["y"], point["z"]) == (pytest.approx(east, abs=2), pytest.approx(north, abs=2), 431.5)
    (arbitrary,) = _read(layer, "ARBITRARY_METERS").points
    assert (arbitrary["x"], arbitrary["y"]) == (7.4, 47.2)


def test_rows_that_cannot_be_sent_are_named(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "name,x,y,z,type,xy_accuracy\nP1,1,2,3,GCP,\nP2,1,two,3,,\nP3,1,2,,,\n,1,2,3,,\n"
                           "P5,1,2,3,mast,\nP6,,2,3,,\nP7,1,2,3,,-1\nP1,1,2,3,,\nP-8,1,2,3,,\nP9,nan,2,3,,\n")
    words = _refused(layer, "EPSG:32632").splitlines()
    assert [line.partition(":")[0] for line in words[:7]] == [
        "Row 2 (“P2”)", "Row 3 (“P3”)", "Row 4 (“”)", "Row 5 (“P5”)", "Row 6 (“P6”)", "Row 7 (“P7”)", "Row 10 (“P9”)"]
    assert "“two” is not a number" in words[0]
    assert "“P-8”" in words[7] and "never change or delete" in words[7]
    assert "“P1” stands 2 times" in words[8]


def test_each_row_that_cannot_be_sent_is_told_with_its_feature(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "name,x,y,z\nP1,1,2,3\nP2,1,two,3\nP-3,1,2,3\nP4,1,2,3\nP1,1,2,3\n")
    found = look_at_points(layer, completed(Columns(), layer), Wanted("EPSG:32632"))
    ids = [feature.id() for feature in layer.getFeatures()]
    assert found.features == [ids[0], ids[2], ids[3], ids[4]]
    assert [(one.row, one.feature) for one in found.problems] == [(2, ids[1]), (3, ids[2]), (1, ids[0]), (5, ids[4])]
    assert len(found.points) == 4


def test_a_row_with_several_places_is_not_cut_down_to_one() -> None:
    layer = QgsVectorLayer("MultiPointZ?crs=EPSG:32632&field=name:string", "p", "memory")
    for name, text in (("A", "MultiPointZ ((1 2 3))"), ("B", "MultiPointZ ((1 2 3),(4 5 6))")):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromWkt(text))
        layer.dataProvider().addFeature(feature)
    found = look_at_points(layer, completed(Columns(), layer), Wanted("EPSG:32632"))
    assert [one["name"] for one in found.points] == ["A"]
    assert "several places" in found.problems[0].words


def test_names_are_rewritten_on_demand_and_many_problems_are_counted(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "name,x,y,z\nP-1,1,2,3\nP_1,4,5,6\n")
    found = _read(layer, "EPSG:32632", rename=True)
    assert [one["name"] for one in found.points] == ["P_1_2", "P_1"]
    assert found.renamed == [("P-1", "P_1_2")]
    many = _csv(tmp_path, "name,x,y,z\n" + "".join(f"P-{number},1,2,3\n" for number in range(50)))
    assert "And 38 more" in _refused(many, "EPSG:32632")


def test_missing_columns_are_asked_for(tmp_path: Path) -> None:
    layer = _csv(tmp_path, "what,where\na,b\n")
    words = " ".join(column_problems(completed(Columns(x="where"), layer), layer))
    assert "names of the points" in words and "Only one of the two" in words and "heights" in words
    assert "no field “gone”" in " ".join(column_problems(Columns(name="gone"), layer))
    assert "no points" in _refused(_csv(tmp_path, "name,x,y,z\n"), "EPSG:32632")
