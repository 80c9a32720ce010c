"""The values of other parameters, as a form asks for them."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterEnum


def text_of(definition: QgsProcessingParameterDefinition, value: Any) -> str:
    """A value as a text; a choice, which may come as its number, by its name. Empty for none."""
    if isinstance(definition, QgsProcessingParameterEnum) and isinstance(value, int):
        value = definition.options()[value]
    return "" if value is None else str(value)
