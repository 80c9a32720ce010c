"""Choices from the platform in the real program: Processing's dialog offers them, the modeler keeps its own widgets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QDialog, QToolButton
from sandbox_images import squares_image
from sandbox_picterra import PicterraCalls
from sandbox_process import PICTERRA_KEY, ROOT, SandboxProcess

ALGORITHM = "imageryhub:picterra_rundetector"
MODEL = ROOT / "models" / "picterra_detect_objects.model3"


def wait(for_what: Callable[[], Any]) -> None:
    for _ in range(200):
        if for_what():
            return
        QTest.qWait(50)
    pytest.fail("It did not come about in 10 s.")


def keep_picture(name: str) -> None:
    """The whole screen, pop-ups included."""
    QTest.qWait(300)
    picture = Path(os.environ["PICTURES"]) / name
    picture.unlink(missing_ok=True)
    assert QApplication.primaryScreen().grabWindow(0).save(str(picture))
    assert picture.stat().st_size > 10_000


@pytest.fixture
def rasters(sandbox: SandboxProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Three rasters on the platform, by name; the connection comes from the environment."""
    monkeypatch.setenv("PICTERRA_API_KEY", PICTERRA_KEY)
    monkeypatch.setenv("PICTERRA_BASE_URL", sandbox.address)
    image = squares_image(tmp_path / "a.tif", [], [])
    calls = PicterraCalls(sandbox)
    return {name: calls.upload_raster(image, name=name) for name in ("North field", "South field", "Orchard")}


@pytest.fixture
def show() -> Iterator[Callable[[QDialog], QDialog]]:
    shown: list[QDialog] = []

    def show(dialog: QDialog) -> QDialog:
        shown.append(dialog)
        dialog.show()
        dialog.move(60, 40)
        QTest.qWait(300)
        return dialog

    yield show
    for dialog in shown:
        dialog.close()
    QTest.qWait(100)


def test_a_raster_is_searched_for_and_chosen_in_the_algorithm_dialog(
    rasters: dict[str, str], show: Callable[[QDialog], QDialog]
) -> None:
    import processing

    dialog = show(processing.createAlgorithmDialog(ALGORITHM, {}))
    (connection,) = dialog.findChildren(QComboBox, "imageryHubConnection")
    assert "PICTERRA_API_KEY" in connection.currentText()
    chooser = dialog.mainWidget().wrappers["RASTER"].chooser
    assert chooser.button.isVisible()
    QTest.mouseClick(chooser.button, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert type(popup).__name__ == "ChoicePopup"  # another class of that name once the plugin was loaded anew
    wait(lambda: popup.list.count() == len(rasters))
    keep_picture("choices.png")
    QTest.keyClicks(popup.search, "orch")
    wait(lambda: [popup.list.item(row).text() for row in range(popup.list.count())] == ["Orchard"])
    QTest.mouseClick(
        popup.list.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        popup.list.visualItemRect(popup.list.item(0)).center(),
    )
    assert not popup.isVisible()
    assert chooser.field.currentText() == "Orchard"
    assert dialog.mainWidget().wrappers["RASTER"].parameterValue() == rasters["Orchard"]
    keep_picture("algorithm_dialog.png")


def test_the_modeler_offers_the_outputs_of_earlier_steps(show: Callable[[QDialog], QDialog]) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(MODEL))
    identity = next(child.childId() for child in model.childAlgorithms().values() if child.algorithmId() == ALGORITHM)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(ALGORITHM)
    dialog = show(ModelerParametersDialog(algorithm, model, identity))
    for name in ("RASTER", "DETECTOR", "CONNECTION"):
        widget = dialog.widget.widget.wrappers[name]
        assert isinstance(widget, QgsProcessingModelerParameterWidget)
        (button,) = (one for one in widget.findChildren(QToolButton) if one.menu() is not None)
        button.menu().aboutToShow.emit()
        assert {"Value", "Model Input", "Algorithm Output"} <= {action.text() for action in button.menu().actions()}
    keep_picture("modeler_step.png")


@pytest.mark.parametrize("path", sorted(MODEL.parent.glob("*.model3")), ids=lambda path: path.stem)
def test_the_shipped_models_open_in_the_modeler(path: Path) -> None:
    from processing.modeler.ModelerDialog import ModelerDialog

    model = QgsProcessingModelAlgorithm()
    assert model.fromFile(str(path))
    dialog = ModelerDialog.create(model)
    dialog.resize(1400, 900)
    dialog.show()
    try:
        dialog.view().fitInView(dialog.view().scene().itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
        keep_picture("modeler.png" if path == MODEL else f"modeler_{path.stem}.png")
        assert len(dialog.model().childAlgorithms()) == len(model.childAlgorithms()) > 1
        assert all(step.algorithm() is not None for step in dialog.model().childAlgorithms().values())
    finally:
        dialog.setDirty(False)  # or closing asks
        dialog.close()


@pytest.mark.parametrize("name", ["pixxelscenetopixel", "pix4dorthotoannotations", "pixelsearchtoproduct"])
def test_the_dialog_of_a_model_that_crosses_platforms(show: Callable[[QDialog], QDialog], name: str) -> None:
    """Each platform's connection beside what is chosen of it."""
    import processing

    dialog = show(processing.createAlgorithmDialog(f"imageryhub:{name}", {}))
    dialog.resize(1000, 760)
    keep_picture(f"model_{name}.png")
    wrappers = dialog.mainWidget().wrappers
    for one in dialog.algorithm().parameterDefinitions():
        widget = one.metadata().get("widget_wrapper") or {}
        if "class" in widget:
            ours = type(wrappers[one.name()]).__name__.replace("Wrapper", "Widget")
            assert widget["class"].rpartition(".")[2] == ours, one.name()
