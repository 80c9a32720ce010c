"""Numbers in forms: what is typed or filled in stays there and is given, not a rounded one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingParameterNumber
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QLineEdit, QVBoxLayout, QWidget

Field = tuple[QgsAbstractProcessingParameterWidgetWrapper, QDoubleSpinBox, QLineEdit]
NUMBERS = [("descarteslabs_addband", "RESOLUTION", "0.00008983"),
           ("descarteslabs_addimage", "CLOUD_FRACTION", "0.123456789"),
           ("pix4d_editgcp", "X", "10.123456789"), ("comparewithtruth", "IOU", "0.12345678")]


@pytest.fixture
def field(imagery_hub: Any, qtbot: Any) -> Callable[[str, str], Field]:
    """``field(algorithm, parameter)``: its wrapper, its field, and one beside it."""
    kept: list[Any] = []

    def field(called: str, name: str) -> Field:
        algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{called}")
        wrapper = QgsGui.processingGuiRegistry().createParameterWidgetWrapper(
            algorithm.parameterDefinition(name), QgsProcessingGui.WidgetType.Standard)
        context, form, beside = QgsProcessingContext(), QWidget(), QLineEdit()
        kept.extend((algorithm, wrapper, context, form))
        qtbot.addWidget(form)
        layout, spin = QVBoxLayout(form), wrapper.createWrappedWidget(context)
        layout.addWidget(spin)
        layout.addWidget(beside)
        form.show()
        form.activateWindow()
        assert QTest.qWaitForWindowActive(form)
        return wrapper, spin, beside

    return field


@pytest.mark.parametrize(("called", "name", "typed"), NUMBERS)
def test_a_number_stays_as_it_was_typed(field: Any, called: str, name: str, typed: str) -> None:
    wrapper, spin, beside = field(called, name)
    spin.setFocus()
    spin.selectAll()
    QTest.keyClicks(spin, typed)
    beside.setFocus()
    assert wrapper.parameterValue() == float(typed)
    assert spin.text().rstrip("0") == typed.rstrip("0"), "what is shown is what is sent"
    spin.setFocus()  # the last digit is typed again: the rest is taken from what is shown
    spin.findChild(QLineEdit).setCursorPosition(len(typed))
    QTest.keyClick(spin, Qt.Key.Key_Backspace)
    QTest.keyClicks(spin, typed[-1])
    beside.setFocus()
    assert wrapper.parameterValue() == float(typed)


@pytest.mark.parametrize(("called", "name", "given"), NUMBERS)
def test_a_number_stays_as_a_form_was_filled_with_it(field: Any, called: str, name: str, given: str) -> None:
    wrapper, spin, _ = field(called, name)
    wrapper.setParameterValue(float(given), QgsProcessingContext())  # from the history, or an entry that is there
    assert wrapper.parameterValue() == float(given)


def test_every_number_of_every_form_keeps_nine_decimals(imagery_hub: Any) -> None:
    short = {f"{one.name()}:{each.name()}" for one in imagery_hub.algorithms() for each in one.parameterDefinitions()
             if isinstance(each, QgsProcessingParameterNumber)
             and each.dataType() == QgsProcessingParameterNumber.Type.Double
             and each.metadata().get("widget_wrapper", {}).get("decimals", 6) < 9}
    assert short == set()
