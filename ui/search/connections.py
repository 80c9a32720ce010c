"""Which connections are searched: one or several, ticked in a list that opens."""

from __future__ import annotations

from qgis.gui import QgsCheckableComboBox
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ...core import connections
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from .filters import module_of

Key = tuple[str, str]


def title_of(key: Key) -> str:
    """A connection as it is shown: its name, or that it comes from the environment."""
    return key[1] or tr("{platform} (environment)").format(platform=PLATFORMS[key[0]].title)


def searchable() -> list[Key]:
    """Platform key and name of all connections that can be searched; an empty name is the environment."""
    return [(one.platform, one.name) for one in connections.available() if module_of(one.platform) is not None]


class ConnectionPicker(QWidget):
    """Kept up to date with the saved connections. With only one there is nothing to choose."""

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = QgsCheckableComboBox()
        self.combo.setObjectName("imageryHubSearchConnections")
        self.combo.setToolTip(tr("The connections that are searched, each for itself."))
        self.combo.setAccessibleName(tr("Connections"))
        self.combo.setDefaultText(tr("Tick at least one"))
        self.combo.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.combo)
        self.setFocusProxy(self.combo)
        self._keys: list[Key] = []
        self.fill()
        connections.signals.changed.connect(self.fill)
        self.combo.checkedItemsChanged.connect(lambda _: self.changed.emit())

    def fill(self) -> None:
        """Offer what there is now; what was ticked stays ticked, and one alone is always."""
        ticked = set(self.ticked())
        known = set(self._keys)
        keys = searchable()
        several = len({key[0] for key in keys}) > 1
        self.combo.blockSignals(True)
        self.combo.clear()
        for key in keys:
            title = title_of(key)
            if several and key[1]:
                title = tr("{connection} ({platform})").format(connection=title, platform=PLATFORMS[key[0]].title)
            on = key in ticked or len(keys) == 1 or (bool(known) and key not in known)
            state = Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
            self.combo.addItemWithCheckState(title, state, list(key))
        self._keys = keys
        self.combo.blockSignals(False)
        self.changed.emit()

    @property
    def offered(self) -> list[Key]:
        """All that could be ticked."""
        return list(self._keys)

    def ticked(self) -> list[Key]:
        """Those that are searched."""
        checked = Qt.CheckState.Checked
        return [key for row, key in enumerate(self._keys) if self.combo.itemCheckState(row) == checked]

    def tick(self, keys: list[Key]) -> None:
        """Tick these and no others; all when none of them is there any more."""
        wanted = [key for key in keys if key in self._keys] or self._keys
        self.combo.blockSignals(True)
        for row, key in enumerate(self._keys):
            state = Qt.CheckState.Checked if key in wanted else Qt.CheckState.Unchecked
            self.combo.setItemCheckState(row, state)
        self.combo.blockSignals(False)
        self.changed.emit()
