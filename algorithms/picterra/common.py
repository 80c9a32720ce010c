"""What all Picterra algorithms share: their group, their icon, and the parameters that occur again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QIcon

from ...core import compat
from ...core.translation import tr
from ..base import ImageryAlgorithm

ROOT = Path(__file__).resolve().parents[2]
ICONS = ROOT / "icons"
CONFIRM = "CONFIRM"


def groups() -> dict[str, str]:
    """The groups in the toolbox."""
    return {
        "rasters": tr("Picterra: rasters"),
        "folders": tr("Picterra: folders"),
        "detectors": tr("Picterra: detectors"),
        "training": tr("Picterra: training data"),
        "results": tr("Picterra: detection and results"),
        "vectorlayers": tr("Picterra: vector layers"),
        "markers": tr("Picterra: markers"),
        "account": tr("Picterra: account"),
    }


class PicterraAlgorithm(ImageryAlgorithm):
    """``called`` is the name without the platform, ``kind`` the group, ``words`` are further tags."""

    platform_key = "picterra"
    called: ClassVar[str] = ""
    kind: ClassVar[str] = ""

    def name(self) -> str:
        return f"picterra_{self.called}"

    def group(self) -> str:
        return groups()[self.kind]

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return f"picterra_{self.kind}"

    def tags(self) -> list[str]:
        return ["picterra", "forge", *(word for word in self.words().split(",") if word)]

    def words(self) -> str:
        """Further words to find it by, translated, separated by commas."""
        return ""

    def icon(self) -> QIcon:
        picture = ICONS / f"{self.kind}.svg"
        return QIcon(str(picture if picture.exists() else ICONS / "imagery_hub.svg"))

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Our own sentences first: of an empty or damaged file QGIS would only say that it cannot load it."""
        found = self._found(parameters, context)
        return (False, found) if found else super().checkParameterValues(parameters, context)

    # ------------------------------------------------------------------ values
    def text(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A string without the blanks around it; empty when it was not given."""
        return self.parameterAsString(parameters, name, context).strip()

    def whole(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> int | None:
        """A whole number; None when it was not given."""
        return self.parameterAsInt(parameters, name, context) if given(parameters, name) else None

    def real(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> float | None:
        """A number; None when it was not given."""
        return self.parameterAsDouble(parameters, name, context) if given(parameters, name) else None

    def moment(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A moment as the platform reads it, ISO 8601 in UTC; empty when it was not given."""
        if not given(parameters, name):
            return ""
        value: QDateTime = self.parameterAsDateTime(parameters, name, context)
        return value.toUTC().toString(Qt.DateFormat.ISODate) if value.isValid() else ""

    def cells(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[str]:
        """The cells of a table, row by row; none when it was not given."""
        if not given(parameters, name):
            return []
        return [str(value).strip() for value in self.parameterAsMatrix(parameters, name, context)]

    def unconfirmed(self, parameters: dict[str, Any], context: QgsProcessingContext, what: str) -> Iterator[str]:
        """The problem when ``CONFIRM`` is not ticked. ``what`` says what would happen."""
        if not self.parameterAsBoolean(parameters, CONFIRM, context):
            title = self.parameterDefinition(CONFIRM).description()
            yield tr("{what} Tick “{title}” to go on.").format(what=what, title=title)

    def required(
        self, parameters: dict[str, Any], context: QgsProcessingContext, *names: str
    ) -> Iterator[str]:
        """A problem for each of these strings that is blank."""
        for name in names:
            if not self.text(parameters, name, context):
                title = self.parameterDefinition(name).description()
                yield tr("“{parameter}” is empty. Give a value.").format(parameter=title)

    def unknown(self, parameters: dict[str, Any], *names: str) -> Iterator[str]:
        """A problem for each of these choices by name that is not allowed; QGIS would silently take the default."""
        for name in names:
            value, allowed = parameters.get(name), self.parameterDefinition(name).options()
            if isinstance(value, str) and value and value not in allowed:
                names_of_all = ", ".join(allowed)
                yield tr("“{value}” is not allowed. Choose one of {allowed}.").format(value=value, allowed=names_of_all)

    def unreadable(self, parameters: dict[str, Any], context: QgsProcessingContext, *names: str) -> Iterator[str]:
        """A problem for each of these moments that is none; QGIS would silently take it for not given."""
        for name in names:
            if given(parameters, name) and not self.moment(parameters, name, context):
                words = tr("“{parameter}” is “{value}”, which is no date. Give it as in 2024-06-30T12:00:00.")
                title = self.parameterDefinition(name).description()
                yield words.format(parameter=title, value=parameters[name])


def given(parameters: dict[str, Any], name: str) -> bool:
    """Whether a parameter has a value; QGIS gives None, an empty string or a null variant when it has none."""
    value = parameters.get(name)
    return not absent(value) and not (isinstance(value, str) and not value.strip())


def absent(value: Any) -> bool:
    """None or a null variant."""
    return value is None or (hasattr(value, "isNull") and callable(value.isNull) and value.isNull())


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


def number(name: str, title: str, words: str, low: float, high: float, default: float | None = None) -> Any:
    """A number within bounds; optional when it has no default."""
    kind = QgsProcessingParameterNumber.Type.Double
    return helped(QgsProcessingParameterNumber(name, title, kind, default, default is None, low, high), words)


def moment(name: str, title: str) -> Any:
    """An optional moment."""
    return helped(
        QgsProcessingParameterDateTime(name, title, optional=True),
        tr("Date and time. Without a time zone it is this computer's time."),
    )


def confirm(title: str, words: str, destroys: bool = False) -> Any:
    """The box that has to be ticked before something is destroyed or costs money. ``title`` says to what one agrees.

    ``destroys`` True: something is deleted or removed for good; menus put such an algorithm last.
    """
    parameter = QgsProcessingParameterBoolean(CONFIRM, title, defaultValue=False)
    parameter.setMetadata({"destroys": destroys})
    return helped(parameter, words)
