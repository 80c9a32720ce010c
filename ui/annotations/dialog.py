"""Choosing what to annotate: connection, and what the annotations belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from ...core import connections
from ...core.choices import Choice
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..choices import memory
from ..choices.chooser import Chooser
from ..choices.connection import ConnectionCombo
from ..choices.source import ChoiceSource
from ..help import HelpKey
from .plan import AnnotationPlan, ScopeChoice, Subject

LAST = "imagery_hub/annotations/last"
LAST_PLATFORM = "imagery_hub/annotations/platform"


def first_offered(offered: Sequence[AnnotationPlan]) -> AnnotationPlan | None:
    """The platform that is asked about first: one with a connection, of several that of the last time."""
    last = str(QgsSettings().value(LAST_PLATFORM, ""))
    saved = {one.platform for one in connections.saved()}
    found = sorted(offered, key=lambda plan: (plan.platform not in saved, plan.platform != last))
    return next(iter(found), None)


class StartDialog(QDialog):
    """``subject`` is what was chosen. ``given`` fills in what is known: a connection and ids by role; what is not given
    is taken from the last time. ``other`` comes with another of the platforms offered, when it was chosen."""

    other = pyqtSignal(object)

    def __init__(
        self,
        plan: AnnotationPlan,
        parent: QWidget,
        connection: str | None = None,
        given: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        offered: Sequence[AnnotationPlan] = (),
    ) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubAnnotate")
        self.setWindowTitle(tr("Annotate"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        HelpKey(self, "annotations")
        self._plan = plan
        words = QLabel(plan.explain())
        words.setWordWrap(True)
        self.connection = ConnectionCombo(plan.platform)
        self.choosers: dict[str, Chooser] = {}
        form = QFormLayout()
        if len(offered) > 1:
            form.addRow(tr("Platform"), self._platforms(offered))
        form.addRow(tr("Connection"), self.connection)
        last = _recall(plan.platform)
        if connection is not None or last.get("connection"):
            self.connection.choose(last["connection"] if connection is None else connection)
        for choice in plan.scope:
            chooser = Chooser(self._source(choice))
            chooser.setObjectName(f"imageryHubAnnotate_{choice.role}")
            self.choosers[choice.role] = chooser
            form.addRow(choice.title(), chooser)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.open_set = self.buttons.addButton(tr("Open Layers"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.open_set.setObjectName("imageryHubAnnotateOpen")
        self.open_set.setToolTip(tr("Make the layers, or open those that were made before"))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.resize(440, self.sizeHint().height())
        self._fill(given or {}, names or {}, last if last.get("connection") == self.connection.value() else {})
        for chooser in self.choosers.values():
            chooser.changed.connect(self._look)
        self.connection.currentIndexChanged.connect(self._other_connection)
        self._look()

    def _platforms(self, offered: Sequence[AnnotationPlan]) -> QComboBox:
        combo = QComboBox()
        combo.setObjectName("imageryHubAnnotatePlatform")
        for one in offered:
            combo.addItem(PLATFORMS[one.platform].title, one)
        combo.setCurrentIndex(list(offered).index(self._plan))
        combo.activated.connect(lambda _: self._switch(combo.currentData()))
        return combo

    def _switch(self, plan: AnnotationPlan) -> None:
        if plan is not self._plan:
            self.reject()
            self.other.emit(plan)

    def _source(self, choice: ScopeChoice) -> ChoiceSource:
        key = f"{choice.lister.__module__}:{choice.lister.__qualname__}"
        return ChoiceSource(
            self._plan.platform, lambda: choice.lister, key, self.connection.value, partial(self._values, choice)
        )

    def _values(self, choice: ScopeChoice) -> dict[str, str]:
        parameters = {one.parameter: one.role for one in self._plan.scope}
        return {name: self.choosers[parameters[name]].value() for name in choice.depends}

    def _fill(self, given: Mapping[str, str], names: Mapping[str, str], last: Mapping[str, str]) -> None:
        roles = {one.parameter: one.role for one in self._plan.scope}
        for choice in self._plan.scope:
            told, name = given.get(choice.role, ""), names.get(choice.role)
            above = [roles[parameter] for parameter in choice.depends]
            fits = all(given.get(role, last.get(role)) == last.get(role) for role in above)
            value = told or (last.get(choice.role, "") if fits else "")
            if told and name:
                memory.remember(self._source(choice).memory_key(), Choice(value, name))
            self.choosers[choice.role].recall()
            self.choosers[choice.role].set_value(value)

    def _other_connection(self, *_: object) -> None:
        for chooser in self.choosers.values():
            chooser.set_value("")
            chooser.recall()

    def _look(self) -> None:
        self.open_set.setEnabled(all(chooser.value() for chooser in self.choosers.values()))

    @property
    def subject(self) -> Subject:
        """What was chosen; names come from the platform later."""
        ids = {role: chooser.value() for role, chooser in self.choosers.items()}
        return Subject(self._plan.platform, self.connection.value(), ids)

    def accept(self) -> None:
        """Remember the choice."""
        subject = self.subject
        kept = {"connection": subject.connection, **subject.ids}
        QgsSettings().setValue(f"{LAST}/{subject.platform}", json.dumps(kept))
        QgsSettings().setValue(LAST_PLATFORM, subject.platform)
        super().accept()


def forget(platform: str, connection: str) -> None:
    """Offer what was chosen last no more, if it was with this connection."""
    if _recall(platform).get("connection") == connection:
        QgsSettings().remove(f"{LAST}/{platform}")


def _recall(platform: str) -> dict[str, str]:
    try:
        value = json.loads(str(QgsSettings().value(f"{LAST}/{platform}", "{}")))
        return {str(role): str(one) for role, one in value.items()}
    except (ValueError, AttributeError):
        return {}
