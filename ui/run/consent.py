"""The box of an algorithm's dialog that agrees to a charge: it can be ticked once the charge stands below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingParameterDefinition
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsProcessingGui
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtGui import QHideEvent, QShowEvent
from qgis.PyQt.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from ...algorithms.parameters.plain import given
from ...core import messages
from ...core.background import Errand
from ...core.translation import tr
from ..choices.wrapper import framed
from ..dialog_widgets import DialogWidget
from ..password_refusal import PasswordRefusal
from ..queries import ask

#: Before it is asked what something costs: a name that is being typed is left alone.
PAUSE_MS = 500
#: After this long without an answer the box can be ticked: the dialog stays of use without a network.
PATIENCE_MS = 10_000
Parameters = dict[str, Any]


class ConsentBox(QWidget):
    """``wanted`` gives the parameters of the algorithm ``estimate`` as the dialog stands, None while something is
    missing. ``told`` is its output with the sentence, ``hint`` what is known without asking.

    What was agreed to is what the line below told: any change takes the tick away and asks anew.
    """

    changed = pyqtSignal()

    def __init__(
        self, title: str, hint: str, estimate: str, told: str, wanted: Callable[[], Parameters | None]
    ) -> None:
        super().__init__()
        self._hint, self._estimate, self._told, self._wanted = hint, estimate, told, wanted
        self._asked: Parameters | None = None
        self._known = False
        self._refusal = PasswordRefusal()
        self._errand: Errand[Parameters] | None = None
        self.box = QCheckBox(title)
        self.box.setObjectName("imageryHubConsent")
        self.charge = QLabel(hint)
        self.charge.setObjectName("imageryHubCharge")
        self.charge.setTextFormat(Qt.TextFormat.PlainText)
        self.charge.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.box)
        layout.addWidget(self.charge)
        self.setFocusProxy(self.box)
        self._pause, self._patience = QTimer(self), QTimer(self)
        for timer, milliseconds, then in (
            (self._pause, PAUSE_MS, self._ask), (self._patience, PATIENCE_MS, self._give_up)
        ):
            timer.setSingleShot(True)
            timer.setInterval(milliseconds)
            timer.timeout.connect(then)
        self.box.toggled.connect(lambda: self.changed.emit())
        self.box.setEnabled(False)

    # ------------------------------------------------------------------ the value
    def value(self) -> bool:
        """Whether one agreed to what the dialog says now; drawn areas may have been moved since."""
        return self.box.isChecked() and self._now() == self._asked

    def set_value(self, agreed: bool) -> None:
        """From outside nobody agrees to what was not told yet."""
        self.box.setChecked(agreed and self._known)

    def _now(self) -> Parameters | None:
        try:
            return self._wanted()
        except Exception:  # the areas cannot be kept; running says why
            return None

    # ------------------------------------------------------------------ asking
    def look(self, *_: object) -> None:
        """Something in the dialog changed."""
        now = self._now()
        if now == self._asked:
            return
        self._asked = now
        self._stop()
        self._tell(self._hint, False)
        if now is not None:
            self._pause.start()

    def _ask(self) -> None:
        wanted = self._asked
        if wanted is None or self._known or self._errand is not None or not self.isVisible():
            return
        connection = str(wanted.get("CONNECTION") or "")
        if self._refusal.of(connection) is not None:
            self._give_up()
            return
        self._tell(tr("Asking what it costs…"), False)
        try:
            self._errand = ask(self._estimate, wanted, self._arrived, self._failed)
        except Exception as error:  # shown below the box
            self._refusal.note(connection, error)
            self._failed(error)
            return
        self._patience.start()

    def _arrived(self, outputs: Parameters) -> None:
        if not sip.isdeleted(self):
            self._end(str(outputs.get(self._told) or self._hint))

    def _failed(self, error: Exception) -> None:
        if not sip.isdeleted(self):
            words = tr("What it costs could not be asked: {reason} {hint}")
            self._end(words.format(reason=messages.sentence(error), hint=self._hint))

    def _give_up(self) -> None:
        """Let the box be ticked; an answer that comes later is still told."""
        self._tell(tr("What it costs is not known yet. {hint}").format(hint=self._hint), True)

    def _end(self, words: str) -> None:
        self._errand = None
        self._patience.stop()
        self.box.setChecked(False)  # after a long wait it may have been ticked to something else
        self._tell(words, True)

    def _tell(self, words: str, known: bool) -> None:
        self._known = known
        if not known:
            self.box.setChecked(False)
        self.box.setEnabled(known)
        self.charge.setText(words)

    def _stop(self) -> None:
        self._pause.stop()
        self._patience.stop()
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """What was not asked yet is asked now."""
        super().showEvent(event)
        self._pause.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Nobody looks any more. What nobody waited for is asked again when somebody does."""
        super().hideEvent(event)
        if self._errand is not None:
            self._known = False
        self._stop()


class ConsentWidget(DialogWidget):
    """The class that a parameter's metadata names, see ``ui.choices.wrapper.ChoiceWidget``."""

    @classmethod
    def made(cls, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> Any:
        return ConsentWrapper(parameter, settings)


class ConsentWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """Our box in the algorithm's dialog. The plain frame: see ``ui.choices.wrapper.ChoiceWrapper``."""

    def __init__(self, parameter: QgsProcessingParameterDefinition, settings: dict[str, Any]) -> None:
        super().__init__(parameter, QgsProcessingGui.WidgetType.Standard)
        self._settings = settings
        self._siblings: dict[str, QgsAbstractProcessingParameterWidgetWrapper] = {}
        self.consent: ConsentBox | None = None

    def createLabel(self) -> None:  # noqa: N802 - QGIS's name
        """The box has its own text."""

    def createWidget(self) -> QWidget:  # noqa: N802 - QGIS's name
        definition = self.parameterDefinition()
        estimate, told = str(self._settings["estimate"]), str(self._settings["told"])
        self.consent = ConsentBox(definition.description(), definition.help(), estimate, told, self._wanted)
        self.consent.setToolTip(definition.toolTip())
        self.consent.changed.connect(lambda: self.widgetValueHasChanged.emit(self))
        return framed(self.consent)

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:  # noqa: N802
        super().postInitialize(wrappers)
        wanted = set(self._settings["asks"].values())
        for wrapper in wrappers:
            definition = getattr(wrapper, "parameterDefinition", None)
            if self.consent is not None and definition is not None and definition().name() in wanted:
                self._siblings[definition().name()] = wrapper
                wrapper.widgetValueHasChanged.connect(self.consent.look)
        if self.consent is not None:
            self.consent.look()

    def _wanted(self) -> Parameters | None:
        """What the dialog says now, under the names of the algorithm that estimates."""
        values = {name: self._value_of(own) for name, own in self._settings["asks"].items()}
        return {name: value for name, value in values.items() if given(values, name)} \
            if given(values, self._settings["needs"]) else None

    def _value_of(self, name: str) -> Any:
        wrapper = self._siblings.get(name)
        return None if wrapper is None else wrapper.parameterValue()

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:  # noqa: N802
        if self.consent is not None:
            self.consent.set_value(bool(value))

    def widgetValue(self) -> Any:  # noqa: N802
        return self.consent is not None and self.consent.value()
