"""The inputs of an insight in Processing's dialog: a field for each input of the chosen block, for a raster the choice
of an asset of the area. In the modeler and in batch QGIS's own table stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ...algorithms.parameters.choice import lister_named
from ...algorithms.parameters.table import table_cells
from ...core import messages
from ...core.choices import Choice
from ...core.translation import tr
from ...providers.pixxel.results import RASTER
from ..choices.chooser import Chooser
from ..choices.source import ChoiceSource, Page
from ..choices.wrapper import CONNECTION, framed
from ..dialog_widgets import DialogWidget

PLATFORM, BLOCK, AOI = "pixxel", "BLOCK", "AOI"
#: A name that is being typed is not asked for letter by letter.
PAUSE_MS = 400
Values = Callable[[str], str]


class BlockInputs(QWidget):
    """``values`` gives the value of another parameter of the dialog. The lister ``inputs`` gives the inputs of the
    block (id: name, label: description, detail: format), ``rasters`` what a raster can be chosen from."""

    changed = pyqtSignal()

    def __init__(self, inputs: str, rasters: str, values: Values) -> None:
        super().__init__()
        self._rasters, self._values = rasters, values
        self._source = self._listed(inputs, BLOCK)
        self._asked: tuple[str, str] | None = None
        self._known = False
        self._kept: dict[str, str] = {}
        self.fields: dict[str, QLineEdit | Chooser] = {}
        self.status = QLabel(tr("Choose a block, then its inputs are listed here."))
        self.status.setObjectName("imageryHubInputsStatus")
        self.status.setTextFormat(Qt.TextFormat.PlainText)
        self.status.setWordWrap(True)
        self.again = QPushButton(tr("Try Again"))
        self.again.setAutoDefault(False)
        self.again.hide()
        self._rows = QWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for one in (self._rows, self.status, self.again):
            layout.addWidget(one)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(lambda: self._ask(by_itself=True))
        self.again.clicked.connect(lambda: self._ask())
        self.destroyed.connect(self._source.stop)

    # ------------------------------------------------------------------ the value
    def value(self) -> list[str]:
        """Names and values one after the other, of those inputs that have a value; what was given before, as long as
        the inputs are not known."""
        return [cell for name, text in (self._filled() if self._known else self._kept).items() if text
                for cell in (name, text)]

    def set_value(self, cells: Sequence[str]) -> None:
        """Show these values; those of inputs that the block turns out to lack are let go of."""
        self._kept = dict(zip(cells[::2], cells[1::2]))
        for name, field in self.fields.items():
            self._show(field, self._kept.get(name, ""))

    def _filled(self) -> dict[str, str]:
        return {name: field.value() if isinstance(field, Chooser) else field.text().strip()
                for name, field in self.fields.items()}

    @staticmethod
    def _show(field: QLineEdit | Chooser, text: str) -> None:
        if isinstance(field, Chooser):
            field.set_value(text)
        else:
            field.setText(text)

    # ------------------------------------------------------------------ the inputs
    def look(self, *_: object) -> None:
        """The block or the connection may be another one now."""
        if self._wanted() != self._asked:
            self._asked = None
            self._source.stop()
            self._pause.start()

    def _wanted(self) -> tuple[str, str]:
        return self._values(CONNECTION), self._values(BLOCK).strip()

    def _ask(self, by_itself: bool = False) -> None:
        self._asked = self._wanted()
        self.again.hide()
        self._kept.update(self._filled())
        self._known = False
        self._fill([])
        if self._asked[1]:
            self._tell(tr("Reading the inputs of the block…"))
            self._source.begin("", self._arrived, self._failed, by_itself)
        else:
            self._tell(tr("Choose a block, then its inputs are listed here."))

    def _arrived(self, page: Page) -> None:
        if not sip.isdeleted(self):
            self._known = True
            self._fill(page.entries)
            self._tell("" if page.entries else tr("This block takes no inputs."))

    def _failed(self, error: Exception) -> None:
        if not sip.isdeleted(self):
            self._tell(messages.sentence(error))
            self.again.show()

    def _tell(self, words: str) -> None:
        self.status.setText(words)
        self.status.setVisible(bool(words))

    def _fill(self, inputs: Sequence[Choice]) -> None:
        """A row for each, with what was filled in for an input of that name."""
        self.fields = {}
        rows = QWidget()
        layout = QVBoxLayout(rows)
        layout.setContentsMargins(0, 0, 0, 0)
        for one in inputs:
            title = f"{one.label} ({one.id})" if one.label not in ("", one.id) else one.id
            label = QLabel(title)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            self.fields[one.id] = field = self._field(one)
            field.setAccessibleName(title)
            label.setBuddy(field)
            self._show(field, self._kept.get(one.id, ""))
            (field.changed if isinstance(field, Chooser) else field.textChanged).connect(lambda *_: self.changed.emit())
            layout.addWidget(label)
            layout.addWidget(field)
        self.layout().replaceWidget(self._rows, rows)
        self._rows.deleteLater()
        self._rows = rows
        self.changed.emit()

    def _field(self, one: Choice) -> QLineEdit | Chooser:
        if one.detail == RASTER:
            return Chooser(self._listed(self._rasters, AOI))
        line = QLineEdit()
        line.setPlaceholderText(one.detail)
        return line

    def _listed(self, lister: str, name: str) -> ChoiceSource:
        return ChoiceSource(PLATFORM, lambda: lister_named(lister), lister, lambda: self._values(CONNECTION),
                            lambda: {name: self._values(name)})


class BlockInputsWidget(DialogWidget):
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return BlockInputsWrapper(parameter, settings)


class BlockInputsWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """The fields in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._settings = settings
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        self.inputs: BlockInputs | None = None

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        self.inputs = BlockInputs(str(self._settings["inputs"]), str(self._settings["rasters"]), self._value_of)
        self.inputs.setToolTip(self.parameterDefinition().toolTip())
        self.inputs.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.inputs)

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if self.inputs is not None and definition is not None and definition().name() in (CONNECTION, BLOCK, AOI):
                self._siblings[definition().name()] = wrapper
                wrapper.widgetValueHasChanged.connect(self.inputs.look)
        if self.inputs is not None:
            self.inputs.look()

    def _value_of(self, name: str) -> str:
        wrapper = self._siblings.get(name)
        return "" if wrapper is None else str(wrapper.parameterValue() or "")

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.inputs is not None:
            self.inputs.set_value(table_cells(self.parameterDefinition(), value, context))

    def widgetValue(self) -> Any:  # noqa: N802
        return [] if self.inputs is None else self.inputs.value()
