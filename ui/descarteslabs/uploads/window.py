"""One ended upload: whether the catalog could read it, and what it noted while it did."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QFontDatabase, QGuiApplication
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ....core import messages
from ....core.background import Errand
from ....core.moments import shown
from ....core.problems import Problem
from ....core.translation import tr
from ... import queries
from ...help import HelpKey
from ...icons import icon
from ...nodes.description import Place
from ...status import StatusLine

SUCCESS = "SUCCESS"


class UploadWindow(QDialog):
    """``closed`` carries the window itself. Texts of the catalog are shown as they are."""

    closed = pyqtSignal(object)

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.place = place
        self._errand: Errand[Any] | None = None
        self.setObjectName("imageryHubUploadWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Upload {name}").format(name=messages.clean(place.name)))
        self.setWindowIcon(icon("uploads"))
        self.status = StatusLine()
        self.facts = QLabel()
        self.facts.setObjectName("imageryHubUploadFacts")
        self.facts.setTextFormat(Qt.TextFormat.PlainText)
        self.facts.setWordWrap(True)
        self.log_title, self.log = _text("imageryHubUploadLogText", tr("Log"))
        self.trace_title, self.trace = _text("imageryHubUploadTrace", tr("Stack trace"))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self._button(tr("Copy"), "/mActionEditCopy.svg", self._copy)
        self.again = self._button(tr("Read Again"), "/mActionRefresh.svg", self.refresh)
        layout = QVBoxLayout(self)
        for widget in (self.status, self.facts, self.log_title):
            layout.addWidget(widget)
        layout.addWidget(self.log, 2)
        layout.addWidget(self.trace_title)
        layout.addWidget(self.trace, 3)
        layout.addWidget(self.buttons)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._leave)
        HelpKey(self, "products")
        self._show_texts("", "")
        self.resize(640, 480)

    def _button(self, text: str, picture: str, clicked: Any) -> QPushButton:
        button = QPushButton(QgsApplication.getThemeIcon(picture), text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: clicked())
        self.buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        return button

    def refresh(self) -> None:
        """Ask what became of it."""
        self._stop()
        self.status.busy(tr("Asking the catalog…"))
        try:
            self._errand = queries.ask(
                "descarteslabs_getupload", {"CONNECTION": self.place.connection, "UPLOAD": self.place.entry.id},
                self._show, self._missed,
            )
        except Problem as error:
            self._missed(error)

    def _show(self, found: dict[str, Any]) -> None:
        if found.get("STATUS") == SUCCESS:
            self.status.success(tr("The catalog has read it."))
        else:
            self.status.failure(tr("The catalog could not read it. {reason}").format(reason=_reason(found)))
        told = [tr("Ended: {moment}").format(moment=shown(str(found.get("CREATED") or "")))]
        if found.get("RUNTIME") is not None:
            told.append(tr("Took: {seconds} s").format(seconds=f"{float(found['RUNTIME']):.3g}"))
        if found.get("FAILURE_TYPE"):
            told.append(tr("Kind of failure: {kind}").format(kind=messages.clean(str(found["FAILURE_TYPE"]))))
        self.facts.setText(" · ".join(told))
        self._show_texts(str(found.get("LOGS") or ""), str(found.get("STACKTRACE") or ""))

    def _show_texts(self, log: str, trace: str) -> None:
        self.log.setPlainText(log)
        self.trace.setPlainText(trace)
        for widget in (self.trace_title, self.trace):
            widget.setVisible(bool(trace))
        self.copy.setEnabled(bool(log or trace))

    def _missed(self, error: Exception) -> None:
        self.status.failure(messages.sentence(error))

    def _copy(self) -> None:
        texts = (self.windowTitle(), self.status.text, self.facts.text(), self.log.toPlainText(),
                 self.trace.toPlainText())
        QGuiApplication.clipboard().setText("\n".join(filter(None, texts)))

    def _stop(self) -> None:
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None

    def _leave(self) -> None:
        self._stop()
        self.closed.emit(self)


def _reason(found: dict[str, Any]) -> str:
    """Why, in the catalog's words: how its stack trace ends, else what it calls the failure."""
    trace = str(found.get("STACKTRACE") or "").strip().splitlines()
    last = trace[-1].strip() if trace else ""
    return messages.clean(last or str(found.get("EXCEPTION_NAME") or found.get("FAILURE_TYPE") or ""))


def _text(name: str, title: str) -> tuple[QLabel, QPlainTextEdit]:
    """A text of the catalog to be read, with its title."""
    text = QPlainTextEdit()
    text.setObjectName(name)
    text.setAccessibleName(title)
    text.setReadOnly(True)
    text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    text.setPlaceholderText(tr("The catalog noted nothing."))
    label = QLabel(title)
    label.setBuddy(text)
    return label, text
