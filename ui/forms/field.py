"""A form beside the text that it writes: whoever knows the text can type it, and a text that no form can show stays."""

from __future__ import annotations

from typing import Any

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase, QIcon
from qgis.PyQt.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from ...core import messages
from ...core.translation import tr
from ...providers.errors import InputProblem
from ..buttons import tool_button

TEXT_HEIGHT = 110


class Form(QWidget):
    """What a form has to have. ``changed`` is emitted at each change by the user."""

    changed = pyqtSignal()

    def text(self) -> str:
        """The JSON of what is in the form; empty for nothing."""
        raise NotImplementedError

    def show_text(self, text: str) -> None:
        """Show what a text says. Raises :class:`InputProblem` when it cannot be shown; the form is then as before."""
        raise NotImplementedError

    def problem(self) -> str:
        """What is wrong with what is in the form, as a sentence; empty when nothing is."""
        return ""

    def others_changed(self) -> None:
        """Another parameter of the dialog, on which this one depends, has another value."""


class FormField(QWidget):
    """The form, or the text in its place; below it what is wrong."""

    changed = pyqtSignal()

    def __init__(self, form: Form, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        self.plain = QPlainTextEdit()
        self.plain.setObjectName("imageryHubFormText")
        self.plain.setAccessibleName(tr("As text"))
        self.plain.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.plain.setFixedHeight(TEXT_HEIGHT)
        self.switch = tool_button("imageryHubFormSwitch", QIcon(), tr("Show as text"))
        self.switch.setText("{ }")
        self.switch.setCheckable(True)
        self.told = QLabel()
        self.told.setObjectName("imageryHubFormProblem")
        self.told.setWordWrap(True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.told.hide()
        self._pages = Pages()
        self._pages.addWidget(form)
        self._pages.addWidget(self.plain)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._pages, 1)
        row.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self.told)
        form.changed.connect(self._changed)
        self.plain.textChanged.connect(self._changed)
        self.switch.toggled.connect(self._switched)

    def value(self) -> str:
        """The text, whichever way it was given."""
        return self.plain.toPlainText().strip() if self._as_text() else self.form.text()

    def set_value(self, text: str) -> None:
        """Show a text in the form; as it is where the form cannot show it."""
        try:
            self.form.show_text(text)
        except InputProblem as error:
            self._fill(text)
            self._turn(True)
            self._tell(messages.sentence(error))
        else:
            self._turn(False)
            self._tell(self.form.problem())

    def _as_text(self) -> bool:
        return self._pages.currentWidget() is self.plain

    def _switched(self, as_text: bool) -> None:
        if as_text:
            self._fill(self.form.text())
            self._turn(True)
            self._changed()
            return
        self.set_value(self.plain.toPlainText().strip())
        self.changed.emit()

    def _turn(self, as_text: bool) -> None:
        self._pages.setCurrentWidget(self.plain if as_text else self.form)
        self._pages.updateGeometry()
        self.switch.blockSignals(True)
        self.switch.setChecked(as_text)
        self.switch.blockSignals(False)
        tip = tr("Show as a form") if as_text else tr("Show as text")
        self.switch.setToolTip(tip)
        self.switch.setAccessibleName(tip)

    def _fill(self, text: str) -> None:
        self.plain.blockSignals(True)
        self.plain.setPlainText(text)
        self.plain.blockSignals(False)

    def _changed(self) -> None:
        self._tell("" if self._as_text() else self.form.problem())
        self.changed.emit()

    def _tell(self, words: str) -> None:
        self.told.setText(words)
        self.told.setVisible(bool(words))


class Pages(QStackedWidget):
    """As high as the page that is shown, not as the highest."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> Any:  # noqa: N802 - Qt's name
        return self.currentWidget().sizeHint()

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        return self.currentWidget().minimumSizeHint()
