"""The other ways to annotations in the real program: from the Hub tree, from a layer, through a saved project; several
classes; and what is said when something fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from annotation_hands import (
    CONNECTION,
    RED,
    WINDOW,
    Scene,
    amount,
    annotate,
    annotation_scene,
    close_to,
    dialog,
    draw,
    layers,
    open_dock,
    part,
    plan_words,
    push,
    same,
    show_image,
    status,
)
from drawn_layers import boxes_layer
from hands import (
    choose,
    click,
    click_entry,
    in_menu,
    in_submenu,
    keep_picture,
    real_right_click,
    tool_button,
    wait_for,
)
from hub_dock import HubDockHands
from imagery_hub.core.layers import provenance
from imagery_hub.ui.annotations.plan import PROPERTY
from qgis.core import QgsCoordinateReferenceSystem, QgsFeature, QgsProject, QgsVectorLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAction, QComboBox, QLabel, QMenu, QPushButton, QWidget
from qgis.utils import iface
from sandbox_process import SandboxProcess

#: Names are data: nothing in them is read as markup.
ORCHARD = "Orchard <b>1</b>"


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Scene]:
    with annotation_scene(sandbox, tmp_path, ORCHARD) as made:
        yield made


def in_metres() -> None:
    QgsProject.instance().setCrs(QgsCoordinateReferenceSystem("EPSG:32632"))
    show_image()


def send_to(layer: QgsVectorLayer, text: str) -> None:
    """Right-click on a layer, “Send to”, and this entry."""
    view = iface.layerTreeView()
    view.setCurrentLayer(layer)
    QTest.qWait(200)

    def in_context(menu: QMenu) -> None:
        action = next(one for one in menu.actions() if one.text() == "Send to")
        in_submenu(action.menu(), lambda inner: choose(inner, text))
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         menu.actionGeometry(action).center())

    in_menu(in_context)
    real_right_click(view.viewport().mapToGlobal(view.visualRect(view.currentIndex()).center()))


def test_from_a_training_raster_in_the_hub_tree(scene: Scene) -> None:
    hub = HubDockHands()
    hub.unfold(CONNECTION)
    hub.unfold(CONNECTION, "Detectors")
    hub.unfold(CONNECTION, "Detectors", "Red squares")
    hub.menu("Edit Annotations", CONNECTION, "Detectors", "Red squares", ORCHARD)
    status("The layers are on the map")
    assert set(layers()) == {"Training areas", "Outlines", "Validation areas", "Testing areas"}
    title = f"Annotations: Red squares on {ORCHARD}"
    # The imagery comes later, on top of the map, and is then put below the group.
    wait_for(lambda: [one.name() for one in QgsProject.instance().layerTreeRoot().children()][:1] == [title],
             "the group on top")
    keep_picture("annotations_from_hub")
    hub.menu("Edit Annotations", CONNECTION, "Detectors", "Red squares")  # the detector alone: the raster is asked for
    window = dialog("imageryHubAnnotate")
    assert part(QComboBox, "imageryHubConnection", window).currentText() == CONNECTION
    chosen = part(QWidget, "imageryHubAnnotate_detector", window)
    assert chosen.value() == scene.detector
    window.close()


def test_a_saved_project_opens_with_its_annotations(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "map"
    folder.mkdir()
    project = QgsProject.instance()
    assert project.write(str(folder / "orchard.qgz"))
    annotate(scene.raster_name)
    in_metres()
    draw("outline", RED[:2])
    click(tool_button(iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits")))
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines counted")
    (file,) = folder.glob("annotations-*.gpkg")
    assert "Red-squares" in file.name
    click(part(QPushButton, "imageryHubPushAnnotations"))
    push("Pushed: Outlines.")
    assert project.write()
    text = _project_text(folder / "orchard.qgz")
    assert scene.sandbox.address not in text
    # QGIS itself names the layer to which its GPS tools would write by its whole path; the plugin has no part in it.
    assert str(folder) not in re.sub(r"<ProjectGpsSettings.*?</ProjectGpsSettings>", "", text, flags=re.DOTALL)
    iface.newProject(False)
    assert not layers()
    wait_for(lambda: part(QPushButton, "imageryHubAnnotateFirst"), "the empty page")
    assert project.read(str(folder / "orchard.qgz"))
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines again")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    plan = dialog("imageryHubPushPlan")
    assert "No change since the last push" in plan_words(plan, "outline")
    assert part(QLabel, "imageryHubPushOf", plan).text() == f"Annotations: Red squares on {ORCHARD}"
    assert not plan.findChild(QWidget, "imageryHubPushOtherName").isVisible()
    plan.close()
    outlines = layers()["Outlines"]
    assert outlines.source().startswith(str(file))
    # In another project, elsewhere: the layers begin with what was last pushed.
    iface.newProject(False)
    annotate(scene.raster_name)
    wait_for(lambda: amount("outline").startswith("2 "), "what was pushed")
    assert not layers()["Outlines"].source().startswith(str(folder))


def test_the_plan_names_what_the_platform_would_replace(scene: Scene, tmp_path: Path) -> None:
    """A stranger's project calls the detector and the raster by other names than the platform does."""
    annotate(scene.raster_name)
    in_metres()
    draw("outline", RED[:2])
    click(tool_button(iface.mainWindow().findChild(QAction, "mActionSaveLayerEdits")))
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines counted")
    for layer in layers().values():
        text = str(layer.customProperty(PROPERTY, ""))
        layer.setCustomProperty(PROPERTY, text.replace("Red squares", "Harmless"))
    path = tmp_path / "stranger.qgz"
    assert QgsProject.instance().write(str(path))
    iface.newProject(False)
    wait_for(lambda: part(QPushButton, "imageryHubAnnotateFirst"), "the empty page")
    assert QgsProject.instance().read(str(path))
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines again")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    plan = dialog("imageryHubPushPlan")
    assert "will be replaced" in plan_words(plan, "outline")
    assert part(QLabel, "imageryHubPushOf", plan).text() == f"Annotations: Red squares on {ORCHARD}"
    told = part(QWidget, "imageryHubPushOtherName", plan)
    assert f"“Annotations: Harmless on {ORCHARD}”" in told.text
    keep_picture("annotations_plan_other_name", plan)
    plan.close()


def test_no_plan_is_shown_before_the_platform_has_told_its_names(scene: Scene) -> None:
    annotate(scene.raster_name)
    in_metres()
    draw("outline", RED[:2])
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines")
    scene.sandbox.fault(kind="status", operation="getDetector", status=403, count=1)
    click(part(QPushButton, "imageryHubPushAnnotations"))
    plan = dialog("imageryHubPushPlan")
    again = wait_for(lambda: next((one for one in plan.findChildren(QPushButton)
                                   if one.text() == "Try Again" and one.isVisible()), None), "a way on")
    assert not plan.findChildren(QLabel, "imageryHubPushWords_outline")
    assert not part(QPushButton, "imageryHubPushNow", plan).isEnabled()
    keep_picture("annotations_plan_unreached", plan)
    click(again)
    assert "will be replaced" in plan_words(plan, "outline")
    push("Pushed: Outlines.")


def _project_text(path: Path) -> str:
    import zipfile

    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist() if "qgs" in name)


def test_corrected_results_are_sent_as_outlines_of_their_classes(scene: Scene) -> None:
    path = f"picterra/detectors/{scene.detector}"
    second = scene.sandbox.control("POST", f"{path}/classes", {"name": "stump"})
    stump = second.get("class_id", second.get("id"))
    result = QgsVectorLayer("Polygon?crs=EPSG:32632&field=class_name:string", "Detections", "memory")
    for name, source in zip(("stump", "stump", "else"), boxes_layer(RED).getFeatures()):
        feature = QgsFeature(result.fields())
        feature.setGeometry(source.geometry())
        feature.setAttributes([name])
        result.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(result)
    QTest.qWait(300)
    send_to(result, "Annotations of a Detector…")
    annotate(scene.raster_name, wanted="Copied: 3")
    newest = part(QComboBox, "imageryHubNewClass")
    assert newest.count() == 2
    in_metres()
    click(newest)
    QTest.keyClick(newest.view(), Qt.Key.Key_End)
    QTest.keyClick(newest.view(), Qt.Key.Key_Return)
    assert newest.currentText() == "stump"
    draw("outline", [(120, 40, 140, 60)])
    wait_for(lambda: amount("outline").startswith("4 "), "four outlines")
    keep_picture("annotations_classes")
    assert sorted(one["class_id"] for one in layers()["Outlines"].getFeatures()).count(stump) == 3
    click(part(QPushButton, "imageryHubPushAnnotations"))
    keep_picture("annotations_plan_classes", dialog("imageryHubPushPlan"))
    push("Pushed: Outlines: ")
    outlines = scene.sandbox.control("GET", path)["training"][scene.raster]["outline"]
    assert {identity: len(one["geojson"]["features"]) for identity, one in outlines.items()}[stump] == 3
    assert sum(len(one["geojson"]["features"]) for one in outlines.values()) == 4


@pytest.mark.needs_assumed("DetectorInList.is_runnable")
def test_what_was_pushed_is_learnt_from(scene: Scene) -> None:
    annotate(scene.raster_name)
    in_metres()
    draw("training_area", [WINDOW])
    draw("outline", RED)
    wait_for(lambda: amount("outline").startswith("3 "), "three outlines")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    push("Pushed: Training areas, Outlines.")
    hub = HubDockHands()
    hub.unfold(CONNECTION)
    hub.unfold(CONNECTION, "Detectors")
    wait_for(lambda: hub.index(CONNECTION, "Detectors", "Red squares").isValid(), "the detector")
    hub.click(CONNECTION, "Detectors", "Red squares")
    assert "not trained" in hub.label("imageryHubDetailsState")
    hub.menu("Train detector", CONNECTION, "Detectors", "Red squares")  # nothing is left to ask
    wait_for(lambda: hub.label("imageryHubDetailsState").endswith(" trained")
             and "not trained" not in hub.label("imageryHubDetailsState"), "the new state of the row", 60)
    keep_picture("annotations_trained")
    assert scene.operations("trainDetector") == 1


def test_from_a_result_the_imagery_is_streamed_below(scene: Scene) -> None:
    result = boxes_layer(RED)
    result.setName("Found")
    ids = {"detector": scene.detector, "raster": scene.raster, "operation": "o-1"}
    provenance.write_layer(result, provenance.made("picterra", CONNECTION, "detections", ids))
    QgsProject.instance().addMapLayer(result)
    click_entry(iface.layerTreeView(), iface.layerTreeView().model().index(0, 0))
    open_dock()
    click(part(QPushButton, "imageryHubAnnotateFirst"))
    window = dialog("imageryHubAnnotate")
    assert [part(QWidget, f"imageryHubAnnotate_{role}", window).value() for role in ("detector", "raster")] == [
        scene.detector, scene.raster]
    click(part(QPushButton, "imageryHubAnnotateOpen", window))
    status("The layers are on the map")

    def names() -> list[str]:
        return [one.name() for one in QgsProject.instance().layerTreeRoot().children()]

    title = f"Annotations: Red squares on {ORCHARD}"
    wait_for(lambda: names() == [title, "Found", ORCHARD], "the imagery below all that is on it")
    (imagery,) = QgsProject.instance().mapLayersByName(ORCHARD)
    assert imagery.isValid() and imagery.providerType() == "wms"
    keep_picture("annotations_from_result")


def test_what_was_pushed_and_what_was_not_is_said(scene: Scene) -> None:
    annotate(scene.raster_name)
    in_metres()
    draw("training_area", [WINDOW])
    draw("outline", RED)
    wait_for(lambda: amount("outline").startswith("3 "), "three outlines")
    scene.sandbox.fault(kind="status", operation="commitAnnotationsUpload", status=403, count=1)
    click(part(QPushButton, "imageryHubPushAnnotations"))
    dialog("imageryHubPushPlan")
    push("Not pushed: ")
    words = status("Pushed: ")
    keep_picture("annotations_half_pushed")
    stored = {kind: scene.stored(kind) for kind in ("training_area", "outline")}
    (failed,) = (kind for kind, content in stored.items() if content is None)
    titles = {"training_area": "Training areas", "outline": "Outlines"}
    (done,) = set(titles) - {failed}
    assert f"Pushed: {titles[done]}." in words
    assert f"Not pushed: {titles[failed]}." in words
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "No change since the last push" in plan_words(window, done)
    assert "Nothing was pushed from here before" in plan_words(window, failed)
    push(f"Pushed: {titles[failed]}.")
    assert close_to(scene.stored("outline"), RED, 0.9)


def test_a_raster_outside_of_the_training_set_is_put_into_it(scene: Scene) -> None:
    other = scene.calls.upload_raster(scene.image, name="Meadow")
    annotate(scene.raster_name, raster=other, wanted="not in the training set")
    keep_picture("annotations_not_joined")
    click(part(QPushButton, "imageryHubAnnotationsWayOn"))
    there = f"detectors/{scene.detector}/training_rasters/"
    wait_for(lambda: other in [one["id"] for one in scene.calls.get(there)["results"]], "the raster in the set")


def test_a_platform_that_does_not_answer_leaves_a_way_on(scene: Scene) -> None:
    scene.sandbox.fault(kind="status", operation="getDetector", status=403, count=1)
    annotate(scene.raster_name, wanted="does not allow this")
    keep_picture("annotations_refused")
    assert not layers()
    click(part(QPushButton, "imageryHubAnnotationsWayOn"))
    status("The layers are on the map")
    assert same(scene.stored("outline") or [], [])
    assert isinstance(part(QLabel, "imageryHubAmount_outline").text(), str)
    found: Any = layers()
    assert len(found) == 4
