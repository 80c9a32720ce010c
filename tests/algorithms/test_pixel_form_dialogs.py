"""The forms of Pixel in Processing's dialogs: filled in by hand, QGIS's own widgets in the modeler and in batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from imagery_hub.algorithms.parameters.pixel_forms import filter_parameter, filter_problems
from imagery_hub.algorithms.pixel.common import PixelAlgorithm
from imagery_hub.providers.pixel.service_records import SEARCH_ON
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingParameterEnum,
)
from qgis.gui import QgsProcessingModelerParameterWidget
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLineEdit, QPlainTextEdit, QToolButton
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

FORMS = (("pixel_createcollection", "RULES"), ("pixel_createharvestservice", "FIELD_MAPPING"),
         ("pixel_updateharvestservice", "FIELD_MAPPING"))


class Searching(PixelAlgorithm):
    """As the search declares its filter."""

    called, kind = "testsearching", "searches"

    def displayName(self) -> str:
        return "Searching"

    def initAlgorithm(self, configuration: Any = None) -> None:
        super().initAlgorithm(configuration)
        on = QgsProcessingParameterEnum("ON", "On", list(SEARCH_ON), defaultValue="images", usesStaticStrings=True)
        self.addParameter(on)
        self.addParameter(filter_parameter("FILTER", "ON"))

    def problems(self, parameters: Any, context: Any) -> Iterator[str]:
        yield from filter_problems(self.text(parameters, "FILTER", context))


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
def opened(run_pixel: Any) -> Iterator[Callable[..., Any]]:
    """``opened(name)`` gives the dialog of an algorithm, its connection in the environment."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    shown: list[Any] = []

    def opened(algorithm: Any, **values: Any) -> Any:
        if isinstance(algorithm, str):
            algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{algorithm}")
        dialog = AlgorithmDialog(algorithm)
        if values:
            dialog.setParameters(values)
        dialog.show()
        shown.append(dialog)
        return dialog

    yield opened
    for dialog in shown:
        dialog.close()


def field(dialog: Any, name: str) -> Any:
    return dialog.mainWidget().wrappers[name].field


def values(dialog: Any) -> Any:
    return dialog.mainWidget().createProcessingParameters()


def choose(combo: QComboBox, text: str) -> None:
    index = combo.findText(text)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def click(button: Any) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_rules_follow_the_type_and_make_a_collection(
    opened: Callable[..., Any], run_pixel: Any, pixel: PixelCalls
) -> None:
    project = pixel.project()
    dialog = opened("pixel_createcollection", PROJECT=project, NAME="Terrain")
    form = field(dialog, "RULES").form
    kind = dialog.mainWidget().wrappers["TYPE"].wrappedWidget().findChild(QComboBox)
    kind = kind or dialog.mainWidget().wrappers["TYPE"].wrappedWidget()
    assert form.none.isVisible(), "the usual type is image"
    choose(kind, "DTM")
    assert not form.none.isVisible()
    choose(form.combo("data_type"), "float64")
    QTest.keyClicks(form.width, "2")
    given = values(dialog)
    made = run_pixel("createcollection", **given)
    (one,) = (one for key, one in made.items() if key == "COLLECTION_ID")
    assert pixel.read(one)["raster_info"] == {
        "format": "GTiff", "data_type": "float64", "num_bands": 1, "cell_size": [2.0, 2.0]
    }


def test_objects_are_taken_as_their_text_is(run_pixel: Any, pixel: PixelCalls) -> None:
    project = pixel.project("Ring road")
    pixel.project("Tunnels")
    made = run_pixel("createcollection", PROJECT=project, NAME="Heights", TYPE="DSM", RULES={"data_type": "float32"})
    assert pixel.read(made["COLLECTION_ID"])["raster_info"] == {
        "format": "GTiff", "data_type": "float32", "num_bands": 1
    }
    found = run_pixel("search", ON="projects", FILTER={"==": [{"var": "name"}, "Tunnels"]}, OUTPUT="TEMPORARY_OUTPUT")
    assert found["COUNT"] == 1
    wrong = run_pixel.fails("createcollection", PROJECT=project, NAME="Odd", TYPE="RGB", RULES={"data_type": "int16"})
    assert "int16" in wrong


@pytest.mark.parametrize("as_object", [False, True])
def test_rules_of_an_earlier_run_are_shown_again(opened: Callable[..., Any], as_object: bool) -> None:
    rules = {"format": "JPEG", "data_type": "uint8", "num_bands": 4, "srid": 25833}
    dialog = opened("pixel_createcollection", TYPE="RGB", RULES=rules if as_object else json.dumps(rules))
    form = field(dialog, "RULES").form
    assert form.isVisible()
    assert form.combo("format").currentText() == "JPEG"
    assert form.system.crs().authid() == "EPSG:25833"
    assert json.loads(dialog.mainWidget().wrappers["RULES"].parameterValue()) == rules


def test_the_filter_offers_what_the_platform_can_filter_by(
    opened: Callable[..., Any], hub: Any, pixel: PixelCalls, qtbot: Any
) -> None:
    pixel.collection(pixel.project())
    dialog = opened(hub(Searching))
    form = field(dialog, "FILTER").form
    click(form.group.add_condition)
    row = form.group.parts[0]
    wanted = pixel.get("search/info", on="images")["filterable"]
    qtbot.waitUntil(lambda: row.field.count() > 0)
    assert [row.field.itemText(one) for one in range(row.field.count())] == wanted
    choose(row.field, "name")
    QTest.keyClicks(row.value.line, "pier")
    assert json.loads(values(dialog)["FILTER"]) == {"==": [{"var": "name"}, "pier"]}
    choose(dialog.mainWidget().wrappers["ON"].wrappedWidget().findChild(QComboBox)
           or dialog.mainWidget().wrappers["ON"].wrappedWidget(), "projects")
    wanted = pixel.get("search/info", on="projects")["filterable"]
    qtbot.waitUntil(lambda: [row.field.itemText(one) for one in range(row.field.count())] == wanted)


@pytest.fixture
def portal(sandbox: SandboxProcess) -> Any:
    told = sandbox.control("GET", "pixel/source")
    return {**told, "url": sandbox.address + told["layer"]}


@pytest.fixture
def login(portal: Any) -> Iterator[str]:
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("test-master", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("Portal")
    config.setConfig("username", portal["username"])
    config.setConfig("password", portal["password"])
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    yield config.id()
    manager.removeAuthenticationConfig(config.id())


@pytest.mark.needs_assumed("pixel HarvestService.field_mappings")
def test_the_mapping_reads_the_source_and_the_service(
    opened: Callable[..., Any], run_pixel: Any, pixel: PixelCalls, portal: Any, login: str, qtbot: Any
) -> None:
    place = pixel.collection(pixel.project())
    dialog = opened("pixel_createharvestservice", COLLECTION=place, NAME="Road photos", SOURCE=portal["url"],
                    AUTH=login)
    form = field(dialog, "FIELD_MAPPING").form
    click(form.read)
    qtbot.waitUntil(lambda: "fields" in form.status.text(), timeout=20000)
    click(form.add)
    row = form.rows[0]
    offered = [row.external.itemText(one) for one in range(row.external.count())]
    assert offered == ["geometry", *portal["fields"]]
    choose(row.external, "photo_title")
    choose(row.target, "Image: name")
    given = values(dialog)
    assert given["AUTH"] == login
    service = run_pixel("createharvestservice", **given)["SERVICE_ID"]
    again = opened("pixel_updateharvestservice", COLLECTION=place, SERVICE=service)
    form = field(again, "FIELD_MAPPING").form
    click(form.load)
    qtbot.waitUntil(lambda: len(form.rows) == 1, timeout=20000)
    choose(form.rows[0].operation, "Remove")
    assert json.loads(values(again)["FIELD_MAPPING"]) == {
        "maps": [{"operation": "remove", "model": "Image", "field_name": "name"}]
    }


@pytest.mark.parametrize(("called", "name"), FORMS)
def test_the_modeler_keeps_its_own_widget_with_algorithm_output(imagery_hub: Any, called: str, name: str) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm("m", "m")
    first = QgsProcessingModelChildAlgorithm("imageryhub:pixel_getharvestservice")
    first.setChildId("first")
    model.addChildAlgorithm(first)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{called}")
    dialog = ModelerParametersDialog(algorithm, model)
    widget = dialog.widget.widget.wrappers[name]
    assert isinstance(widget, QgsProcessingModelerParameterWidget)
    entries = [action.text() for button in widget.findChildren(QToolButton) if button.menu() is not None
               for action in (button.menu().aboutToShow.emit(), *button.menu().actions()) if action is not None]
    assert {"Value", "Algorithm Output"} <= set(entries)
    widget.setWidgetValue(_static('{"extra_fields": ["road"]}'))
    assert widget.value().staticValue() == '{"extra_fields": ["road"]}'
    dialog.close()


def test_the_modeler_opens_the_form_beside_its_own_widget(imagery_hub: Any, qtbot: Any) -> None:
    from processing.modeler.ModelerParametersDialog import ModelerParametersDialog

    model = QgsProcessingModelAlgorithm("m", "m")
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("imageryhub:pixel_createcollection")
    dialog = ModelerParametersDialog(algorithm, model)
    qtbot.addWidget(dialog)
    dialog.show()
    wrappers = dialog.widget.widget.wrappers
    wrappers["TYPE"].setWidgetValue(_static("DTM"))
    target = wrappers["RULES"]
    target.setWidgetValue(_static('{"data_type": "float64"}'))
    button = target.findChild(QToolButton, "imageryHubModelForm")
    click(button)
    opened = dialog.findChild(QDialog, "imageryHubModelFormDialog")
    form = opened.field.form
    assert form.isVisible()
    assert form.combo("data_type").currentText() == "float64"
    assert not form.combo("format").isEnabled(), "of a DTM there is one format"
    QTest.keyClicks(form.width, "0.5")
    click(opened.buttons.button(QDialogButtonBox.StandardButton.Ok))
    assert json.loads(target.value().staticValue()) == {
        "format": "GTiff", "data_type": "float64", "num_bands": 1, "cell_size": [0.5, 0.5]
    }
    click(button)
    again = next(one for one in dialog.findChildren(QDialog, "imageryHubModelFormDialog") if one.isVisible())
    QTest.keyClicks(again.field.form.width, "9")
    click(again.buttons.button(QDialogButtonBox.StandardButton.Cancel))
    assert json.loads(target.value().staticValue())["cell_size"] == [0.5, 0.5]
    dialog.close()


def _static(text: str) -> Any:
    from qgis.core import QgsProcessingModelChildParameterSource

    return QgsProcessingModelChildParameterSource.fromStaticValue(text)


@pytest.mark.parametrize(("called", "name"), FORMS)
def test_the_batch_table_takes_the_text(imagery_hub: Any, called: str, name: str) -> None:
    from processing.gui.BatchAlgorithmDialog import BatchAlgorithmDialog

    dialog = BatchAlgorithmDialog(QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{called}"))
    panel = dialog.mainWidget()
    wrapper = panel.wrappers[0][panel.parameter_to_column[name]]
    edit = wrapper.wrappedWidget()
    assert isinstance(edit, (QLineEdit, QPlainTextEdit))
    QTest.keyClicks(edit, "{}")
    assert wrapper.parameterValue() == "{}"
    dialog.close()
