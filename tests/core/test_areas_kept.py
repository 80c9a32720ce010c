"""The layer of drawn areas, what is kept of an area for jobs, and the field for areas of docks."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from imagery_hub.core import area_expression
from imagery_hub.core.geometry import kept
from imagery_hub.core.jobs.parameters import from_json, to_json
from imagery_hub.core.problems import Problem
from imagery_hub.ui.drawing import layer as areas
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QLocale

UTM = QgsCoordinateReferenceSystem("EPSG:32632")
BOX = "POLYGON((500000 5150000,501000 5150000,501000 5152000,500000 5152000,500000 5150000))"
pytestmark = pytest.mark.usefixtures("qgis_app", "qgis_new_project", "own_profile")


@pytest.fixture
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (kept, areas):
        monkeypatch.setattr(module, "folder", lambda: tmp_path)
    area_expression.install()
    yield tmp_path
    QgsProject.instance().clear()
    area_expression.remove()


def box() -> QgsGeometry:
    return QgsGeometry.fromWkt(BOX)


def test_areas_go_into_a_file_and_survive_reopening_the_project(own_profile: Path) -> None:
    layer = areas.layer_for(UTM)
    (area,) = areas.add(layer, [box()], "detection area")
    assert area.name == "Area 1" and layer.isEditable() and layer.undoStack().canUndo()
    assert area.km2() == pytest.approx(2.0, rel=1e-3)
    layer.undoStack().undo()
    assert layer.featureCount() == 0
    layer.undoStack().redo()
    assert areas.save_all()
    project = own_profile / "site.qgz"
    assert QgsProject.instance().write(str(project))
    QgsProject.instance().clear()
    assert QgsProject.instance().read(str(project))
    (again,) = areas.all_layers()
    (found,) = areas.areas_in(again)
    assert (found.name, found.purpose, found.key) == (area.name, area.purpose, area.key)
    assert found.geometry.isGeosEqual(box())
    (feature,) = again.getFeatures()
    assert feature["area_km2"] == pytest.approx(area.km2())


def test_the_file_lies_beside_a_saved_project_and_in_the_profile_otherwise(own_profile: Path) -> None:
    assert Path(areas.layer_for(UTM).source().partition("|")[0]).parent == kept.folder()
    QgsProject.instance().clear()
    folder = own_profile / "projects"
    folder.mkdir()
    assert QgsProject.instance().write(str(folder / "site.qgz"))
    first = areas.layer_for(UTM)
    other = areas.layer_for(QgsCoordinateReferenceSystem("EPSG:3031"))
    assert {one.source().partition("|")[0] for one in (first, other)} == {str(folder / "site_areas.gpkg")}
    assert areas.layer_for(UTM) is first and other.crs().authid() == "EPSG:3031"
    with pytest.raises(Problem, match="coordinate reference system"):
        areas.layer_for(QgsCoordinateReferenceSystem())


def test_the_area_in_the_table_follows_edits_within_the_same_step() -> None:
    layer = areas.layer_for(UTM)
    areas.add(layer, [box()], "")
    (feature,) = layer.getFeatures()
    layer.beginEditCommand("move")
    assert layer.changeGeometry(feature.id(), QgsGeometry.fromRect(box().boundingBox().buffered(1000)))
    layer.endEditCommand()
    (changed,) = layer.getFeatures()
    assert changed["area_km2"] == pytest.approx(12.0, rel=1e-3)
    layer.undoStack().undo()
    (back,) = layer.getFeatures()
    assert back["area_km2"] == pytest.approx(2.0, rel=1e-3) and back.geometry().isGeosEqual(box())


def test_what_is_kept_of_areas_is_no_obstacle_for_a_job_and_does_not_change_with_edits() -> None:
    layer = areas.layer_for(UTM)
    found = areas.add(layer, [box(), box()], "training area", ["Field / 1", ""])
    path = kept.keep(found)
    assert path == kept.keep(found) and kept.is_kept(path) and not kept.is_kept(path + "x")
    stored, obstacle = to_json({"INPUT": path}, QgsProject.instance())
    assert not obstacle and from_json(stored) == {"INPUT": path}
    moved = QgsGeometry(box())
    moved.translate(5000, 0)
    (first, _) = layer.getFeatures()
    layer.changeGeometry(first.id(), moved)
    assert areas.now(found[0]).geometry.isGeosEqual(moved) and areas.now(found[1]).geometry.isGeosEqual(box())
    assert [one.geometry.isGeosEqual(box()) for one in kept.kept(path)] == [True, True]
    assert [one.name for one in kept.kept(path)] == ["Field / 1", "Area 2"]
    assert kept.keep([areas.now(found[0])]) != kept.keep(found[:1])
    read = QgsVectorLayer(path, "x", "ogr")
    assert read.isValid() and read.crs() == UTM and read.featureCount() == 2
    layer.rollBack()
    assert areas.now(found[0]).geometry.isGeosEqual(box())


def test_areas_read_well(monkeypatch: pytest.MonkeyPatch) -> None:
    from imagery_hub.core.geometry.amounts import area_text, km2_text

    QLocale.setDefault(QLocale("en_GB"))
    assert [km2_text(one) for one in (0, 0.0000123, 0.01234, 2.3456, 23.456, 234.56, 12345.6)] == [
        "0 km²", "0.000012 km²", "0.0123 km²", "2.346 km²", "23.46 km²", "234.6 km²", "12,346 km²"
    ]
    assert area_text(12_340) == "0.0123 km² (1.23 ha)" and area_text(250) == "0.000250 km² (250.00 m²)"
    assert area_text(2_345_600) == "2.346 km²"
    from qgis.core import QgsUnitTypes

    QgsProject.instance().setAreaUnits(QgsUnitTypes.decodeAreaUnit("ac")[0])
    assert area_text(2_000_000).startswith("2.000 km² (494.21")


def test_noting_a_jobs_parameters_leaves_the_projects_signals_connected() -> None:
    """PyQt clears the slots of a signal when the garbage collector takes the Python half of its sender."""
    gc.collect()
    QgsProject.instance().legendLayersAdded.connect(QgsApplication.instance().sync)
    to_json({"INPUT": "x"}, QgsProject.instance())
    gc.collect()
    QgsProject.instance().legendLayersAdded.disconnect(QgsApplication.instance().sync)  # TypeError when it was cleared
