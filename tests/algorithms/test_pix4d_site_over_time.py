"""All projects of a site as one group of layers, each at its time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import live_sources
from imagery_hub.core.jobs import runner as runner_module
from pix4d_results import EAST, NORTH, orthomosaic, surface
from pix4d_stored_results import Results
from qgis.core import QgsPointXY, QgsProject, QgsRasterLayer
from sandbox_pix4d import Pix4dCalls
from sandbox_process import SandboxProcess

DATES = ["2026-05-01T10:00:00Z", "2026-03-04T10:00:00Z", "2026-04-02T10:00:00+02:00"]
COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250)]


@pytest.fixture
def sources(run_pix4d: Any) -> Iterator[None]:
    live_sources.install()
    yield
    live_sources.close()


@pytest.fixture
def site(sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path) -> dict[str, Any]:
    """A site of three projects with orthomosaics, made out of order, and one without."""
    made = pix4d.site("Pit")
    place = {"parent_type": "project_group", "parent_uuid": made["uuid"]}
    projects = []
    for number, (date, colour) in enumerate(zip(DATES, COLOURS)):
        members = pix4d.project(f"Flight {number}", acquisition_date=date, **place)
        project = Results(sandbox, pix4d, members["id"])
        project.give(orthomosaic(tmp_path / f"ortho {number}.tif", colour, 100), "ortho")
        projects.append(project)
    pix4d.project("Empty", acquisition_date="2026-06-01T10:00:00Z", **place)
    for project in projects:
        project.wait_for("ortho_cloud_optimized")
    return {"id": made["id"], "projects": projects}


def colour(layer: QgsRasterLayer) -> tuple[float, ...]:
    place = QgsPointXY(EAST + 10, NORTH - 10)
    return tuple(layer.dataProvider().sample(place, band)[0] for band in (1, 2, 3))


def days(layer: QgsRasterLayer) -> tuple[str, str]:
    found = layer.temporalProperties().fixedTemporalRange()
    return found.begin().toUTC().toString("MM-dd HH:mm"), found.end().toUTC().toString("MM-dd HH:mm")


def test_each_is_shown_until_the_next_one(run_pix4d: Any, sources: None, site: dict[str, Any]) -> None:
    found = run_pix4d("addsite", SITE=site["id"])
    layers = found["OUTPUT"]
    in_order = [site["projects"][number] for number in (1, 2, 0)]
    assert found["PROJECT_IDS"] == ",".join(str(one.id) for one in in_order) and found["COUNT"] == 3
    assert [colour(one) for one in layers] == [COLOURS[1], COLOURS[2], COLOURS[0]]
    assert [days(one) for one in layers] == [("03-04 10:00", "04-02 07:59"), ("04-02 08:00", "05-01 09:59"),
                                             ("05-01 00:00", "05-01 23:59")]
    assert any("Empty" in message for message in run_pix4d.messages)


def test_each_on_its_own_day(run_pix4d: Any, sources: None, site: dict[str, Any], tmp_path: Path) -> None:
    definition = tmp_path / "pit.qlr"
    found = run_pix4d("addsite", SITE=site["id"], HOLD=False, DEFINITION=str(definition))
    layers = found["OUTPUT"]
    assert [days(one)[0] for one in layers] == ["03-04 00:00", "04-02 00:00", "05-01 00:00"]
    text = definition.read_text("utf-8")
    assert 'name="Pit"' in text and text.count("imageryhub:pix4d/") >= 3 and "vsis3" not in text


def test_what_is_not_there_is_said(run_pix4d: Any, sandbox: SandboxProcess, pix4d: Pix4dCalls, tmp_path: Path,
                                   site: dict[str, Any]) -> None:
    assert "No project of the site “Pit”" in run_pix4d.fails("addsite", SITE=site["id"], WHAT=1)
    one = site["projects"][0]
    one.give(surface(tmp_path / "dsm.tif", None, 100), "dsm")
    one.wait_for("dsm_cloud_optimized")
    assert run_pix4d("addsite", SITE=site["id"], WHAT=1)["PROJECT_IDS"] == str(one.id)
    assert "“Site” is empty" in run_pix4d.refused("addsite", SITE="")


def test_a_project_without_access_is_left_out(
    run_pix4d: Any, sources: None, site: dict[str, Any], sandbox: SandboxProcess
) -> None:
    closed = site["projects"][1]
    sandbox.fault(kind="status", operation="listOutputs", path=f"/projects/{closed.id}/", status=403, count=0)
    found = run_pix4d("addsite", SITE=site["id"])
    assert found["PROJECT_IDS"] == ",".join(str(site["projects"][number].id) for number in (2, 0))
    assert "Left out, as you have no access to it: Flight 1" in run_pix4d.messages


def test_the_desk_puts_them_into_a_group_the_newest_on_top(
    run_pix4d: Any, sources: None, site: dict[str, Any], qtbot: Any, qgis_new_project: None
) -> None:
    runner = runner_module.runner()
    try:
        with qtbot.waitSignal(runner.ended, timeout=60000) as ended:
            runner.start("imageryhub:pix4d_addsite", {"SITE": str(site["id"])})
        assert ended.args[2] == ""
        root = QgsProject.instance().layerTreeRoot()
        group = root.findGroup("Pit")
        assert [node.layer().name().partition(":")[0] for node in group.findLayers()] == [
            "Flight 0", "Flight 2", "Flight 1"]
        assert [child.name() for child in root.children()] == ["Pit"]
        assert all(node.layer().isValid() for node in group.findLayers())
    finally:
        QgsProject.instance().clear()
        runner_module.close()
