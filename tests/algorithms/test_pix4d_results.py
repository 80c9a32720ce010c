"""PIX4D's results by algorithm: listed, streamed with credentials that end, and what projects keep of them."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core import background, live_sources
from imagery_hub.core.layers import provenance
from imagery_hub.core.layers.streaming import renewal
from pix4d_results import EAST, GROUND, NORTH, attributes, cone, orthomosaic, surface
from pix4d_stored_results import Results
from qgis.core import QgsPointXY, QgsProject, QgsRasterLayer, QgsSingleBandPseudoColorRenderer
from qgis.PyQt.QtCore import QCoreApplication
from sandbox_process import SandboxProcess


@pytest.fixture
def sources(run_pix4d: Any) -> Iterator[None]:
    live_sources.install()
    yield
    live_sources.close()


@pytest.fixture(scope="module")
def rasters(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("rasters")
    return {"dsm": surface(folder / "dsm.tif", cone(40, 40, 20, 10)),
            "ortho": orthomosaic(folder / "ortho.tif", (200, 40, 90))}


@pytest.fixture
def project(sandbox: SandboxProcess, rasters: dict[str, Path]) -> Results:
    made = Results(sandbox)
    made.calls.sent("PATCH", made.path, json={"display_name": "Quarry", "acquisition_date": "2026-03-04T10:00:00Z"})
    for kind, path in rasters.items():
        made.give(path, kind)
    for kind in rasters:
        made.wait_for(f"{kind}_cloud_optimized")
    return made


def test_outputs_as_a_table(run_pix4d: Any, project: Results) -> None:
    table = run_pix4d("listoutputs", PROJECT=project.id, OUTPUT="memory:")
    rows = {one["output_type"]: one for one in attributes(table["OUTPUT"])}
    assert set(rows) == set(project.outputs()) == set(table["OUTPUT_TYPES"].split(","))
    assert rows["dsm"]["title"] == "Surface model (DSM)" and rows["dsm"]["belongs"] == "raster"
    assert rows["ortho_cloud_optimized"]["belongs"] == "streamed" and rows["ortho"]["state"] == "ready"
    assert (rows["dsm"]["ready"], rows["dsm"]["file"]) == (True, "dsm.tif")
    assert table["COUNT"] == 4 and table["PROJECT_ID"] == str(project.id)


def height(layer: QgsRasterLayer, x: float, y: float) -> float:
    """The value at metres east and south of the corner."""
    value, fine = layer.dataProvider().sample(QgsPointXY(EAST + x, NORTH - y), 1)
    return value if fine else float("nan")


def test_a_surface_model_is_seen_where_it_is(run_pix4d: Any, sources: None, project: Results) -> None:
    found = run_pix4d("addoutput", PROJECT=project.id, RESULT="dsm")
    layer = found["OUTPUT"]
    assert (found["OUTPUT_TYPE"], found["NAME"]) == ("dsm_cloud_optimized", layer.name())
    assert layer.name() == "Quarry: Surface model (DSM, cloud-optimised)"
    assert height(layer, 40, 40) == pytest.approx(GROUND + 10, abs=0.2)
    assert height(layer, 150, 150) == pytest.approx(GROUND)
    assert layer.crs().authid() == "EPSG:32632"
    assert isinstance(layer.renderer(), QgsSingleBandPseudoColorRenderer)
    day = layer.temporalProperties().fixedTemporalRange()
    assert day.begin().date().toString("yyyy-MM-dd") == "2026-03-04"
    origin = provenance.read(layer)
    assert origin is not None and origin.ids["project"] == str(project.id)
    assert found["REFERENCE"].startswith(f"imageryhub:pix4d//output/{project.id}%3Adsm_cloud_optimized/s3")
    assert "vsis3" not in layer.source() and project.base not in layer.source()


def test_nothing_is_written_beside_what_is_seen(run_pix4d: Any, sources: None, project: Results) -> None:
    before = project.stored()
    for kind in ("dsm", "ortho"):
        layer = run_pix4d("addoutput", PROJECT=project.id, RESULT=kind)["OUTPUT"]
        layer.dataProvider().bandStatistics(1)
        del layer
    live_sources.close()
    time.sleep(1.2)
    assert project.stored() == before


def test_an_orthomosaic_by_its_id_keeps_its_colours(run_pix4d: Any, sources: None, project: Results) -> None:
    number = project.outputs()["ortho_cloud_optimized"]["output_id"]
    layer = run_pix4d("addoutput", PROJECT=project.id, RESULT=str(number))["OUTPUT"]
    bands = [layer.dataProvider().sample(QgsPointXY(EAST + 50, NORTH - 50), band)[0] for band in (1, 2, 3, 4)]
    assert bands == [200, 40, 90, 255]


@pytest.mark.parametrize("kind", ["dtm", "ndvi", "reflectance_green", "reflectance_nir"])
def test_rasters_without_a_cloud_optimised_form_are_streamed_as_they_are(
    run_pix4d: Any, sources: None, project: Results, rasters: dict[str, Path], kind: str
) -> None:
    project.give(rasters["dsm"], kind)
    found = run_pix4d("addoutput", PROJECT=project.id, RESULT=kind)
    assert found["OUTPUT_TYPE"] == kind
    assert height(found["OUTPUT"], 40, 40) == pytest.approx(GROUND + 10, abs=0.2)
    assert f"%3A{kind}/s3" in found["REFERENCE"]


def test_what_is_no_raster_or_not_there_is_said(run_pix4d: Any, project: Results, tmp_path: Path) -> None:
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4 nothing")
    project.give(report, "quality_report")
    assert "Download it instead" in run_pix4d.fails("addoutput", PROJECT=project.id, RESULT="quality_report")
    assert "has no output “dtm”" in run_pix4d.fails("addoutput", PROJECT=project.id, RESULT="dtm")
    assert "“Output” is empty" in run_pix4d.refused("addoutput", PROJECT="1", RESULT=" ")


def secrets_of(sandbox: SandboxProcess) -> list[str]:
    """All that the sandbox has handed out."""
    found: list[str] = sandbox.control("GET", "issued")["secrets"]
    return [one for one in found if len(one) > 8]


def written(project: QgsProject, file: Path) -> str:
    assert project.write(str(file))
    with zipfile.ZipFile(file) as archive:
        return archive.read("project.qgs").decode()


def test_a_project_keeps_a_reference_and_no_secret(
    run_pix4d: Any, sandbox: SandboxProcess, sources: None, project: Results, tmp_path: Path, qgis_new_project: None
) -> None:
    definition = tmp_path / "dsm.qlr"
    layer = run_pix4d("addoutput", PROJECT=project.id, RESULT="dsm", DEFINITION=str(definition))["OUTPUT"]
    holder = QgsProject()
    holder.addMapLayer(layer)
    kept = written(holder, tmp_path / "project.qgz") + definition.read_text("utf-8")
    assert f"{project.id}%3Adsm_cloud_optimized" in kept
    secrets = secrets_of(sandbox)
    assert len(secrets) > 3
    told = "\n".join(run_pix4d.messages)
    for one in (*secrets, project.base, "vsis3"):
        assert one not in kept and one not in told


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        QCoreApplication.processEvents()
        time.sleep(0.02)


def readable(layer: QgsRasterLayer) -> bool:
    """Whether pixels come that were not read before."""
    return height(layer, 40, 40) == pytest.approx(GROUND + 10, abs=0.2)


def test_a_project_opened_a_week_later_shows_its_layers_again(
    run_pix4d: Any, sandbox: SandboxProcess, sources: None, project: Results, tmp_path: Path, qgis_new_project: None
) -> None:
    layer = run_pix4d("addoutput", PROJECT=project.id, RESULT="dsm")["OUTPUT"]
    instance = QgsProject.instance()
    instance.addMapLayer(layer)
    file = tmp_path / "project.qgz"
    assert instance.write(str(file))
    instance.clear()
    live_sources.close()
    sandbox.control("POST", "storage/expire")
    live_sources.install()
    failures: list[Exception] = []
    assert instance.read(str(file))
    (again,) = instance.mapLayers().values()
    assert again.isValid() and not readable(again)
    live_sources.watch(lambda reference, error: failures.append(error))
    until(lambda: readable(again) or bool(failures))
    assert not failures
    assert not instance.isDirty()
    background.close()


def test_credentials_that_end_while_the_layer_is_shown_are_renewed(
    run_pix4d: Any, sandbox: SandboxProcess, sources: None, project: Results, qgis_new_project: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(renewal, "AHEAD", 1e6)  # as if they were about to end
    layer = run_pix4d("addoutput", PROJECT=project.id, RESULT="dsm")["OUTPUT"]
    reference = live_sources.registry().reference(layer.source())
    assert reference is not None
    first = layer.source()
    assert sandbox.control("POST", "storage/expire")["ended"] > 0
    QgsProject.instance().addMapLayer(layer)
    live_sources.watch(lambda reference, error: None)
    until(lambda: layer.source() != first)
    assert layer.isValid() and height(layer, 150, 40) == pytest.approx(GROUND)
    assert readable(layer)
    background.close()


def test_heights_are_read_with_renewed_credentials(
    run_pix4d: Any, sandbox: SandboxProcess, sources: None, project: Results
) -> None:
    from imagery_hub.core.layers.streaming import Reference
    from imagery_hub.core.layers.surface import Surface
    from osgeo import gdal

    reference = Reference("pix4d", "", "output", f"{project.id}:dsm_cloud_optimized", "s3")
    model = Surface(live_sources.registry(), reference, live_sources.renew(reference))
    assert model.heights([(EAST + 40, NORTH - 40), (EAST - 5, NORTH)])[1] is None
    sandbox.control("POST", "storage/expire")
    gdal.VSICurlClearCache()
    along = np.linspace(60, 199, 40)
    found = model.heights([(EAST + x, NORTH - 150.0) for x in along])
    assert found == pytest.approx([GROUND] * 40)
    background.close()
