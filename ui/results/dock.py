"""The dock for one result: what was found, shown in part, walked through, sent on, compared."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsMapLayer, QgsProject, QgsProviderRegistry, QgsVectorLayer
from qgis.gui import QgsDockWidget
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtGui import QKeySequence
from qgis.PyQt.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ...core import messages
from ...core.background import Errand, background
from ...core.compat import QShortcut
from ...core.layers import class_filter, provenance
from ...core.layers.class_counts import ClassCount, count_in_file, ids_in_file
from ...core.layers.class_filter import ClassFilter
from ...core.layers.provenance import Provenance
from ...core.translation import tr
from ..buttons import tool_button
from ..icons import icon
from ..status import StatusLine
from . import comparison, walk
from .class_table import ClassTable, area_text

if TYPE_CHECKING:
    from ..desk import Desk

#: The kinds of layers, as provenance has them, that hold objects by class.
KINDS = ("detections", "vector_layer")
LARGEST_AREA = 1e12


@dataclass(frozen=True)
class _Counted:
    """What was counted in the background. ``ids`` are those of the objects that the filter lets through."""

    classes: list[ClassCount]
    ids: array[int]


class ResultsDock(QgsDockWidget):
    """Follows the current layer of the layer tree."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.iface.mainWindow())
        self._desk = desk
        self._layer: QgsVectorLayer | None = None
        self._errand: Errand[_Counted] | None = None
        self._ids: array[int] = array("q")
        self._current: int | None = None
        self._filter = ClassFilter()
        self._make_widgets()
        self._lay_out()
        tree = desk.iface.layerTreeView()
        tree.currentLayerChanged.connect(self._show_layer)
        QgsProject.instance().layersWillBeRemoved.connect(self._leave)
        self._show_layer(tree.currentLayer())

    # ------------------------------------------------------------------ Looks
    def _make_widgets(self) -> None:
        self.title = QLabel()
        bold = self.title.font()
        bold.setBold(True)
        self.title.setFont(bold)
        self.origin = QLabel()
        self.summary = QLabel()
        for label in (self.title, self.origin, self.summary):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.classes = ClassTable()
        self.classes.hidden_changed.connect(self._filter_changed)
        self.least_area = _number("imageryHubLeastArea", tr("Show only objects at least this large"), LARGEST_AREA)
        self.least_area.setSuffix(" m²")
        self.least_confidence = _number("imageryHubLeastConfidence", tr("Show only objects at least this sure"), 1e9)
        for box in (self.least_area, self.least_confidence):
            box.editingFinished.connect(self._filter_changed)
        self.previous = tool_button(
            "imageryHubPreviousObject", "/mActionArrowLeft.svg", tr("Previous object (Alt+Left)")
        )
        self.next = tool_button("imageryHubNextObject", "/mActionArrowRight.svg", tr("Next object (Alt+Right)"))
        self.whole = tool_button("imageryHubZoomToResult", "/mActionZoomToLayer.svg", tr("Zoom to the whole result"))
        self.previous.clicked.connect(lambda: self._walk(False))
        self.next.clicked.connect(lambda: self._walk(True))
        self.whole.clicked.connect(self._zoom)
        for keys, forward in ("Alt+Left", False), ("Alt+Right", True):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda forward=forward: self._walk(forward))
        self.compare = _menu_button("imageryHubCompare", "compare", tr("Compare"), self._fill_comparisons)
        self.compare.setToolTip(tr("Put another result beside this one"))
        self.send = _menu_button("imageryHubSendResult", "send_to", tr("Send To"), self._fill_targets)
        self.send.setToolTip(tr("Send the shown objects back to a platform"))
        self.status = StatusLine()

    def _lay_out(self) -> None:
        self._form = QFormLayout()
        self._form.addRow(tr("Least area"), self.least_area)
        self._form.addRow(tr("Least confidence"), self.least_confidence)
        steps = QHBoxLayout()
        for one in (self.previous, self.next, self.whole):
            steps.addWidget(one)
        steps.addStretch()
        steps.addWidget(self.compare)
        steps.addWidget(self.send)
        content = QWidget()
        column = QVBoxLayout(content)
        column.addWidget(self.title)
        column.addWidget(self.origin)
        column.addWidget(self.classes, 1)
        column.addWidget(self.summary)
        column.addLayout(self._form)
        column.addLayout(steps)
        column.addWidget(self.status)
        nothing = QLabel(
            tr(
                "Choose a layer of detections in the layer tree. Detections come from “Run detector” and “Download"
                " detection result”."
            )
        )
        nothing.setWordWrap(True)
        nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        nothing.setMargin(18)
        self.pages = QStackedWidget()
        self.pages.addWidget(nothing)
        self.pages.addWidget(content)
        self.setWidget(self.pages)

    # ------------------------------------------------------------------ The layer
    def _show_layer(self, layer: QgsMapLayer | None) -> None:
        origin = provenance.read(layer) if isinstance(layer, QgsVectorLayer) else None
        self._let_go()
        if not isinstance(layer, QgsVectorLayer) or origin is None or origin.kind not in KINDS:
            self.pages.setCurrentIndex(0)
            return
        self._layer = layer
        layer.subsetStringChanged.connect(self._count)
        layer.committedFeaturesAdded.connect(self._count)
        layer.committedFeaturesRemoved.connect(self._count)
        self._filter = class_filter.filter_of(layer)
        self.title.setText(layer.name())
        self.origin.setText(_origin_words(origin))
        self._show_filter()
        self.pages.setCurrentIndex(1)
        self._count()

    def _let_go(self) -> None:
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
        if self._layer is not None:
            for signal in (self._layer.subsetStringChanged, self._layer.committedFeaturesAdded,
                           self._layer.committedFeaturesRemoved):
                signal.disconnect(self._count)
        self._layer, self._current, self._ids = None, None, array("q")
        self.status.clear()

    def _leave(self, ids: list[str]) -> None:
        if self._layer is not None and self._layer.id() in ids:
            self._let_go()
            self.pages.setCurrentIndex(0)

    def _count(self, *_: Any) -> None:
        """Count in the background, in the file; the filter's own numbers too."""
        layer = self._layer
        if layer is None:
            return
        if self._errand is not None:
            self._errand.cancel()
        parts = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
        path, table = Path(str(parts.get("path") or "")), str(parts.get("layerName") or "")
        condition = layer.subsetString()
        self.summary.setText(tr("Counting…"))
        self._errand = background().run(
            lambda errand: _Counted(
                count_in_file(path, table), ids_in_file(path, table, condition, lambda: errand.cancelled)
            ),
            self._counted,
            self._not_counted,
        )

    def _counted(self, counted: _Counted) -> None:
        self._errand = None
        if self._layer is None:
            return
        self._ids = counted.ids
        self.classes.show_classes(counted.classes, self._filter.hidden, self._layer)
        whole, area = sum(one.count for one in counted.classes), sum(one.area_m2 for one in counted.classes)
        locale = QLocale()
        words = tr("{count} objects, {area}") if whole == len(counted.ids) else tr("{shown} of {count} objects shown")
        self.summary.setText(
            words.format(
                count=locale.toString(whole), shown=locale.toString(len(counted.ids)), area=area_text(area)
            )
        )
        for one in (self.previous, self.next):
            one.setEnabled(bool(counted.ids))

    def _not_counted(self, error: Exception) -> None:
        self._errand = None
        self.summary.clear()
        self.status.failure(tr("The objects of this layer cannot be counted: its file cannot be read."))

    # ------------------------------------------------------------------ The filter
    def _show_filter(self) -> None:
        for box, value in (
            (self.least_area, self._filter.least_area),
            (self.least_confidence, self._filter.least_confidence),
        ):
            box.blockSignals(True)
            box.setValue(value)
            box.blockSignals(False)
        known = bool(self._filter.confidence_field)
        self.least_confidence.setVisible(known)
        self._form.labelForField(self.least_confidence).setVisible(known)

    def _filter_changed(self) -> None:
        if self._layer is None:
            return
        wanted = replace(
            self._filter,
            hidden=self.classes.hidden(),
            least_area=self.least_area.value(),
            least_confidence=self.least_confidence.value(),
        )
        if wanted == self._filter:
            return
        if class_filter.apply_filter(self._layer, wanted):
            self._filter = wanted
            self.status.clear()
        else:
            self.status.failure(tr("The layer is being edited. Save or discard the edits, then filter."))
            self._show_filter()
            self._count()

    # ------------------------------------------------------------------ Walking, comparing, sending
    def _walk(self, forward: bool) -> None:
        found = walk.next_id(self._ids, self._current, forward)
        if self._layer is not None and found is not None:
            self._current = found
            if not walk.show(self._desk.iface, self._layer, found):
                self._count()

    def _zoom(self) -> None:
        if self._layer is not None:
            self._desk.iface.setActiveLayer(self._layer)
            self._desk.iface.zoomToActiveLayer()

    def _fill_comparisons(self, menu: QMenu) -> None:
        if self._layer is not None:
            comparison.fill(menu, self._layer, self._desk)

    def _fill_targets(self, menu: QMenu) -> None:
        from ..layer_menu.entries import fill

        if self._layer is not None:
            fill(menu, self._layer, [self._layer], self._desk)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Count for nobody."""
        if self._errand is not None:
            self._errand.cancel()
        super().closeEvent(event)

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Count what was not counted to its end."""
        super().showEvent(event)
        if self._errand is not None and self._errand.cancelled:
            self._count()


def _origin_words(origin: Provenance) -> str:
    roles = {"detector": tr("Detector {id}"), "raster": tr("Raster {id}"), "operation": tr("Operation {id}")}
    parts = [origin.connection or origin.platform, *(roles[role].format(id=one) for role, one in origin.ids.items()
                                                     if role in roles)]
    return " · ".join(messages.clean(part) for part in parts)


def _number(name: str, tip: str, largest: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setObjectName(name)
    box.setToolTip(tip)
    box.setRange(0, largest)
    box.setDecimals(2)
    box.setKeyboardTracking(False)
    box.setSpecialValueText(tr("any"))
    return box


def _menu_button(name: str, picture: str, text: str, fill: Any) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setIcon(icon(picture))
    button.setText(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    menu = QMenu(button)
    menu.aboutToShow.connect(lambda: (menu.clear(), fill(menu)))
    button.setMenu(menu)
    return button
