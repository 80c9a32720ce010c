"""Outputs of one's own: registered one by one and together, replaced with consent, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pix4d_results import cone, orthomosaic, surface
from pix4d_stored_results import Results
from qgis.core import QgsRasterLayer
from sandbox_process import SandboxProcess


@pytest.fixture
def project(sandbox: SandboxProcess) -> Results:
    return Results(sandbox)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return surface(tmp_path_factory.mktemp("model") / "my own: heights.tif", cone(40, 40, 20, 10), 200)


def content(project: Results, kind: str) -> bytes:
    """What is stored for an output."""
    key = project.outputs()[kind]["s3_key"]
    return (project.folder.parents[1] / key).read_bytes()


def test_a_raster_becomes_the_surface_model(run_pix4d: Any, project: Results, model: Path) -> None:
    layer = QgsRasterLayer(str(model), "mine")
    found = run_pix4d("registeroutput", PROJECT=project.id, RASTER=layer, OUTPUT_TYPE="dsm")
    assert (found["REGISTERED"], found["COUNT"]) == ("dsm", 1)
    assert found["OUTPUT_IDS"] == str(project.outputs()["dsm"]["output_id"])
    assert content(project, "dsm") == model.read_bytes()
    project.wait_for("dsm_cloud_optimized")
    assert project.seen()["status"] == "DONE" if "status" in project.seen() else True


def test_the_platform_decides_on_the_type_where_none_is_given(
    run_pix4d: Any, project: Results, tmp_path: Path
) -> None:
    report = tmp_path / "flight report.pdf"
    report.write_bytes(b"%PDF-1.4")
    assert run_pix4d("registeroutput", PROJECT=project.id, FILE=str(report))["REGISTERED"] == "quality_report"
    strange = tmp_path / "strange.xyz"
    strange.write_bytes(b"x")
    words = run_pix4d.fails("registeroutput", PROJECT=project.id, FILE=str(strange))
    assert "what kind of output this is: strange.xyz" in words


def test_an_output_is_replaced_only_with_consent_and_nothing_is_sent_without(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, model: Path, tmp_path: Path
) -> None:
    run_pix4d("registeroutput", PROJECT=project.id, RASTER=str(model), OUTPUT_TYPE="dtm")
    other = surface(tmp_path / "other.tif", None, 100)
    stored, before = project.stored(), sandbox.last_entry()
    words = run_pix4d.fails("registeroutput", PROJECT=project.id, RASTER=str(other), OUTPUT_TYPE="dtm")
    assert "registering replaces them: dtm" in words
    assert project.stored() == stored and not sandbox.log(operation="registerOutput", after=before)
    run_pix4d("registeroutput", PROJECT=project.id, RASTER=str(other), OUTPUT_TYPE="dtm", CONFIRM=True)
    assert content(project, "dtm") == other.read_bytes()


def mesh(folder: Path) -> list[Path]:
    files = {"rock.obj": b"mtllib rock.mtl\n", "rock.mtl": b"map_Kd rock.jpg\n", "rock.jpg": b"jpg"}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def test_a_mesh_goes_together_and_keeps_its_names(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, tmp_path: Path
) -> None:
    before = sandbox.last_entry()
    found = run_pix4d("registeroutputs", PROJECT=project.id, INPUTS=[str(one) for one in mesh(tmp_path)])
    assert sorted(found["REGISTERED"].split(",")) == ["3d_mesh_mat", "3d_mesh_obj", "3d_mesh_texture"]
    assert len(sandbox.log(operation="bulkRegisterOutputs", after=before)) == 1
    keys = [one["s3_key"] for one in project.outputs().values()]
    assert {Path(one).name for one in keys} == {"rock.obj", "rock.mtl", "rock.jpg"}
    assert len({str(Path(one).parent) for one in keys}) == 1


def test_several_with_types_of_their_own(run_pix4d: Any, project: Results, model: Path, tmp_path: Path) -> None:
    ortho = orthomosaic(tmp_path / "a.tif", (1, 2, 3), 50)
    run_pix4d("registeroutputs", PROJECT=project.id, INPUTS=[str(model), str(ortho)], OUTPUT_TYPES="dsm, ortho")
    assert content(project, "dsm") == model.read_bytes() and content(project, "ortho") == ortho.read_bytes()


def test_what_cannot_be_registered_is_said_before_anything_is_sent(
    run_pix4d: Any, model: Path, tmp_path: Path
) -> None:
    obj, material, texture = mesh(tmp_path)
    damaged = tmp_path / "damaged.tif"
    damaged.write_bytes(b"II*\0")
    refused = run_pix4d.refused
    assert "either a raster or another file" in refused("registeroutput", PROJECT="1")
    assert "either a raster or another file" in refused("registeroutput", PROJECT="1", RASTER=str(model),
                                                        FILE=str(obj))
    assert "GDAL cannot read it" in refused("registeroutput", PROJECT="1", FILE=str(damaged))
    assert "“dem” is not allowed" in refused("registeroutput", PROJECT="1", RASTER=str(model), OUTPUT_TYPE="dem")
    assert "go together" in refused("registeroutput", PROJECT="1", FILE=str(obj), OUTPUT_TYPE="3d_mesh_obj")
    both = [str(obj), str(material)]
    assert "A mesh is three files" in refused("registeroutputs", PROJECT="1", INPUTS=both)
    assert "3 types for 2 files" in refused("registeroutputs", PROJECT="1", INPUTS=both, OUTPUT_TYPES="a,b,c")
    assert "no type of output" in refused("registeroutputs", PROJECT="1", INPUTS=[str(texture)], OUTPUT_TYPES="x")
    assert "given twice" in refused("registeroutputs", PROJECT="1", INPUTS=both, OUTPUT_TYPES="dsm,dsm")


def test_outputs_are_deleted_by_type_and_id(run_pix4d: Any, project: Results, model: Path, tmp_path: Path) -> None:
    project.give(model, "dsm")
    project.wait_for("dsm_cloud_optimized")
    report = tmp_path / "report.pdf"
    report.write_bytes(b"%PDF-1.4")
    project.give(report, "quality_report")
    project.give(report, "project_report_pdf", "other")
    number = project.outputs()["quality_report"]["output_id"]
    assert "deleted for good" in run_pix4d.refused("deleteoutputs", PROJECT=project.id, RESULTS="dsm")
    assert "has no output “ortho”" in run_pix4d.fails("deleteoutputs", PROJECT=project.id, RESULTS="dsm,ortho",
                                                      CONFIRM=True)
    assert "dsm" in project.outputs(), "all of them, or none"
    found = run_pix4d("deleteoutputs", PROJECT=project.id, RESULTS=f"dsm,{number}", CONFIRM=True)
    assert (found["COUNT"], found["OUTPUT_TYPES"]) == (2, "dsm,quality_report")
    assert set(project.outputs()) == {"dsm_cloud_optimized", "project_report_pdf"}


def test_a_licence_without_cloud_content_is_said(
    run_pix4d: Any, sandbox: SandboxProcess, project: Results, model: Path
) -> None:
    sandbox.fault(operation="registerOutput", kind="status", status=403,
                  words="You do not have permission to perform this action.")
    words = run_pix4d.fails("registeroutput", PROJECT=project.id, RASTER=str(model), OUTPUT_TYPE="dsm")
    assert "does not allow this" in words
