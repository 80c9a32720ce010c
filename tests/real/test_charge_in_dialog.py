"""What a detection costs stands in the dialogs of algorithm and model before one can agree to it, for what is chosen,
and also without the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hands
import numpy as np
import pytest
from drawn_layers import boxes_layer
from picterra_scenes import Scene, trained
from qgis.core import QgsProcessingContext, QgsProcessingModelAlgorithm, QgsProject, QgsRasterLayer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QCheckBox, QDialog, QLabel
from sandbox_images import tile_megapixels, write_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, SandboxProcess

RUN, MODEL = "imageryhub:picterra_rundetector", "imageryhub:picterra_detectobjects"


@pytest.fixture
def scene(sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    hands.failures.clear()
    yield trained(PicterraCalls(sandbox), tmp_path)
    QgsProject.instance().clear()
    QTest.qWait(200)


@pytest.fixture
def show() -> Iterator[Callable[..., QDialog]]:
    shown: list[QDialog] = []

    def show(algorithm: str, **parameters: Any) -> QDialog:
        import processing

        dialog = processing.createAlgorithmDialog(algorithm, parameters)
        shown.append(dialog)
        dialog.resize(900, 760)
        dialog.show()
        QTest.qWait(300)
        return dialog

    yield show
    for dialog in shown:
        dialog.close()
    QTest.qWait(100)


def box(dialog: QDialog) -> QCheckBox:
    (found,) = dialog.findChildren(QCheckBox, "imageryHubConsent")
    return found


def told(dialog: QDialog) -> str:
    (found,) = dialog.findChildren(QLabel, "imageryHubCharge")
    return found.text()


def runs(sandbox: SandboxProcess, after: int) -> int:
    return len([one for one in sandbox.log(after=after) if one["operation"] == "runDetector"])


def test_the_charge_stands_at_the_box_before_it_can_be_ticked(
    scene: Scene, sandbox: SandboxProcess, show: Callable[..., QDialog], tmp_path: Path
) -> None:
    calls, before = PicterraCalls(sandbox), sandbox.last_entry()
    pixels = np.full((1, 4000, 6000), 90, np.uint8)
    large = calls.upload_raster(write_image(tmp_path / "large.tif", pixels), name="Large field")
    zoom = calls.get(f"rasters/{large}/")["tiles_max_zoom"]
    dialog = show(RUN, CONFIRM=True, DETECTOR=scene.detector)
    assert not box(dialog).isEnabled() and not box(dialog).isChecked(), "nothing is chosen that could cost something"
    raster = dialog.mainWidget().wrappers["RASTER"].chooser.field.lineEdit()
    hands.write(raster, large)
    assert not box(dialog).isEnabled()
    hands.wait_for(box(dialog).isEnabled, "the charge")
    assert f"about {tile_megapixels(6000, 4000, zoom):.1f}"[:-1] in told(dialog)
    assert "megapixels may be charged" in told(dialog)
    hands.tick(box(dialog))
    hands.keep_picture("charge-in-dialog", dialog)
    assert dialog.mainWidget().wrappers["CONFIRM"].parameterValue() is True

    hands.write(raster, scene.raster)
    assert not box(dialog).isChecked() and dialog.mainWidget().wrappers["CONFIRM"].parameterValue() is False
    hands.wait_for(box(dialog).isEnabled, "the charge of the other raster")
    assert "10.00 megapixels are charged" in told(dialog)
    areas = boxes_layer([(0, 0, 120, 100)])
    QgsProject.instance().addMapLayer(areas)
    dialog.mainWidget().wrappers["DETECTION_AREAS"].setParameterValue(areas.id(), QgsProcessingContext())
    hands.wait_for(lambda: not box(dialog).isEnabled(), "that it is asked anew")
    hands.wait_for(box(dialog).isEnabled, "the charge of the areas")
    assert runs(sandbox, before) == 0
    hands.tick(box(dialog))
    hands.click(hands.button(dialog, "Run"))
    hands.wait_for(lambda: "OPERATION_ID" in (dialog.results() or {}), "the end", 60)
    assert runs(sandbox, before) == 1
    assert hands.failures == []


def test_without_the_platform_the_dialog_says_so_and_stays_of_use(
    scene: Scene, sandbox: SandboxProcess, show: Callable[..., QDialog]
) -> None:
    sandbox.fault(operation="getRaster", kind="status", status=500, count=0)
    dialog = show(RUN, RASTER=scene.raster, DETECTOR=scene.detector)
    hands.wait_for(box(dialog).isEnabled, "the box", 60)
    assert "could not be asked" in told(dialog) and "at least 10 megapixels" in told(dialog)
    hands.keep_picture("charge-in-dialog-fault", dialog)
    hands.tick(box(dialog))
    assert dialog.mainWidget().wrappers["CONFIRM"].parameterValue() is True


def test_the_dialog_of_the_model_measures_the_raster_that_is_to_be_sent(
    scene: Scene, sandbox: SandboxProcess, show: Callable[..., QDialog], tmp_path: Path
) -> None:
    before = sandbox.last_entry()
    image = QgsRasterLayer(str(write_image(tmp_path / "big.tif", np.full((1, 3000, 4000), 9, np.uint8))), "Big image")
    QgsProject.instance().addMapLayer(image)
    dialog = show(MODEL)
    hands.wait_for(box(dialog).isEnabled, "the charge")
    assert "12.00 megapixels are charged" in told(dialog)
    assert not box(dialog).isChecked()
    hands.keep_picture("charge-in-model", dialog)
    assert not [one for one in sandbox.log(after=before) if one["operation"]], "measured here, the platform not asked"


def test_batch_and_modeler_keep_their_own_boxes(scene: Scene) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog
    from qgis.core import QgsApplication
    from qgis.gui import QgsProcessingModelerParameterWidget

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(RUN)
    model = QgsProcessingModelAlgorithm()
    step = ModelerParametersDialog(algorithm, model)
    assert isinstance(step.widget.widget.wrappers["CONFIRM"], QgsProcessingModelerParameterWidget)
    batch = BatchAlgorithmDialog(algorithm.create())
    assert not batch.findChildren(QCheckBox, "imageryHubConsent")
    for one in (step, batch):
        one.close()
        one.deleteLater()
