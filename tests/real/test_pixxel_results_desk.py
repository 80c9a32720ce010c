"""What Pixxel computes over an area, in the real program: visualizations with picture, style and legend, insights, jobs
of workflows; made, followed, brought onto the map, deleted."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import hands
import map_hands
import pixxel_desk as desk
import pytest
from algorithm_hands import AlgorithmHands, close_dialogs
from connected import layers, told
from hub_dock import HubDockHands
from pixxel_desk import NAME, PROJECT, ROOTS
from qgis.core import QgsApplication, QgsRasterLayer, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest
from qgis.utils import iface
from sandbox_pixxel import CROPS, PixxelCalls
from sandbox_process import SandboxProcess

AREA = "Davanagere north"
WAY = (NAME, "Projects", PROJECT, "Areas of interest", AREA)
DAY = "2024_01_17"


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def aoi(sandbox: SandboxProcess, calls: PixxelCalls, tmp_path: Path) -> Iterator[str]:
    """A connection, and an area of interest with a scene in it; its id."""
    assert QgsApplication.authManager().setMasterPassword(desk.MASTER, True)
    map_hands.fresh_map("EPSG:4326", QgsRectangle(75.60, 14.41, 75.66, 14.46))
    iface.messageBar().clearWidgets()
    QgsSettings().setValue("imagery_hub/add_to_map/folder", str(tmp_path))
    made = desk.make_aoi(calls, AREA)
    sandbox.actor("docks", "pixxel_results")
    hands.failures.clear()
    desk.save_connection(sandbox)
    yield made
    close_dialogs()
    desk.connections().remove(NAME)
    QgsSettings().remove("imagery_hub/add_to_map")
    iface.newProject(False)
    iface.messageBar().clearWidgets()
    QTest.qWait(200)
    assert not hands.failures


@pytest.fixture
def hub(aoi: str) -> HubDockHands:
    found = HubDockHands()
    found.unfold(NAME)
    found.wait(ROOTS, NAME)
    for depth in range(2, len(WAY) + 1):
        found.unfold(*WAY[:depth])
    found.wait(["Assets", "Visualizations", "Insights"], *WAY)
    return found


def rasters() -> list[QgsRasterLayer]:
    return [one for one in layers() if isinstance(one, QgsRasterLayer)]


def colours(layer: QgsRasterLayer) -> list[str]:
    """Of the classes that it is shown in."""
    return [one.color.name() for one in layer.renderer().shader().rasterShaderFunction().colorRampItemList()]


def price(log: str) -> float:
    found = re.search(r"The price is (\d+) tokens", log)
    assert found is not None, log
    return float(found[1])


def styled(hub: HubDockHands, layer: QgsRasterLayer, folder: Path) -> str:
    """Have the style put on the layer; the SLD."""
    hub.menu("Download style…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Download style")
    dialog.choose("MODE", "theoretical")
    dialog.choose("LAYER", layer.name())
    dialog.write("FOLDER", str(folder))
    dialog.keep_picture("pixxel_download_style")
    dialog.run()
    dialog.close()
    (file,) = folder.glob("*.sld")
    return file.read_text("utf-8")


def test_an_index_is_rendered_shown_in_its_colours_and_its_legend_changed(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, tmp_path: Path
) -> None:
    hub.menu("Create visualization…", *WAY, "Visualizations")
    dialog = AlgorithmHands("Create visualization")
    assert dialog.value("AOI") == aoi
    dialog.look_up("INDEX", "NDVI")
    dialog.keep_picture("pixxel_create_visualization")
    dialog.run()
    dialog.close()
    hub.unfold(*WAY, "Visualizations")
    hub.wait(["NDVI"], *WAY, "Visualizations")
    hub.unfold(*WAY, "Assets")
    hub.wait(["mosaic_2024_01_17", "NDVI_2024_01_17"], *WAY, "Assets")
    hands.double_click_entry(hub.tree, hub.index(*WAY, "Assets", "NDVI_2024_01_17"))
    told("is on the map", 60)
    (layer,) = rasters()
    sld = styled(hub, layer, tmp_path / "first")
    assert len(set(colours(layer))) >= 3 and all(one in sld.lower() for one in colours(layer))
    hands.keep_picture("pixxel_styled")
    picture = tmp_path / "ndvi.png"
    hub.menu("Download picture…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Download picture")
    dialog.write("OUTPUT", str(picture))
    dialog.run()
    dialog.close()
    image = QImage(str(picture))
    assert image.width() > 100 and image.height() > image.width() / 4
    hub.menu("Edit legend…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Edit legend")
    dialog.choose("MODE", "theoretical")
    dialog.fill_table("LEGEND", [["bare", "#aa0000", "-1", "0.3"], ["green", "#00aa00", "0.3", "1"]],
                      "pixxel_edit_legend")
    dialog.run()
    assert "Execution completed" in dialog.log()
    dialog.close()
    assert "#00aa00" in styled(hub, layer, tmp_path / "second").lower()
    assert colours(layer) == ["#aa0000", "#00aa00"]
    hands.keep_picture("pixxel_legend_changed")
    hub.menu("Reset legend…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Reset legend")
    dialog.choose("MODE", "theoretical")
    dialog.run()
    dialog.close()
    assert styled(hub, layer, tmp_path / "third") == sld


def test_an_insight_is_priced_made_followed_shown_and_deleted_by_its_name(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    hub.menu("Create insight…", *WAY, "Insights")
    dialog = AlgorithmHands("Create insight")
    assert (dialog.value("AOI"), dialog.value("PROJECT")) == (aoi, CROPS)
    block = next(one["spec"] for one in calls.get("v0/blocks", mode="insight")["blocks"]
                 if (one["spec"]["name"], one["spec"]["version"]) == ("kmeans", "1.1.0"))
    dialog.write("BLOCK", "kmeans/1.1.0")
    assert block["title"]
    dialog.write("NAME", "Three classes")
    dialog.fill_table("INPUT_VALUES", [["input_image", desk.mosaic(calls, aoi)["id"]], ["classes", "3"]],
                      "pixxel_insight_inputs")
    dialog.keep_picture("pixxel_create_insight")
    sandbox.settings(pixxel_run_seconds=1.0)
    dialog.run()
    tokens = price(dialog.log())
    assert "Nothing was started" in dialog.log()
    assert calls.get(f"v0/aoi/{aoi}/insights")["insights"] == []
    dialog.change()
    dialog.tick("CONFIRM")
    before = sandbox.last_entry()
    dialog.run()
    dialog.keep_picture("pixxel_insight_done")
    dialog.close()
    (made,) = calls.get(f"v0/aoi/{aoi}/insights")["insights"]
    assert (made["status"], made["cost"]) == ("completed", tokens)
    assert len(sandbox.log(operation="listInsights", after=before)) > 2, "followed"
    hub.unfold(*WAY, "Insights")
    hub.wait(["Three classes"], *WAY, "Insights")
    hub.click(*WAY, "Insights", "Three classes")
    assert hub.label("imageryHubDetailsState") == "Insight · done"
    hands.double_click_entry(hub.tree, hub.index(*WAY, "Insights", "Three classes"))
    told("is on the map", 60)
    classes = next(one for one in rasters() if one.name() == "Three classes")
    assert [one.value for one in classes.renderer().classes()] == [1, 2, 3], "a colour for each class"
    hands.keep_picture("pixxel_insight_shown")
    hub.click(*WAY, "Insights", "Three classes")
    hub.key(Qt.Key.Key_Delete)
    dialog = AlgorithmHands("Delete insight")
    dialog.write("CONFIRM", "three")
    dialog.run()
    assert "It is called “Three classes”" in dialog.log()
    assert calls.get(f"v0/aoi/{aoi}/insights")["insights"]
    dialog.change()
    dialog.write("CONFIRM", "Three classes")
    dialog.keep_picture("pixxel_delete_insight")
    dialog.run()
    dialog.close()
    assert calls.get(f"v0/aoi/{aoi}/insights")["insights"] == []
    hub.wait(["No insight yet."], *WAY, "Insights")


def test_a_workflow_is_priced_run_followed_and_its_results_shown(
    hub: HubDockHands, calls: PixxelCalls, sandbox: SandboxProcess, tmp_path: Path
) -> None:
    flow = desk.sound_workflow(calls)
    way = (NAME, "Projects", PROJECT, "Workflows")
    hub.unfold(*way)
    hands.wait_for(lambda: flow["name"] in hub.texts(*way), "the workflow")
    hub.menu("Run workflow…", *way, flow["name"])
    dialog = AlgorithmHands("Run workflow")
    assert dialog.value("WORKFLOW") == flow["id"]
    dialog.run()
    assert price(dialog.log()) == flow["estimated_cost"]
    assert calls.get(f"v0/workflows/{flow['id']}/jobs")["jobs"] == []
    dialog.change()
    dialog.tick("CONFIRM")
    dialog.run()
    dialog.close()
    (job,) = calls.get(f"v0/workflows/{flow['id']}/jobs")["jobs"]
    hub.unfold(*way, flow["name"])
    hands.wait_for(lambda: len(hub.texts(*way, flow["name"])) == 1, "the job")
    (entry,) = hub.texts(*way, flow["name"])
    assert entry != job["created_at"] and ":" in entry, "the time as people write it"
    hub.unfold(*way, flow["name"], entry)
    tasks = calls.get(f"v0/workflows/{flow['id']}/jobs/{job['id']}")["tasks"]
    hands.wait_for(lambda: set(hub.texts(*way, flow["name"], entry)) == {one["name"] for one in tasks}, "the tasks")
    hands.keep_picture("pixxel_job", hub.dock)
    hands.double_click_entry(hub.tree, hub.index(*way, flow["name"], entry))
    told("is on the map", 60)
    assert rasters()
    task = tasks[0]
    hands.double_click_entry(hub.tree, hub.index(*way, flow["name"], entry, task["name"]))
    dialog = AlgorithmHands("Download job")
    assert [dialog.value(one) for one in ("WORKFLOW", "JOB_ID", "TASK")] == [flow["id"], job["id"], task["id"]]
    bundle = tmp_path / "task.zip"
    dialog.write("OUTPUT", str(bundle))
    before = sandbox.last_entry()
    dialog.run()
    dialog.close()
    assert zipfile.is_zipfile(bundle) and sandbox.log(operation="downloadTask", after=before)


def test_an_index_of_ones_own_is_made_and_checked(hub: HubDockHands, calls: PixxelCalls) -> None:
    hub.unfold(NAME, "Indices")
    hands.wait_for(lambda: "NDVI" in hub.texts(NAME, "Indices"), "the indices")
    hub.menu("Create index…", NAME, "Indices")
    dialog = AlgorithmHands("Create index")
    dialog.write("NAME", "Greenness")
    dialog.write("DESCRIPTION", "How green it is")
    dialog.look_up("SATELLITE", "Pixxel-TD2")
    dialog.write("EXPRESSION", "(B027-B999)/(B027+B015)")
    dialog.run()
    assert "no band B999" in dialog.log()
    dialog.change()
    dialog.write("EXPRESSION", "(B027-B015)/(B027+B015)")
    dialog.keep_picture("pixxel_create_index")
    dialog.run()
    dialog.close()
    hands.wait_for(lambda: "Greenness" in hub.texts(NAME, "Indices"), "the index in the tree")
    hub.click(NAME, "Indices", "Greenness")
    assert hub.facts()["Made by"] == "you or your workspace" and hub.facts()["Satellite"] == "Pixxel-TD2"
