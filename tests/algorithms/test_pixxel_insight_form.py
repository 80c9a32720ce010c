"""The inputs of an insight in Processing's dialog: those of the chosen block, rasters chosen from the area's assets;
QGIS's own table in the modeler and in batch."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pixxel_desk
import pytest
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from password_dialog import refused_password
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingModelAlgorithm
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QLabel
from sandbox_pixxel import CROPS, PixxelCalls

CALLED, INPUTS = "imageryhub:pixxel_createinsight", "INPUT_VALUES"
MASTER = "test-master"


@pytest.fixture(autouse=True)
def no_stub_interface(qgis_processing: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stub of QGIS's interface lacks what the dialogs ask of it; without one they do not ask."""
    for name in ("gui.AlgorithmDialog", "gui.BatchAlgorithmDialog", "gui.BatchPanel", "gui.ParametersPanel",
                 "modeler.ModelerParametersDialog"):
        import_module(f"processing.{name}")
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("processing.") and getattr(module, "iface", None) is not None:
            monkeypatch.setattr(module, "iface", None)


@pytest.fixture
def aoi(pixxel: PixxelCalls) -> str:
    return pixxel_desk.make_aoi(pixxel)


@pytest.fixture
def opened(run_pixxel: Any) -> Iterator[Callable[..., Any]]:
    """``opened(BLOCK=...)`` gives the dialog, its connection in the environment."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    shown: list[Any] = []

    def opened(**values: Any) -> Any:
        dialog = AlgorithmDialog(QgsApplication.processingRegistry().createAlgorithmById(CALLED))
        dialog.setParameters({"PROJECT": CROPS, **values})
        dialog.show()
        shown.append(dialog)
        return dialog

    yield opened
    for dialog in shown:
        dialog.close()


def inputs_of(dialog: Any) -> Any:
    return dialog.mainWidget().wrappers[INPUTS].inputs


def given(dialog: Any) -> Any:
    return dialog.mainWidget().createProcessingParameters()[INPUTS]


def look_up(chooser: Any, text: str, qtbot: Any) -> None:
    QTest.mouseClick(chooser.button, Qt.MouseButton.LeftButton)
    popup = chooser._popup
    qtbot.waitUntil(lambda: popup.list.count() > 0, timeout=20000)
    (entry,) = popup.list.findItems(text, Qt.MatchFlag.MatchExactly)
    QTest.mouseClick(popup.list.viewport(), Qt.MouseButton.LeftButton, pos=popup.list.visualItemRect(entry).center())


def test_the_inputs_of_the_block_are_filled_in_and_a_raster_is_chosen(
    opened: Callable[..., Any], run_pixxel: Any, pixxel: PixxelCalls, aoi: str, qtbot: Any
) -> None:
    dialog = opened(AOI=aoi)
    inputs = inputs_of(dialog)
    assert inputs.fields == {} and "Choose a block" in inputs.status.text()
    dialog.mainWidget().wrappers["BLOCK"].chooser.set_value("kmeans/1.1.0")
    qtbot.waitUntil(lambda: bool(inputs.fields), timeout=20000)
    assert [one.text() for one in inputs._rows.findChildren(QLabel)] == [
        "Scene to look at (input_image)", "How many classes, 2 to 20 (classes)"]
    assert not inputs.status.isVisible() and inputs.value() == []
    mosaic = pixxel_desk.mosaic(pixxel, aoi)
    look_up(inputs.fields["input_image"], mosaic["name"], qtbot)
    QTest.keyClicks(inputs.fields["classes"], "3")
    assert given(dialog) == ["input_image", mosaic["id"], "classes", "3"]
    parameters = dialog.mainWidget().createProcessingParameters()
    made = run_pixxel("createinsight", **{**parameters, "CONFIRM": True, "NAME": "By the form"})
    (told,) = pixxel.get(f"v0/aoi/{aoi}/insights", id=made["INSIGHT_ID"])["insights"]
    sent = {one["name"]: one for one in told["input"]}
    assert sent["input_image"]["asset_source"]["id"] == mosaic["id"] and sent["classes"]["value"] == "3"


def test_another_block_has_other_inputs_and_keeps_what_fits(opened: Callable[..., Any], aoi: str, qtbot: Any) -> None:
    dialog = opened(AOI=aoi, BLOCK="kmeans/1.0.0", INPUT_VALUES=["input_image", "an-asset", "classes", "4"])
    inputs, block = inputs_of(dialog), dialog.mainWidget().wrappers["BLOCK"].chooser
    assert given(dialog) == ["input_image", "an-asset", "classes", "4"], "before they are known"
    qtbot.waitUntil(lambda: "classes" in inputs.fields, timeout=20000)
    assert given(dialog) == ["input_image", "an-asset", "classes", "4"]
    inputs.fields["input_image"].field.setEditText("another-asset")
    block.set_value("index-threshold/1.0.0")
    qtbot.waitUntil(lambda: "threshold" in inputs.fields, timeout=20000)
    assert list(inputs.fields) == ["input_image", "expression", "threshold"]
    assert given(dialog) == ["input_image", "another-asset"]


def test_a_table_that_is_given_as_text_stays_what_it_says(opened: Callable[..., Any], aoi: str, qtbot: Any) -> None:
    """Scripts and histories may give one so; numbers stay as they were written."""
    dialog = opened(AOI=aoi, BLOCK="kmeans/1.0.0", INPUT_VALUES="input_image, 007,classes,3")
    inputs, cells = inputs_of(dialog), ["input_image", "007", "classes", "3"]
    assert given(dialog) == cells, "before they are known"
    qtbot.waitUntil(lambda: "classes" in inputs.fields, timeout=20000)
    assert given(dialog) == cells and inputs.fields["classes"].text() == "3"
    wrapper = dialog.mainWidget().wrappers[INPUTS]
    wrapper.setParameterValue(None, QgsProcessingContext())
    assert wrapper.parameterValue() == []


def test_a_block_that_cannot_be_read_says_so_and_is_read_again(
    opened: Callable[..., Any], pixxel: PixxelCalls, aoi: str, qtbot: Any
) -> None:
    pixxel.sandbox.fault(operation="getBlockVersion", kind="status", status=404, count=1)
    cells = ["input_image", "an-asset", "classes", "4"]
    dialog = opened(AOI=aoi, BLOCK="kmeans/1.0.0", INPUT_VALUES=cells)
    inputs = inputs_of(dialog)
    qtbot.waitUntil(inputs.again.isVisible, timeout=20000)
    assert "does not know what was asked for" in inputs.status.text() and given(dialog) == cells
    QTest.mouseClick(inputs.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "classes" in inputs.fields, timeout=20000)
    assert given(dialog) == cells and not inputs.again.isVisible()


@pytest.fixture
def saved(pixxel: PixxelCalls, imagery_hub: Any) -> Iterator[str]:
    """A connection of the profile; QGIS's database of keys is open."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword(MASTER, True)
    made = connections.save(Connection("Crops", "pixxel", pixxel.root), {"key": pixxel.ready["api_key"]})
    yield made.name
    assert manager.setMasterPassword(MASTER, True)
    connections.remove(made.name)


def test_a_refused_master_password_is_not_asked_for_at_each_change(
    opened: Callable[..., Any], saved: str, qtbot: Any
) -> None:
    with refused_password() as password:
        cells = ["input_image", "an-asset", "classes", "4"]
        dialog = opened(CONNECTION=saved, AOI="an-area", BLOCK="kmeans/1.0.0", INPUT_VALUES=cells)
        inputs, block = inputs_of(dialog), dialog.mainWidget().wrappers["BLOCK"].chooser
        qtbot.waitUntil(inputs.again.isVisible, timeout=20000)
        assert "master password" in inputs.status.text() and password.times == 1
        for name in ("kmeans/1.1.0", "index-threshold/1.0.0"):
            block.set_value(name)
            qtbot.waitUntil(lambda name=name: inputs._asked == (saved, name), timeout=20000)
            assert "master password" in inputs.status.text() and inputs.again.isVisible()
        assert password.times == 1 and given(dialog) == cells
        QTest.mouseClick(inputs.again, Qt.MouseButton.LeftButton)
        assert password.times == 2, "who tries again is asked"
        assert QgsApplication.authManager().setMasterPassword(MASTER, True)
        block.set_value("kmeans/1.0.0")
        qtbot.waitUntil(lambda: "classes" in inputs.fields, timeout=20000)
        assert given(dialog) == cells and password.times == 2


def test_modeler_and_batch_keep_the_table(run_pixxel: Any) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById(CALLED)
    step = ModelerParametersDialog(algorithm, QgsProcessingModelAlgorithm("m", "m"))
    assert isinstance(step.widget.widget.wrappers[INPUTS], QgsProcessingModelerParameterWidget)
    step.close()
    batch = BatchAlgorithmDialog(algorithm)
    panel = batch.mainWidget()
    wrapper = panel.wrappers[0][panel.parameter_to_column[INPUTS]]
    wrapper.setParameterValue(["classes", "3"], run_pixxel.context)
    assert wrapper.parameterValue() == ["classes", "3"] and not hasattr(wrapper, "inputs")
    batch.close()
