"""The plain parameters that algorithms declare again and again, each with its help, and whether one was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ...core import compat
from ...core.translation import tr

CONFIRM = "CONFIRM"
DECIMALS = 9
"""Of numbers in forms: with the six that QGIS shows by itself, a longitude is rounded to a decimetre."""


def given(parameters: dict[str, Any], name: str) -> bool:
    """Whether a parameter has a value; QGIS gives None, an empty string or a null variant when it has none."""
    value = parameters.get(name)
    return not absent(value) and not (isinstance(value, str) and not value.strip())


def absent(value: Any) -> bool:
    """None or a null variant."""
    return value is None or (hasattr(value, "isNull") and callable(value.isNull) and value.isNull())


def file_named(value: Any) -> Path | None:
    """The file that a destination of a layer names; None where QGIS names it. Asking QGIS for it would already open the
    layer at the end."""
    if isinstance(value, QgsProcessingOutputLayerDefinition):
        value = value.sink.staticValue()
    if not isinstance(value, str) or not value or value in ("TEMPORARY_OUTPUT", "memory:"):
        return None
    return Path(value)


def named_files(
    algorithm: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> list[str]:
    """The files of a parameter that takes several, as they are named; QGIS gives an empty name for an empty list."""
    return [one for one in algorithm.parameterAsFileList(parameters, name, context) if one.strip()]


def helped(parameter: QgsProcessingParameterDefinition, words: str) -> Any:
    """The parameter with its help."""
    parameter.setHelp(words)
    return parameter


def advanced(parameter: QgsProcessingParameterDefinition) -> Any:
    """The parameter among the advanced ones."""
    compat.make_advanced(parameter)
    return parameter


def string(name: str, title: str, words: str, default: str | None = None, optional: bool = True) -> Any:
    """A string parameter."""
    return helped(QgsProcessingParameterString(name, title, defaultValue=default, optional=optional), words)


def integer(name: str, title: str, words: str, low: float, high: float, default: int | None = None) -> Any:
    """A whole number within bounds; optional when it has no default."""
    kind = QgsProcessingParameterNumber.Type.Integer
    return helped(
        QgsProcessingParameterNumber(name, title, kind, default, default is None, low, high), words
    )


def number(
    name: str, title: str, words: str, low: float, high: float, default: float | None = None, decimals: int = DECIMALS
) -> Any:
    """A number within bounds; optional when it has no default. ``decimals``: how many its field shows, and keeps of a
    value that a form is filled with."""
    kind = QgsProcessingParameterNumber.Type.Double
    made = QgsProcessingParameterNumber(name, title, kind, default, default is None, low, high)
    return helped(precise(made, decimals), words)


def precise(parameter: QgsProcessingParameterNumber, decimals: int = DECIMALS) -> QgsProcessingParameterNumber:
    """The parameter with as many decimals in its field."""
    parameter.setMetadata({**parameter.metadata(), "widget_wrapper": {"decimals": decimals}})
    return parameter


def moment(name: str, title: str) -> Any:
    """An optional moment."""
    return helped(
        QgsProcessingParameterDateTime(name, title, optional=True),
        tr("Date and time. Without a time zone it is this computer's time."),
    )


def choice(name: str, title: str, words: str, values: Sequence[str], default: str | None = None) -> Any:
    """One of the platform's own words, which are not translated; optional when it has no default."""
    parameter = QgsProcessingParameterEnum(name, title, list(values), False, default, default is None, True)
    return helped(parameter, words)


def typed_name(what: str) -> Any:
    """The name of what is deleted for good, which the user has to type. ``what`` says what goes with it."""
    parameter = QgsProcessingParameterString(CONFIRM, tr("Type its name to delete it"))
    parameter.setMetadata({"destroys": True})
    return helped(parameter, what)


def confirm(title: str, words: str, destroys: bool = False) -> Any:
    """The box that has to be ticked before something is destroyed or costs money. ``title`` says to what one agrees.

    ``destroys`` True: something is deleted or removed for good; menus put such an algorithm last.
    """
    parameter = QgsProcessingParameterBoolean(CONFIRM, title, defaultValue=False)
    parameter.setMetadata({"destroys": destroys})
    return helped(parameter, words)
