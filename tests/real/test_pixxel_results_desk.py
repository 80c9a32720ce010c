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
from algorithm_hands import AlgorithmHands, close_dialogs, in_view
from connected import layers, told
from hub_dock import HubDockHands
from pixxel_desk import NAME, PROJECT, ROOTS
from qgis.core import QgsApplication, QgsRasterLayer, QgsRectangle, QgsSettings
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel, QSplitter, QWidget
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
    sandbox.actor("docks")
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
    hub.double_click(*WAY, "Assets", "NDVI_2024_01_17")
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
    hands.wait_for(lambda: dialog.value("LEGEND")[3] == "-0.6", "the classes of the other legend")
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


def test_assets_and_an_insight_are_downloaded_by_their_dialogs(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, tmp_path: Path
) -> None:
    desk.make_visualization(calls, aoi)
    insight = desk.make_insight(calls, aoi)
    names = {one["name"] for one in calls.get(f"v0/aois/{aoi}/assets", limit=100)["assets"]}
    hub.menu("Download assets…", *WAY, "Assets")
    dialog = AlgorithmHands("Download assets")
    assert dialog.value("AOI") == aoi
    for one in sorted(names):
        dialog.look_up("ASSETS", one)
    dialog.write("OUTPUT", str(tmp_path / "assets.zip"))
    dialog.keep_picture("pixxel_download_assets")
    dialog.run()
    dialog.close()
    first = {one.name() for one in rasters()}
    assert len(first) == len(names) == 2 and all(any(layer.startswith(one) for layer in first) for one in names)
    hub.unfold(*WAY, "Insights")
    hub.wait(["Three classes"], *WAY, "Insights")
    hub.menu("Download insight…", *WAY, "Insights", "Three classes")
    dialog = AlgorithmHands("Download insight")
    assert (dialog.value("AOI"), dialog.value("INSIGHT")) == (aoi, insight)
    dialog.write("OUTPUT", str(tmp_path / "classes.zip"))
    dialog.run()
    dialog.close()
    assert {one.name() for one in rasters()} - first == {"input_image", "classes_image"}
    with zipfile.ZipFile(tmp_path / "classes.zip") as archive:
        assert any("classes_image" in one for one in archive.namelist())


def seen_whole(hub: HubDockHands) -> None:
    """Give the details the room that they need, as one does by pulling at the edges."""
    iface.mainWindow().resizeDocks([hub.dock], [640], Qt.Orientation.Vertical)
    splitter = hub.dock.findChild(QSplitter)
    splitter.setSizes([200, 400])
    in_view(hub.dock.findChild(QWidget, "imageryHubDetailsTable"))
    QTest.qWait(200)


def classes(calls: PixxelCalls, aoi: str, one: str, mode: str) -> list[tuple[str, str, str]]:
    """Label, colour and upper bound of the classes that the platform's style has now."""
    told = calls.post(f"v0/aois/{aoi}/visualizations/{one}/sld", {"dates": [DAY], "visualization_modes": [mode]})
    pattern = r'<ColorMapEntry color="([^"]*)" quantity="([^"]*)" label="([^"]*)"/>'
    return [(label, color, bound) for color, bound, label in re.findall(pattern, told["sld"][mode][DAY])]


def swatches(hub: HubDockHands, number: int) -> list[str]:
    """The colours that a legend of the details is drawn with."""
    legend = hub.dock.findChildren(QWidget, "imageryHubLegend")[number]
    return [one.pixmap().toImage().pixelColor(2, 2).name() for one in legend.findChildren(QLabel, "imageryHubSwatch")]


def test_the_legend_is_seen_in_the_details_and_in_the_form_that_changes_it(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    made = desk.make_visualization(calls, aoi)
    hub.unfold(*WAY, "Visualizations")
    hub.wait(["NDVI"], *WAY, "Visualizations")
    before = sandbox.last_entry()
    hub.click(*WAY, "Visualizations", "NDVI")
    hands.wait_for(lambda: "Theoretical legend" in hub.facts(), "the legends in the details")
    usual, dynamic = classes(calls, aoi, made, "theoretical"), classes(calls, aoi, made, "dynamic")
    assert swatches(hub, 0) == [color for _, color, _ in dynamic] and len(dynamic) == 5
    assert swatches(hub, 1) == [color for _, color, _ in usual]
    lines = hub.facts()["Theoretical legend"].splitlines()
    assert len(lines) == 5 and all(line.startswith(label) for line, (label, _, _) in zip(lines, usual))
    assert "area" not in hub.facts()["Theoretical legend"], "nobody was told it"
    seen_whole(hub)
    hands.keep_picture("pixxel_legend_details", hub.dock)
    hub.menu("Edit legend…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Edit legend")
    assert (dialog.value("VISUALIZATION"), dialog.value("AOI"), dialog.value("DATES")) == (made, aoi, DAY)
    cells = [str(one) for one in dialog.value("LEGEND")]
    assert list(zip(cells[::4], cells[1::4])) == [(label, color) for label, color, _ in dynamic]
    assert [float(one) for one in cells[3::4]] == pytest.approx([float(bound) for _, _, bound in dynamic])
    dialog.choose("MODE", "theoretical")
    hands.wait_for(lambda: dialog.value("LEGEND")[3] == "-0.6", "the classes of the other legend")
    assert dialog.value("LEGEND")[2] == "-1", "where the index begins"
    dialog.open_table("LEGEND")
    dialog.keep_picture("pixxel_edit_legend_filled")
    hands.click(hands.button(dialog.dialog, "Cancel"))
    for operation in ("updateLegend", "rollbackLegend"):
        assert sandbox.log(operation=operation, after=before) == [], "looking changes nothing"
    dialog.fill_table("LEGEND", [["bare", "#aa0000", "-1", "0.3"], ["green", "#00aa00", "0.3", "1"]])
    dialog.choose("MODE", "dynamic")
    assert dialog.value("LEGEND")[0] == "bare", "what was typed stays"
    dialog.choose("MODE", "theoretical")
    dialog.run()
    assert f"{DAY}, theoretical: green, #00aa00, " in dialog.log()
    dialog.close()
    hands.wait_for(lambda: "bare" in hub.facts().get("Theoretical legend", ""), "the new legend in the details")
    assert swatches(hub, 1) == ["#aa0000", "#00aa00"]
    line = hub.facts()["Theoretical legend"].splitlines()[1]
    assert re.fullmatch(r"green, 0\.3 to 1, [\d.]+ %, area [\d,.]+", line), line
    seen_whole(hub)
    hands.keep_picture("pixxel_legend_details_changed", hub.dock)


def test_a_legend_that_cannot_be_read_leaves_the_form_empty_and_says_so(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    made = desk.make_visualization(calls, aoi)
    hub.unfold(*WAY, "Visualizations")
    hub.wait(["NDVI"], *WAY, "Visualizations")
    sandbox.fault(kind="status", status=404, path="/sld$", count=10)
    hub.menu("Edit legend…", *WAY, "Visualizations", "NDVI")
    dialog = AlgorithmHands("Edit legend")
    assert dialog.value("VISUALIZATION") == made and not dialog.value("LEGEND")
    dialog.close()
    told("could not be read, so the form is empty", 20)
    sandbox.clear_faults()


def test_an_insight_is_priced_made_followed_shown_and_deleted_by_its_name(
    hub: HubDockHands, aoi: str, calls: PixxelCalls, sandbox: SandboxProcess
) -> None:
    hub.menu("Create insight…", *WAY, "Insights")
    dialog = AlgorithmHands("Create insight")
    assert (dialog.value("AOI"), dialog.value("PROJECT")) == (aoi, CROPS)
    dialog.look_up("BLOCK", "Unsupervised classes")
    assert dialog.value("BLOCK") == "kmeans/1.0.0"
    inputs = dialog.dialog.mainWidget().wrappers["INPUT_VALUES"].inputs
    hands.wait_for(lambda: set(inputs.fields) == {"input_image", "classes"}, "the inputs of the block")
    dialog.look_up_in(inputs.fields["input_image"], "mosaic_2024_01_17", "pixxel_insight_inputs")
    hands.write(in_view(inputs.fields["classes"]), "3")
    assert dialog.value("INPUT_VALUES") == ["input_image", desk.mosaic(calls, aoi)["id"], "classes", "3"]
    dialog.write("NAME", "Three classes")
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
    share = next(one["value"] for one in made["output"] if one["name"] == "largest_share")
    assert hub.facts()["Results"] == f"Percent of pixels in the largest class: {share}"
    seen_whole(hub)
    hands.keep_picture("pixxel_insight_details", hub.dock)
    hub.double_click(*WAY, "Insights", "Three classes")
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
    (entry,) = hub.below(1, *way, flow["name"])
    assert entry != job["created_at"] and ":" in entry, "the time as people write it"
    hub.unfold(*way, flow["name"], entry)
    tasks = calls.get(f"v0/workflows/{flow['id']}/jobs/{job['id']}")["tasks"]
    hands.wait_for(lambda: set(hub.texts(*way, flow["name"], entry)) == {one["name"] for one in tasks}, "the tasks")
    hub.click(*way, flow["name"], entry, "zones")
    told_of = hub.facts()
    assert told_of["Results"].startswith("Percent of pixels in the largest class: ")
    assert "another day" in told_of["To be known"] and "is done" in told_of["Log"]
    seen_whole(hub)
    hands.keep_picture("pixxel_job", hub.dock)
    hub.double_click(*way, flow["name"], entry)
    told("is on the map", 60)
    assert rasters()
    task = tasks[0]
    hub.double_click(*way, flow["name"], entry, task["name"])
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
