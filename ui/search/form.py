"""What to look for: connections, area, days, cloud, text, tag, and the platforms' own filters."""

from __future__ import annotations

from dataclasses import replace

from qgis.core import QgsApplication, QgsGeometry
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsFilterLineEdit
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core.geometry import to_platform
from ...core.geometry.reproject import wgs84
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ...providers.search import Query
from ..areas.chooser import AreaChooser
from . import memory
from .connections import ConnectionPicker, Key
from .dates import DateRange
from .filters import FilterRows, module_of
from .memory import ANY_CLOUD


class SearchForm(QWidget):
    """``asked`` for the button, which searches or, while a search runs, stops it; ``entered`` for Enter in any field.
    Values are remembered, but the area."""

    asked = pyqtSignal()
    entered = pyqtSignal()
    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubSearchForm")
        self._rows: dict[str, FilterRows] = {}
        self._groups: dict[str, QWidget] = {}
        self.connections = ConnectionPicker()
        self.area = AreaChooser()
        self.without_place = QCheckBox(tr("Also without known place"))
        self.without_place.setObjectName("imageryHubSearchWithoutPlace")
        self.without_place.setToolTip(tr("Also images of which the platform does not tell where they lie."))
        self.dates = DateRange()
        self.cloud = QSlider(Qt.Orientation.Horizontal)
        self.cloud.setObjectName("imageryHubSearchCloud")
        self.cloud.setAccessibleName(tr("Greatest cloud coverage"))
        self.cloud.setToolTip(tr("Images whose cloud coverage is not known are left out as soon as there is a limit."))
        self.cloud.setRange(0, ANY_CLOUD)
        self.cloud.setPageStep(10)
        self.cloud_words = QLabel()
        self.cloud_words.setMinimumWidth(self.cloud_words.fontMetrics().horizontalAdvance(tr("up to {n} %")) + 12)
        self.text = self._line("imageryHubSearchText", tr("Part of the name"), tr("Images with this text in the name."))
        self.tag = self._line("imageryHubSearchTag", tr("The whole tag"), tr("Images with exactly this tag."))
        self.button = QPushButton()
        self.button.setObjectName("imageryHubSearchStart")
        self.button.clicked.connect(self.asked.emit)
        self.clear_button = QToolButton()
        self.clear_button.setObjectName("imageryHubSearchClear")
        self.clear_button.setText(tr("Clear"))
        self.clear_button.setToolTip(tr("Empty all fields. The connections stay."))
        self.clear_button.setIcon(QgsApplication.getThemeIcon("/mActionDeselectAll.svg"))
        self.clear_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.clear_button.clicked.connect(self.clear)
        self._lay_out()
        self.cloud.valueChanged.connect(self._cloud_changed)
        self.connections.changed.connect(self._connections_changed)
        for signal in (self.area.changed, self.dates.changed, self.connections.changed, self.text.textChanged,
                       self.tag.textChanged, self.cloud.valueChanged, self.without_place.toggled):
            signal.connect(lambda *_: self.changed.emit())
        self.area.changed.connect(self._area_changed)
        self.running(False)
        self._recall()
        self._connections_changed()
        self._area_changed()

    def _line(self, name: str, hint: str, tip: str) -> QgsFilterLineEdit:
        line = QgsFilterLineEdit()
        line.setObjectName(name)
        line.setPlaceholderText(hint)
        line.setToolTip(tip)
        line.setShowClearButton(True)
        return line

    def _lay_out(self) -> None:
        cloud = QHBoxLayout()
        cloud.addWidget(self.cloud, 1)
        cloud.addWidget(self.cloud_words)
        words = QHBoxLayout()
        words.addWidget(self.text, 3)
        words.addWidget(self.tag, 2)
        area = QVBoxLayout()
        area.setSpacing(2)
        area.addWidget(self.area)
        area.addWidget(self.without_place)
        fields = QFormLayout()
        fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields.addRow(tr("Connections"), self.connections)
        fields.addRow(tr("Area"), area)
        fields.addRow(tr("Days"), self.dates)
        fields.addRow(tr("Cloud"), cloud)
        fields.addRow(tr("Name, tag"), words)
        self._further = QVBoxLayout()
        self._fields = QWidget()
        column = QVBoxLayout(self._fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(fields)
        column.addLayout(self._further)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._fields)
        scroll.setMinimumWidth(self._fields.minimumSizeHint().width())
        buttons = QHBoxLayout()
        buttons.addWidget(self.button, 1)
        buttons.addWidget(self.clear_button)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)

    def wanted_height(self) -> int:
        """With which nothing has to be scrolled, in pixels."""
        margins = self.layout().contentsMargins()
        around = margins.top() + margins.bottom() + self.layout().spacing()
        return self._fields.sizeHint().height() + self.button.sizeHint().height() + around

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter, which all fields leave to who is around them."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ what follows from what
    def _cloud_changed(self, percent: int) -> None:
        limit = tr("up to {n} %").format(n=percent)
        self.cloud_words.setText(tr("any") if percent == ANY_CLOUD else limit)

    def _area_changed(self) -> None:
        self.without_place.setEnabled(self.area.geometry() is not None)

    def _connections_changed(self) -> None:
        """Show the filters of the platforms that are ticked."""
        ticked = self.connections.ticked()
        platforms = list(dict.fromkeys(key[0] for key in ticked))
        for platform in platforms:
            if platform not in self._groups and module_of(platform).FILTERS:
                self._add_filters(platform)
        for platform, group in self._groups.items():
            group.setVisible(platform in platforms)
            self._rows[platform].several(len([key for key in ticked if key[0] == platform]) != 1)
        self.button.setEnabled(bool(ticked))

    def _add_filters(self, platform: str) -> None:
        group = QgsCollapsibleGroupBoxBasic(tr("More of {platform}").format(platform=PLATFORMS[platform].title))
        group.setObjectName("imageryHubSearchMore")
        rows = FilterRows(platform, lambda: self._only_connection(platform))
        layout = QVBoxLayout(group)
        layout.addWidget(rows)
        self._rows[platform], self._groups[platform] = rows, group
        rows.set_values(memory.further(platform))
        group.setCollapsed(not rows.values())
        rows.changed.connect(self.changed.emit)
        self._further.addWidget(group)

    def _only_connection(self, platform: str) -> str | None:
        names = [key[1] for key in self.connections.ticked() if key[0] == platform]
        return names[0] if len(names) == 1 else None

    def running(self, running: bool) -> None:
        """Whether a search runs: the button stops it then."""
        self.button.setText(tr("Stop") if running else tr("Search"))
        picture = "/mActionStop.svg" if running else "/search.svg"
        self.button.setIcon(QgsApplication.getThemeIcon(picture))
        self.button.setToolTip(tr("Stop; what was found stays.") if running else tr("Search (Enter)"))

    # ------------------------------------------------------------------ what is asked
    def problem(self) -> str:
        """Why this cannot be asked; empty when it can."""
        if not self.connections.ticked():
            return tr("Tick at least one connection.")
        if self.dates.turned_round:
            return tr("The first day lies after the last one. Exchange them.")
        return ""

    def queries(self) -> dict[Key, Query]:
        """One for each connection; :class:`Problem` when the area cannot be used."""
        after, before = self.dates.moments()
        shape: QgsGeometry | None = self.area.geometry()
        query = Query(
            area=None if shape is None else to_platform(shape, wgs84()),
            captured_after=after,
            captured_before=before,
            max_cloud=None if self.cloud.value() == ANY_CLOUD else self.cloud.value(),
            text=self.text.text().strip(),
            tag=self.tag.text().strip(),
            without_place=self.without_place.isChecked(),
        )
        own = {platform: rows.values() for platform, rows in self._rows.items()}
        return {key: replace(query, further=own.get(key[0], {})) for key in self.connections.ticked()}

    # ------------------------------------------------------------------ memory
    def clear(self) -> None:
        """Empty everything but the connections."""
        self.area.take([])
        self.without_place.setChecked(False)
        self.dates.set_days((QDate(), QDate()))
        self.cloud.setValue(ANY_CLOUD)
        self.text.clear()
        self.tag.clear()
        for rows in self._rows.values():
            rows.set_values({})
        self.remember()

    def remember(self) -> None:
        """Keep the values for the next time."""
        first, last = self.dates.days()
        memory.remember(
            memory.Values(
                self.connections.ticked(), first, last, self.cloud.value(), self.text.text(), self.tag.text(),
                self.without_place.isChecked(),
            ),
            {platform: rows.values() for platform, rows in self._rows.items()},
        )

    def _recall(self) -> None:
        values = memory.recall()
        self.connections.tick(values.connections)
        self.dates.set_days((values.first, values.last))
        self.cloud.setValue(values.cloud)
        self._cloud_changed(values.cloud)
        self.text.setText(values.text)
        self.tag.setText(values.tag)
        self.without_place.setChecked(values.without_place)

    def drop(self, name: str) -> None:
        """Empty one member of :class:`Query`, as ``providers.search`` names it."""
        empty = {
            "area": lambda: self.area.take([]),
            "captured": lambda: self.dates.set_days((QDate(), QDate())),
            "max_cloud": lambda: self.cloud.setValue(ANY_CLOUD),
            "text": self.text.clear,
            "tag": self.tag.clear,
            "further": lambda: [rows.set_values({}) for rows in self._rows.values()],
        }
        empty[name]()
