"""The base of the algorithms of a platform: how they are named, grouped and found, and how values are read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from qgis.core import QgsProcessingContext
from qgis.PyQt.QtCore import QDateTime, Qt
from qgis.PyQt.QtGui import QIcon

from ..core.icons import icon
from ..core.translation import tr
from ..core.undoing import Undo, undoing
from ..providers.work import Work
from .base import ImageryAlgorithm
from .parameters.connection import CONNECTION
from .parameters.plain import CONFIRM, given
from .parameters.table import table_cells


class PlatformAlgorithm(ImageryAlgorithm):
    """``called`` is the name without the platform, ``kind`` the group. Each platform derives a class of its own, which
    says ``platform_key``, :meth:`groups` and, where the platform has other names, ``brands``.
    """

    called: ClassVar[str] = ""
    kind: ClassVar[str] = ""
    brands: ClassVar[tuple[str, ...]] = ()
    #: The parameter of the entry that it changes, where :meth:`as_it_is` tells the others.
    changes: ClassVar[str] = ""

    def as_it_is(self, platform: Any, identity: str, work: Work) -> dict[str, Any]:
        """The parameters that say an entry as it is now; its dialog is filled with them where it is opened on that
        entry. Sends requests: not for the main thread."""
        return {}

    @classmethod
    def groups(cls) -> dict[str, str]:
        """The titles of the platform's groups in the toolbox, by ``kind``."""
        raise NotImplementedError

    def name(self) -> str:
        return f"{self.platform_key}_{self.called}"

    def group(self) -> str:
        return self.groups()[self.kind]

    def groupId(self) -> str:  # noqa: N802 - QGIS's name
        return f"{self.platform_key}_{self.kind}"

    def tags(self) -> list[str]:
        return [self.platform_key, *self.brands, *(word for word in self.words().split(",") if word)]

    def words(self) -> str:
        """Further words to find it by, translated, separated by commas."""
        return ""

    def icon(self) -> QIcon:
        return icon(self.kind)

    def checkParameterValues(  # noqa: N802 - QGIS's name
        self, parameters: dict[str, Any], context: QgsProcessingContext
    ) -> tuple[bool, str]:
        """Our own sentences first: of an empty or damaged file QGIS would only say that it cannot load it."""
        found = self._found(parameters, context)
        return (False, found) if found else super().checkParameterValues(parameters, context)

    # ------------------------------------------------------------------ what can be taken back
    def offer_undo(self, words: str, called: str, parameters: dict[str, Any]) -> None:
        """Let the message bar offer to take back what was just done, by another algorithm of the platform. ``words``
        say what was done; the connection is this one."""
        name = "" if self._credentials is None else self._credentials.name
        undoing.offered.emit(
            Undo(words, f"{self.platform_key}_{called}", {**parameters, CONNECTION: name}, self.job)
        )

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

    def percent(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> float | None:
        """A share; None when it was not given, or is below zero, as steps of models say of what they do not know. QGIS
        does not hold the steps of a model to the bounds of their parameters."""
        value = self.real(parameters, name, context)
        return None if value is None or value < 0 else value

    def moment(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A moment as the platform reads it, ISO 8601 in UTC; empty when it was not given."""
        if not given(parameters, name):
            return ""
        value: QDateTime = self.parameterAsDateTime(parameters, name, context)
        return value.toUTC().toString(Qt.DateFormat.ISODate) if value.isValid() else ""

    def cells(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[str]:
        """The cells of a table, row by row; none when it was not given."""
        return table_cells(self.parameterDefinition(name), parameters.get(name), context)

    def several(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> list[int]:
        """The places of what was chosen of a list; none when it was not given, where QGIS would take the first."""
        chosen = given(parameters, name) and parameters[name] != []
        return self.parameterAsEnums(parameters, name, context) if chosen else []

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
            given_value, allowed = parameters.get(name), self.parameterDefinition(name).options()
            values = given_value if isinstance(given_value, (list, tuple)) else [given_value]
            for value in values:
                if isinstance(value, str) and value and value not in allowed:
                    words = tr("“{value}” is not allowed. Choose one of {allowed}.")
                    yield words.format(value=value, allowed=", ".join(allowed))

    def unreadable(self, parameters: dict[str, Any], context: QgsProcessingContext, *names: str) -> Iterator[str]:
        """A problem for each of these moments that is none; QGIS would silently take it for not given."""
        for name in names:
            if given(parameters, name) and not self.moment(parameters, name, context):
                words = tr("“{parameter}” is “{value}”, which is no date. Give it as in 2024-06-30T12:00:00.")
                title = self.parameterDefinition(name).description()
                yield words.format(parameter=title, value=parameters[name])
