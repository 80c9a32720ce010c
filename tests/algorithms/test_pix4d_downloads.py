"""PIX4D's results as files: one, several with all that belongs to them, the archive; shown where QGIS can."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core.layers import opened, provenance
from osgeo import gdal
from pix4d_results import EAST, GROUND, NORTH, cone, surface
from pix4d_stored_results import Results
from qgis.core import QgsPointXY, QgsProject, QgsRasterLayer, QgsVectorFileWriter, QgsVectorLayer
from sandbox_process import SandboxProcess

CAMERA = 18446744073709551557


@pytest.fixture
def project(sandbox: SandboxProcess) -> Results:
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"display_name": "Quarry", "coordinate_system": "EPSG:32632+5773",
                                              "acquisition_date": "2026-03-04T10:00:00Z"})
    return made


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surface(tmp_path_factory.mktemp("model") / "dsm.tif", cone(40, 40, 20, 10))


def shown(run: Any) -> list[Any]:
    """The layers that QGIS would load, in their order."""
    store = run.context.temporaryLayerStore()
    return [store.mapLayer(one) for one in run.context.layersToLoadOnCompletion()]


def test_a_surface_model_as_a_file_with_its_look(
    run_pix4d: Any, project: Results, model: Path, tmp_path: Path
) -> None:
    project.give(model, "dsm")
    target = tmp_path / "out" / "heights"
    target.parent.mkdir()
    found = run_pix4d("downloadoutput", PROJECT=project.id, RESULT="dsm", OUTPUT=str(target))
    assert found["OUTPUT"] == str(target.with_suffix(".tif")) and found["OUTPUT_TYPE"] == "dsm"
    assert Path(found["OUTPUT"]).read_bytes() == model.read_bytes()
    (layer,) = shown(run_pix4d)
    assert isinstance(layer, QgsRasterLayer) and layer.name() == "Quarry: Surface model (DSM)"
    assert layer.renderer().type() == "singlebandpseudocolor"
    assert layer.dataProvider().sample(QgsPointXY(EAST + 150, NORTH - 150), 1)[0] == GROUND
    origin = provenance.read(layer)
    assert origin is not None and origin.ids["type"] == "dsm"


def test_the_address_goes_by_the_id_and_without_the_token(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, model: Path, tmp_path: Path
) -> None:
    project.give(model, "dtm")
    before = sandbox.last_entry()
    run_pix4d("downloadoutput", PROJECT=project.id, RESULT="dtm", LOAD=False, OUTPUT=str(tmp_path / "dtm.tif"))
    assert len(sandbox.log(operation="getOutput", after=before)) == 1
    assert not shown(run_pix4d)


def contours(folder: Path) -> Path:
    """An archive with lines, as shape files in a folder of it."""
    layer = QgsVectorLayer("LineString?crs=EPSG:32632&field=height:double", "c", "memory")
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "ESRI Shapefile"
    made = folder / "lines" / "contours.shp"
    made.parent.mkdir()
    QgsVectorFileWriter.writeAsVectorFormatV3(layer, str(made), QgsProject.instance().transformContext(), options)
    target = folder / "contours.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in made.parent.iterdir():
            archive.write(path, f"contours 1m/{path.name}")
        archive.writestr("contours 1m/contours.pdf", b"%PDF")
    return target


def test_contours_and_camera_positions_become_layers(run_pix4d: Any, project: Results, tmp_path: Path) -> None:
    project.give(contours(tmp_path), "contour_files_bundle")
    cameras = tmp_path / "cameras.txt"
    cameras.write_text("imageName X Y Z Omega Phi Kappa\nDJI 0041.JPG 412610.5 5231890.25 620 0.5 -1 90\nbroken\n")
    project.give(cameras, "calibrated_external_camera_parameters")
    run_pix4d("downloadoutput", PROJECT=project.id, RESULT="contour_files_bundle", OUTPUT=str(tmp_path / "lines.zip"))
    (lines,) = shown(run_pix4d)
    assert lines.isValid() and lines.fields().names() == ["height"] and lines.crs().authid() == "EPSG:32632"
    run_pix4d.context.setLayersToLoadOnCompletion({})
    run_pix4d("downloadoutput", PROJECT=project.id, RESULT="calibrated_external_camera_parameters",
              OUTPUT=str(tmp_path / "positions.txt"))
    (points,) = shown(run_pix4d)
    (one,) = points.getFeatures()
    assert one["photo"] == "DJI 0041.JPG" and one["kappa"] == 90
    place = one.geometry().constGet()
    assert (place.x(), place.y(), place.z()) == (412610.5, 5231890.25, 620)
    assert points.crs().authid() == "EPSG:32632"


def test_what_this_qgis_cannot_show_stays_a_file_and_is_said(
    run_pix4d: Any, project: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "cloud_provider", lambda path: "")
    cloud = tmp_path / "cloud.laz"
    cloud.write_bytes(b"LASF" + bytes(400))
    project.give(cloud, "point_cloud")
    target = tmp_path / "points.laz"
    run_pix4d("downloadoutput", PROJECT=project.id, RESULT="point_cloud", OUTPUT=str(target))
    assert target.read_bytes() == cloud.read_bytes() and not shown(run_pix4d)
    assert any("built without PDAL" in message for message in run_pix4d.messages)


def give_opf(project: Results, folder: Path) -> dict[str, bytes]:
    """An OPF project with a camera list, a point cloud of several files and photos outside of its folder."""
    resources = [("cameras.json", "application/opf-camera-list+json"), ("cloud.gltf", "model/gltf+json"),
                 ("https://elsewhere.example/x.bin", "application/octet-stream")]
    item = {"id": "1d9f1d0c-3c0f-4f5b-9a39-6d6a6e6f7a01", "type": "camera_list", "sources": [],
            "resources": [{"uri": uri, "format": form} for uri, form in resources]}
    files = {
        "opf/project.opf": json.dumps({"format": "application/opf-project+json", "version": "1.0",
                                       "items": [item]}).encode(),
        "opf/cameras.json": json.dumps({"cameras": [{"id": CAMERA, "uri": "../DJI_0041.JPG"}]}).encode(),
        "opf/cloud.gltf": json.dumps({"buffers": [{"uri": "positions.glbin"}]}).encode(),
        "opf/positions.glbin": b"positions",
        "DJI_0041.JPG": b"photo",
    }
    for name, content in files.items():
        path = folder / "made" / Path(name).name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        project.store([path], str(Path(name).parent) if "/" in name else "")
    project.seen_by_storage()
    project.register([project.key("DJI_0041.JPG")])
    project.calls.post(f"{project.path}outputs/", {"output": project.key("opf/project.opf"),
                                                    "output_type": "opf_project"})
    return files


def test_all_results_come_into_a_folder(run_pix4d: Any, project: Results, model: Path, tmp_path: Path) -> None:
    project.give(model, "dsm")
    project.wait_for("dsm_cloud_optimized")
    files = give_opf(project, tmp_path)
    folder = tmp_path / "results"
    found = run_pix4d("downloadresults", PROJECT=project.id, FOLDER=str(folder), LOAD=False)
    assert found["COUNT"] == 3 and set(found["OUTPUT_TYPES"].split(",")) == {
        "dsm", "dsm_cloud_optimized", "opf_project"}
    assert (folder / "dsm.tif").read_bytes() == model.read_bytes()
    assert gdal.Info(str(folder / "dsm_cloud_optimized.tif"), format="json")["metadata"]["IMAGE_STRUCTURE"][
        "LAYOUT"] == "COG"
    inside = folder / "opf_project"
    assert {path.relative_to(inside).as_posix(): path.read_bytes()
            for path in inside.rglob("*") if path.is_file()} == files
    assert str(inside / "opf" / "project.opf") in found["FILES"].split("\n")
    assert any("elsewhere.example" in message for message in run_pix4d.messages)
    words = run_pix4d.fails("downloadresults", PROJECT=project.id, FOLDER=str(folder), LOAD=False)
    assert "would be replaced" in words and "dsm.tif" in words


def test_an_opf_project_without_its_photos(run_pix4d: Any, project: Results, tmp_path: Path) -> None:
    files = give_opf(project, tmp_path)
    folder = tmp_path / "results"
    run_pix4d("downloadresults", PROJECT=project.id, RESULTS="opf_project", FOLDER=str(folder), PHOTOS=False)
    assert {path.name for path in folder.rglob("*") if path.is_file()} == {
        Path(one).name for one in files} - {"DJI_0041.JPG"}
    assert "many files" in run_pix4d.fails("downloadoutput", PROJECT=project.id, RESULT="opf_project",
                                           OUTPUT=str(tmp_path / "a.opf"))


def test_a_tiled_scene_comes_with_its_tiles(run_pix4d: Any, project: Results, tmp_path: Path) -> None:
    tile = {"boundingVolume": {"sphere": [0, 0, 0, 1]}, "geometricError": 1, "refine": "ADD",
            "content": {"uri": "tiles/0.b3dm"}}
    content = {"tileset.json": json.dumps({"asset": {"version": "1.0"}, "geometricError": 1, "root": tile}).encode(),
               "tiles/0.b3dm": b"b3dm"}
    for name, data in content.items():
        path = tmp_path / Path(name).name
        path.write_bytes(data)
        project.store([path], f"mesh/{Path(name).parent}")
    project.seen_by_storage()
    key = project.key("mesh/tileset.json")
    project.calls.post(f"{project.path}outputs/", {"output": key, "output_type": "b3dm_js"})
    folder = tmp_path / "scene"
    run_pix4d("downloadresults", PROJECT=project.id, RESULTS="b3dm_js", FOLDER=str(folder))
    assert {path.relative_to(folder / "b3dm_js").as_posix() for path in folder.rglob("*") if path.is_file()} == set(
        content)
    if opened.shows_scenes():
        assert len(shown(run_pix4d)) == 1
    else:
        assert any("QGIS 3.34" in message for message in run_pix4d.messages) and not shown(run_pix4d)


def test_the_archive_is_waited_for(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, model: Path, tmp_path: Path
) -> None:
    project.give(model, "dtm")
    before = sandbox.last_entry()
    found = run_pix4d("downloadoutputsarchive", PROJECT=project.id, OUTPUT=str(tmp_path / "all.zip"))
    with zipfile.ZipFile(found["OUTPUT"]) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == model.read_bytes()
    statuses = [one["status"] for one in sandbox.log(operation="getOutputsArchive", after=before)]
    assert statuses[0] == 202 and statuses[-1] == 200
    sandbox.settings(pix4d_largest_archive=1000)
    assert "too large for an archive" in run_pix4d.fails(
        "downloadoutputsarchive", PROJECT=project.id, OUTPUT=str(tmp_path / "more.zip"))


def test_a_project_without_results_says_so(run_pix4d: Any, project: Results, tmp_path: Path) -> None:
    assert "no output that is ready" in run_pix4d.fails("downloadresults", PROJECT=project.id,
                                                        FOLDER=str(tmp_path / "none"))
    assert "has no output “dsm”" in run_pix4d.fails("downloadoutput", PROJECT=project.id, RESULT="dsm",
                                                    OUTPUT=str(tmp_path / "a.tif"))
