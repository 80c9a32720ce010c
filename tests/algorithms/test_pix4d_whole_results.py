"""All that the sandbox's own processing makes of a flight: fetched whole, read by others, shown where QGIS can."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from imagery_hub.core.layers import opened
from osgeo import gdal
from pix4d_flight import test_flight
from pix4d_processed import MIDDLE
from pix4d_stored_results import Results
from pyopf.io import load
from pyopf.resolve import resolve
from qgis.core import QgsRasterLayer
from sandbox_process import SandboxProcess

PATIENCE = 240


def processed(sandbox: SandboxProcess) -> Results:
    """A project whose photos were processed."""
    made = Results(sandbox)
    flight = test_flight(objects=True)
    made.register(made.store([flight.photos[number] for number in MIDDLE], "flight 1"))
    made.calls.post(f"{made.path}start_processing/", {"tags": ["nadir"]})
    until = time.monotonic() + PATIENCE
    while made.calls.get(made.path)["public_status"] == "PROCESSING":
        assert time.monotonic() < until
        time.sleep(0.3)
    assert made.calls.get(made.path)["public_status"] == "DONE"
    return made


def test_a_processed_project_comes_whole(run_pix4d: Any, sandbox: SandboxProcess, tmp_path: Path) -> None:
    project = processed(sandbox)
    folder = tmp_path / "results"
    found = run_pix4d("downloadresults", PROJECT=project.id, FOLDER=str(folder))
    ready = {name: one for name, one in project.outputs().items() if one["availability"] == "done"}
    assert set(found["OUTPUT_TYPES"].split(",")) == set(ready)
    root = project.folder.parents[1]
    by_type = dict(zip(found["OUTPUT_TYPES"].split(","), found["FILES"].split("\n")))
    for name, one in ready.items():
        assert Path(by_type[name]).read_bytes() == (root / one["s3_key"]).read_bytes(), name

    opf = load(by_type["opf_project"])
    objects = resolve(opf)
    cameras = objects.camera_list_objs[0].cameras
    assert len(cameras) == len(MIDDLE)
    index = Path(by_type["opf_project"])
    for camera in cameras:
        assert (index.parent / unquote(str(camera.uri))).is_file()
    assert len(objects.point_cloud_objs[0].nodes[0].position) > 1000

    scene = json.loads(Path(by_type["b3dm_js"]).read_text("utf-8"))
    content = scene["root"].get("content") or scene["root"]["children"][0]["content"]
    assert (Path(by_type["b3dm_js"]).parent / unquote(content.get("uri") or content["url"])).is_file()
    assert gdal.Open(by_type["ortho"]).RasterCount >= 3
    with zipfile.ZipFile(by_type["3d_mesh_obj_zip"]) as archive:
        assert archive.testzip() is None

    store = run_pix4d.context.temporaryLayerStore()
    layers = {one.name().partition(": ")[2]: one for one in
              (store.mapLayer(each) for each in run_pix4d.context.layersToLoadOnCompletion())}
    for title in ("Orthomosaic (transparent outside)", "Surface model (DSM)", "Terrain model (DTM)"):
        assert isinstance(layers[title], QgsRasterLayer) and layers[title].isValid()
        assert layers[title].crs().authid() == "EPSG:32632"
    told = "\n".join(run_pix4d.messages)
    for name, works in (("3D mesh as tiled scene (Cesium)", opened.shows_scenes()),
                        ("Point cloud (LAS or LAZ)", bool(opened.cloud_provider(Path("a.laz"))))):
        assert (name in layers) == works
    assert opened.shows_scenes() or "QGIS 3.34" in told
    if "contour_files_bundle" in ready:
        assert any(title.startswith("Contour lines") for title in layers), told
    if "calibrated_external_camera_parameters" in ready:
        assert layers["Calibrated positions of the photos"].featureCount() == len(MIDDLE)


def test_a_processed_surface_is_streamed(run_pix4d: Any, sandbox: SandboxProcess) -> None:
    from imagery_hub.core import live_sources

    project = processed(sandbox)
    live_sources.install()
    try:
        for kind in ("dsm", "ortho"):
            layer = run_pix4d("addoutput", PROJECT=project.id, RESULT=kind)["OUTPUT"]
            middle, fine = layer.dataProvider().sample(layer.extent().center(), 1)
            assert fine and middle > 0
            assert not [one for one in run_pix4d.messages if "overviews" in one]
    finally:
        live_sources.close()
