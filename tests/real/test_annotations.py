"""Annotations in the real program, by mouse and keyboard: opened, drawn, copied, checked, pushed, and pushed again as
they were before. What arrived is read in the sandbox and compared by GDAL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from annotation_hands import (
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
    on_canvas,
    part,
    plan_words,
    push,
    same,
    show_image,
    status,
)
from drawn_layers import boxes_layer, utm_box
from hands import button, click, click_entry, keep_picture, modal_dialogs, tick, tool_button, wait_for
from imagery_hub.core.jobs import job_store
from osgeo import ogr
from qgis.core import QgsGeometry, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import (
    QAction,
    QCheckBox,
    QComboBox,
    QListWidget,
    QMessageBox,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QWidget,
)
from qgis.utils import iface
from sandbox_images import EAST, NORTH, PIXEL
from sandbox_process import SandboxProcess


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path) -> Iterator[Scene]:
    with annotation_scene(sandbox, tmp_path) as made:
        yield made


def test_drawn_by_hand_pushed_changed_and_taken_back(scene: Scene) -> None:
    annotate(scene.raster_name)
    assert list(layers()) and set(layers()) == {"Training areas", "Outlines", "Validation areas", "Testing areas"}
    wait_for(lambda: len(QgsProject.instance().mapLayers()) == 5, "the imagery below them")
    tree = QgsProject.instance().layerTreeRoot().children()
    wait_for(lambda: [one.name() for one in QgsProject.instance().layerTreeRoot().children()][0].startswith("Annot"),
             f"the group above the imagery in {[one.name() for one in tree]}")
    show_image()
    draw("training_area", [WINDOW])
    draw("outline", RED[:2])
    wait_for(lambda: amount("outline").startswith("2 "), "two outlines counted")
    square = 20 * 20 * PIXEL**2 * 2 / 1e6
    assert abs(float(amount("outline").split()[2]) - square) < square * 0.05
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "will be replaced by what is drawn: 2" in plan_words(window, "outline")
    assert "cannot be seen" in part(QWidget, "imageryHubPushUnseen", window).text
    assert not part(QCheckBox, "imageryHubPush_testing_area", window).isChecked()
    keep_picture("annotations_plan_first", window)
    push("Pushed: Training areas, Outlines.")
    assert close_to(scene.stored("training_area"), [WINDOW], 0.95)
    first = scene.stored("outline")
    assert close_to(first, RED[:2], 0.9)
    assert scene.stored("testing_area") is None
    drawn = [ogr.CreateGeometryFromWkt(one.geometry().asWkt()) for one in layers()["Outlines"].getFeatures()]
    assert same(first, drawn)

    draw("outline", RED[2:])
    wait_for(lambda: amount("outline").startswith("3 "), "three outlines counted")
    keep_picture("annotations")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "Added: 1. Changed: 0. Removed: 0. Unchanged: 2." in plan_words(window, "outline")
    assert "No change since the last push" in plan_words(window, "training_area")
    keep_picture("annotations-plan", window)
    push("Pushed: Outlines.")
    assert close_to(scene.stored("outline"), RED, 0.9)

    click(part(QPushButton, "imageryHubPreviousPushes"))
    window = dialog("imageryHubPushes")
    pushes = part(QTreeWidget, "imageryHubPushList", window)
    wait_for(lambda: pushes.topLevelItemCount() == 3, "three pushes")
    counts = [(pushes.topLevelItem(row).text(1), pushes.topLevelItem(row).text(2)) for row in range(3)]
    assert counts[0] == ("Outlines", "3")
    earlier = next(row for row in range(1, 3) if counts[row] == ("Outlines", "2"))
    click_entry(pushes, pushes.indexFromItem(pushes.topLevelItem(earlier)))
    keep_picture("annotations_history", window)
    click(button(window, "Push This Again…"))
    window = dialog("imageryHubPushPlan")
    assert "Added: 0. Changed: 0. Removed: 1. Unchanged: 2." in plan_words(window, "outline")
    push("Pushed: Outlines.")
    back = scene.stored("outline") or []
    assert len(back) == 2
    assert same(back, first)
    layer = layers()["Outlines"]
    assert layer.featureCount() == 2
    click(tool_button(iface.mainWindow().findChild(QAction, "mActionUndo")))
    assert layer.featureCount() == 3
    jobs = [record for record in job_store().all() if record.algorithm.endswith("picterra_setannotations")]
    assert {record.title for record in jobs} == {"Set annotations"}


def test_copied_from_a_layer_in_another_system_and_problems_shown(scene: Scene, tmp_path: Path) -> None:
    annotate(scene.raster_name)
    source = boxes_layer([*RED, (300, 300, 320, 320)])
    source.setName("Field book")
    crossed = QgsGeometry.fromWkt(
        f"Polygon(({EAST + 5} {NORTH - 5}, {EAST + 15} {NORTH - 15}, {EAST + 15} {NORTH - 5}, {EAST + 5} {NORTH - 15},"
        f" {EAST + 5} {NORTH - 5}))")
    feature = next(source.getFeatures())
    feature.setGeometry(crossed)
    source.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(source)
    show_image()
    draw("training_area", [WINDOW])
    click(part(QToolButton, "imageryHubCopy_outline"))
    window = dialog("imageryHubCopy")
    combo = part(QComboBox, "imageryHubCopyLayer", window)
    combo.setFocus()
    QTest.keyClicks(combo, "Field book")
    assert combo.currentText() == "Field book"
    keep_picture("annotations_copy", window)
    click(part(QPushButton, "imageryHubCopyNow", window))
    status("Copied: 5")
    problems = part(QListWidget, "imageryHubProblems")
    wait_for(lambda: problems.count() >= 2, "problems")
    texts = [problems.item(row).text() for row in range(problems.count())]
    assert any("crosses itself" in one for one in texts)
    outside = next(row for row, one in enumerate(texts) if "outside the raster" in one)
    keep_picture("annotations_problems")
    click_entry(problems, problems.indexFromItem(problems.item(outside)))
    there = utm_box((300, 300, 320, 320)).boundingBox()
    wait_for(lambda: iface.mapCanvas().extent().contains(there), "the problem on the map")
    outlines = layers()["Outlines"]
    assert outlines.selectedFeatureCount() == 1
    assert iface.activeLayer() == outlines
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "cannot be pushed" in plan_words(window, "outline")
    assert not part(QCheckBox, "imageryHubPush_outline", window).isEnabled()
    keep_picture("annotations_plan_refused", window)
    click(button(window, "Cancel"))

    problems.setFocus()
    crossing = next(row for row, one in enumerate(texts) if "crosses itself" in one)
    problems.setCurrentRow(crossing)
    QTest.keyClick(problems, Qt.Key.Key_Return)
    wait_for(lambda: not iface.mapCanvas().extent().contains(there), "the other problem on the map")
    for text in ("crosses itself", "outside the raster"):
        row = next(row for row in range(problems.count()) if text in problems.item(row).text())
        click_entry(problems, problems.indexFromItem(problems.item(row)))
        QTest.qWait(100)
        with yes_where_asked():
            click(tool_button(iface.mainWindow().findChild(QAction, "mActionDeleteSelected")))
        wait_for(lambda text=text: not any(text in problems.item(row).text() for row in range(problems.count())),
                 f"no problem more that something {text}")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    dialog("imageryHubPushPlan")
    push("Pushed: Training areas, Outlines.")
    assert close_to(scene.stored("outline"), RED, 0.9999)


def test_an_empty_layer_removes_all_only_when_that_is_ticked(scene: Scene) -> None:
    annotate(scene.raster_name)
    show_image()
    draw("validation_area", [WINDOW])
    wait_for(lambda: amount("validation_area").startswith("1 "), "one area counted")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    push("Pushed: Validation areas.")
    action = iface.mainWindow().findChild(QAction, "mActionSelectFeatures")
    click(next(one for one in iface.mainWindow().findChildren(QToolButton)
               if one.defaultAction() is action and one.isVisible()))
    view = iface.mapCanvas().viewport()
    click(view, on_canvas(50, 50))
    with yes_where_asked():
        click(tool_button(iface.mainWindow().findChild(QAction, "mActionDeleteSelected")))
    wait_for(lambda: amount("validation_area") == "nothing drawn", "nothing drawn")
    click(part(QPushButton, "imageryHubPushAnnotations"))
    window = dialog("imageryHubPushPlan")
    assert "will be removed" in plan_words(window, "validation_area")
    box = part(QCheckBox, "imageryHubPush_validation_area", window)
    assert not box.isChecked()
    assert not part(QPushButton, "imageryHubPushNow", window).isEnabled()
    tick(box)
    keep_picture("annotations_plan_empty", window)
    push("Pushed: Validation areas.")
    assert scene.stored("validation_area") == []


@contextmanager
def yes_where_asked() -> Iterator[None]:
    """Newer QGIS asks before it deletes features, in a dialog for which the click waits; older QGIS just does it."""
    def accept() -> None:
        for asked in modal_dialogs():
            if isinstance(asked, QMessageBox):
                click(next(one for one in asked.buttons() if one.text().startswith("Delete")))

    timer = QTimer()
    timer.timeout.connect(accept)
    timer.start(300)
    yield
    timer.stop()
