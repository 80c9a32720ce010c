"""Where QGIS versions from 3.22 to 4 differ."""

from __future__ import annotations

from typing import Any

from qgis.core import (
    Qgis,
    QgsField,
    QgsLocatorResult,
    QgsMapLayerType,
    QgsProcessingAlgorithm,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QMetaType, QVariant

try:
    from qgis.PyQt.QtGui import QAction, QActionGroup, QShortcut, QUndoCommand, QUndoStack
except ImportError:
    from qgis.PyQt.QtWidgets import QAction, QActionGroup, QShortcut, QUndoCommand, QUndoStack

__all__ = [
    "QAction",
    "QActionGroup",
    "QShortcut",
    "QUndoCommand",
    "QUndoStack",
    "add_flag",
    "hide_from_toolbox",
    "hide_parameter",
    "is_hidden",
    "is_optional",
    "kept_in",
    "layer_type",
    "make_advanced",
    "make_field",
]

#: From here on QgsField takes QMetaType; before, QVariant's types.
META_TYPES_FROM = 33800
_FIELD_TYPES = {
    "text": ("QString", "String"),
    "integer": ("Int", "Int"),
    "long": ("LongLong", "LongLong"),
    "real": ("Double", "Double"),
    "boolean": ("Bool", "Bool"),
    "date": ("QDate", "Date"),
    "moment": ("QDateTime", "DateTime"),
}


def make_field(name: str, kind: str, length: int = 0, comment: str = "") -> QgsField:
    """A field; ``kind`` is text, integer, long, real, boolean, date or moment."""
    new, old = _FIELD_TYPES[kind]
    field_type = getattr(QMetaType.Type, new) if Qgis.QGIS_VERSION_INT >= META_TYPES_FROM else getattr(QVariant, old)
    return QgsField(name, field_type, len=length, comment=comment)


def hide_parameter(parameter: QgsProcessingParameterDefinition) -> None:
    """Keep a parameter out of dialogs and of the modeler."""
    add_flag(parameter, "FlagHidden", "Hidden")


def is_hidden(parameter: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter is kept out of dialogs."""
    return bool(parameter.flags() & _flag("FlagHidden", "Hidden"))


def make_advanced(parameter: QgsProcessingParameterDefinition) -> None:
    """Put a parameter among the advanced ones."""
    add_flag(parameter, "FlagAdvanced", "Advanced")


def is_optional(parameter: QgsProcessingParameterDefinition) -> bool:
    """Whether a parameter may be left out."""
    return bool(parameter.flags() & _flag("FlagOptional", "Optional"))


def add_flag(parameter: QgsProcessingParameterDefinition, old: str, new: str) -> None:
    """Set a flag by its name before and since 3.36."""
    parameter.setFlags(parameter.flags() | _flag(old, new))


def _flag(old: str, new: str) -> Any:
    scope = getattr(Qgis, "ProcessingParameterFlag", None)
    return getattr(scope, new) if scope is not None else getattr(QgsProcessingParameterDefinition.Flag, old)


def hide_from_toolbox(flags: QgsProcessingAlgorithm.Flags) -> QgsProcessingAlgorithm.Flags:
    """The flags of an algorithm that is for models and scripts, not for the toolbox."""
    scope = getattr(Qgis, "ProcessingAlgorithmFlag", None)
    return flags | (scope.HideFromToolbox if scope is not None else QgsProcessingAlgorithm.Flag.FlagHideFromToolbox)


def kept_in(result: QgsLocatorResult) -> Any:
    """What a result of the locator bar was made with; a method tells it until a version between 3.22 and 3.40."""
    return result.getUserData() if hasattr(result, "getUserData") else result.userData


def layer_type(name: str) -> Any:
    """The type of layers called ``Raster`` or ``Vector``; its enum has had another name since 3.30."""
    scope = getattr(Qgis, "LayerType", None)
    return getattr(scope, name) if scope is not None else getattr(QgsMapLayerType, f"{name}Layer")
