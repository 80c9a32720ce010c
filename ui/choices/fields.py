"""The chooser of an algorithm's parameter for a form of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qgis.core import QgsProcessingParameterDefinition

from ...algorithms.parameters.choice import lister_named
from .chooser import Chooser
from .source import ChoiceSource


def chooser_for(
    definition: QgsProcessingParameterDefinition,
    connection: Callable[[], str],
    values: Callable[[], Mapping[str, str]] = dict,
    several: bool | None = None,
) -> Chooser:
    """It lists what the parameter's own widget in the algorithm's dialog lists. ``several`` None: as the parameter."""
    settings = definition.metadata()["widget_wrapper"]
    lister = str(settings["lister"])
    source = ChoiceSource(settings["platform"], lambda: lister_named(lister), lister, connection, values)
    found = Chooser(source, several=bool(settings["several"]) if several is None else several)
    found.setToolTip(definition.toolTip())
    return found
