"""Deleting several entries at once: they are named, agreed to once, and deleted by a job for each."""

from __future__ import annotations

from collections.abc import Sequence

from qgis.core import QgsProcessingParameterBoolean
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from ..core import messages
from ..core.compat import is_hidden
from ..core.secrets import SecretsLocked
from ..core.translation import tr
from . import menus, operations
from .help import HelpKey
from .nodes.description import Place
from .operations import CONFIRM
from .status import StatusLine


def fits(places: Sequence[Place]) -> bool:
    """Whether these entries of one connection and kind can be deleted with nothing to say but yes."""
    if len({(one.platform, one.connection, one.entry.kind) for one in places}) != 1 or not places[0].kind.delete:
        return False
    found = operations.algorithm(places[0].kind.delete)
    open_ = [one for one in found.parameterDefinitions() if not is_hidden(one)]
    asked = [one for one in open_ if one.name() not in menus.filled(found.id(), places[:1])]
    return [one.name() for one in asked] == [CONFIRM] and isinstance(asked[0], QgsProcessingParameterBoolean)


class DeleteSeveral(QDialog):
    """Window-modal. What could not be begun stays in it."""

    def __init__(self, places: Sequence[Place], parent: QWidget) -> None:
        super().__init__(parent)
        self._places = list(places)
        self._algorithm = operations.algorithm(places[0].kind.delete)
        self.setObjectName("imageryHubDeleteSeveral")
        self.setWindowTitle(tr("{what} ({count})").format(what=self._algorithm.displayName(), count=len(places)))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(tr("These are deleted on the platform, by a job for each. It cannot be undone."))
        words.setWordWrap(True)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("What is deleted"))
        self.list.addItems([place.name for place in self._places])
        self.consent = QCheckBox(self._algorithm.parameterDefinition(CONFIRM).description())
        self.consent.setObjectName("imageryHubDeleteConsent")
        self.status = StatusLine()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.delete_button = self.buttons.addButton(tr("Delete"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.delete_button.setEnabled(False)
        self.consent.toggled.connect(self.delete_button.setEnabled)
        self.buttons.accepted.connect(self._delete)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (words, self.list, self.consent, self.status, self.buttons):
            layout.addWidget(widget)
        self.resize(420, 360)
        HelpKey(self, "hub")

    def _delete(self) -> None:
        left: list[Place] = []
        words = ""
        for number, place in enumerate(self._places):
            try:
                parameters = menus.filled(self._algorithm.id(), [place])
                operations.start(self._algorithm.id(), {**parameters, CONFIRM: True})
            except Exception as error:
                left.append(place)
                words = messages.sentence(error)
                if isinstance(error, SecretsLocked):  # QGIS would ask again for each
                    left += self._places[number + 1:]
                    break
        if not left:
            self.accept()
            return
        self._places = left
        self.list.clear()
        self.list.addItems([place.name for place in left])
        self.status.failure(words)
