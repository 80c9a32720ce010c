"""Pixel's forms in the real program, by mouse and keyboard: rules for rasters, and the mapping of a harvest service."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hands
import pytest
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildParameterSource,
)
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QApplication, QComboBox, QDialog, QDialogButtonBox, QToolButton, QWidget
from sandbox_pixel import PixelCalls, environment
from sandbox_process import SandboxProcess

MASTER = "master-of-the-test"


def wait(for_what: Callable[[], Any]) -> None:
    for _ in range(200):
        if for_what():
            return
        QTest.qWait(50)
    pytest.fail("It did not come about in 10 s.")


def keep_picture(widget: QWidget, name: str) -> None:
    QTest.qWait(300)
    picture = Path(os.environ["PICTURES"]) / name
    picture.unlink(missing_ok=True)
    assert widget.window().grab().save(str(picture))
    assert picture.stat().st_size > 5_000


def click(widget: QWidget) -> None:
    assert widget.isVisible()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


@pytest.fixture
def pixel(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> PixelCalls:
    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    return PixelCalls(sandbox)


@pytest.fixture
def show() -> Iterator[Callable[[QDialog], QDialog]]:
    shown: list[QDialog] = []

    def show(dialog: QDialog) -> QDialog:
        shown.append(dialog)
        dialog.show()
        dialog.move(40, 20)
        dialog.resize(1000, 760)
        QTest.qWait(300)
        return dialog

    yield show
    for dialog in shown:
        dialog.close()
    QTest.qWait(100)


def seen(dialog: Any, name: str) -> Any:
    """The form of a parameter, scrolled into view."""
    field = dialog.mainWidget().wrappers[name].field
    area = field.parentWidget()
    while area is not None and not hasattr(area, "ensureWidgetVisible"):
        area = area.parentWidget()
    if area is not None:
        area.ensureWidgetVisible(field)
    QTest.qWait(100)
    return field


def test_rules_are_chosen_as_the_type_allows(pixel: PixelCalls, show: Callable[[QDialog], QDialog]) -> None:
    import processing

    dialog: Any = show(processing.createAlgorithmDialog("imageryhub:pixel_createcollection", {
        "PROJECT": pixel.project(), "NAME": "Orthophotos May"}))
    wrapper = dialog.mainWidget().wrappers["TYPE"]
    kind = wrapper.wrappedWidget().findChild(QComboBox) or wrapper.wrappedWidget()
    hands.choose_in_list(kind, "RGB")
    field = seen(dialog, "RULES")
    form = field.form
    assert [form.combo("num_bands").itemText(row) for row in range(form.combo("num_bands").count())] == ["3", "4"]
    hands.choose_in_list(form.combo("num_bands"), "4")
    QTest.keyClicks(form.width, "0.1")
    assert json.loads(field.value()) == {
        "format": "GTiff", "data_type": "uint8", "num_bands": 4, "cell_size": [0.1, 0.1]
    }
    keep_picture(dialog, "pixel_rules.png")
    click(field.switch)
    assert field.plain.isVisible()
    keep_picture(dialog, "pixel_rules_text.png")
    click(field.switch)
    hands.choose_in_list(kind, "image")
    assert form.none.isVisible()


def test_the_modeler_opens_the_form_beside_its_own_widget(show: Callable[[QDialog], QDialog]) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    algorithm = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:pixel_createcollection")
    dialog: Any = show(ModelerParametersDialog(algorithm, QgsProcessingModelAlgorithm("m", "m")))
    wrappers = dialog.widget.widget.wrappers
    wrappers["TYPE"].setWidgetValue(QgsProcessingModelChildParameterSource.fromStaticValue("RGB"))
    target = wrappers["RULES"]
    click(target.findChild(QToolButton, "imageryHubModelForm"))
    wait(lambda: dialog.findChild(QDialog, "imageryHubModelFormDialog"))
    form = dialog.findChild(QDialog, "imageryHubModelFormDialog")
    hands.choose_in_list(form.field.form.combo("format"), "JPEG")
    keep_picture(form, "pixel_model_form.png")
    click(form.buttons.button(QDialogButtonBox.StandardButton.Ok))
    assert json.loads(target.value().staticValue()) == {"format": "JPEG", "data_type": "uint8", "num_bands": 3}
    keep_picture(dialog, "pixel_model_step.png")


def test_fields_are_mapped_from_what_the_source_has(
    pixel: PixelCalls, sandbox: SandboxProcess, show: Callable[[QDialog], QDialog]
) -> None:
    import processing

    portal = sandbox.control("GET", "pixel/source")
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword(MASTER, True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("Road portal")
    config.setConfig("username", portal["username"])
    config.setConfig("password", portal["password"])
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    try:
        dialog: Any = show(processing.createAlgorithmDialog("imageryhub:pixel_createharvestservice", {
            "COLLECTION": pixel.collection(pixel.project()), "NAME": "Road photos", "AUTH": config.id(),
            "SOURCE": sandbox.address + portal["layer"], "WHERE": "reviewed = 1"}))
        field = seen(dialog, "FIELD_MAPPING")
        form = field.form
        click(form.read)
        wait(lambda: "fields" in form.status.text())
        for external, target in (("photo_title", "Image: name"), ("geometry", "Image: location"),
                                 ("compass", "ImageMetadata: cam_heading"), ("road_number", "Metadata, as it is")):
            click(form.add)
            hands.choose_in_list(form.rows[-1].external, external)
            if form.rows[-1].target.currentText() != target:
                hands.choose_in_list(form.rows[-1].target, target)
        assert len(json.loads(field.value())["maps"]) == 3
        keep_picture(dialog, "pixel_mapping.png")
    finally:
        manager.removeAuthenticationConfig(config.id())
    assert QApplication.activePopupWidget() is None
