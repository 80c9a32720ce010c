"""What differs between QGIS versions gives the same here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from imagery_hub.core import compat
from qgis.core import (
    QgsFeature,
    QgsFields,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterString,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QDate, QDateTime, Qt

pytestmark = pytest.mark.usefixtures("qgis_app")

VALUES = {
    "text": "ü",
    "integer": 7,
    "long": 2**40,
    "real": 1.5,
    "boolean": True,
    "date": QDate(2024, 6, 2),
    "moment": QDateTime(2024, 6, 2, 9, 41, 0, 0, Qt.TimeSpec.UTC),
}


@pytest.mark.parametrize("floor", ["core", "algorithms", "ui"])
def test_zip_is_called_as_python_3_9_knows_it(floor: str) -> None:
    """The oldest Python beside a QGIS 3.22 has no ``strict``; mypy looks after providers/."""
    sources = sorted((Path(compat.__file__).resolve().parents[1] / floor).rglob("*.py"))
    assert sources
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
                assert not node.keywords, f"{source.name}:{node.lineno}"


@pytest.mark.parametrize("kind", list(VALUES))
def test_a_field_of_each_kind_keeps_its_value(kind: str) -> None:
    layer = QgsVectorLayer("None", "table", "memory")
    fields = QgsFields()
    fields.append(compat.make_field("a", kind))
    assert layer.dataProvider().addAttributes(fields.toList())
    layer.updateFields()
    feature = QgsFeature(layer.fields())
    feature.setAttribute("a", VALUES[kind])
    fine, _ = layer.dataProvider().addFeatures([feature])
    assert fine
    assert next(layer.getFeatures())["a"] == VALUES[kind]


def test_flags_of_parameters() -> None:
    hidden, advanced = QgsProcessingParameterString("A"), QgsProcessingParameterString("B")
    compat.hide_parameter(hidden)
    compat.make_advanced(advanced)
    assert hidden.flags() & QgsProcessingParameterDefinition.Flag.FlagHidden
    assert not hidden.flags() & QgsProcessingParameterDefinition.Flag.FlagAdvanced
    assert advanced.flags() & QgsProcessingParameterDefinition.Flag.FlagAdvanced


def test_an_algorithm_hidden_from_the_toolbox_keeps_its_other_flags() -> None:
    usual = QgsProcessingAlgorithm.Flag.FlagCanCancel | QgsProcessingAlgorithm.Flag.FlagSupportsBatch
    flags = compat.hide_from_toolbox(usual)
    assert flags & QgsProcessingAlgorithm.Flag.FlagHideFromToolbox
    assert flags & QgsProcessingAlgorithm.Flag.FlagCanCancel
