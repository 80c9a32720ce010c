"""One line of the dock for each kind: how much is drawn, and the buttons to draw and to copy."""

from __future__ import annotations

from qgis.core import QgsApplication, QgsSymbolLayerUtils, QgsVectorLayer
from qgis.PyQt.QtCore import QLocale, QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QGridLayout, QLabel, QToolButton, QWidget

from ...core.translation import tr
from . import layers as set_layers
from .looks import symbol
from .plan import AnnotationKind, Subject
from .watch import Amount, Scan

SYMBOL = QSize(26, 18)
DRAW = {
    "point": "/mActionCapturePoint.svg",
    "line": "/mActionCaptureLine.svg",
    "polygon": "/mActionCapturePolygon.svg",
    "circle": "/mActionCircleCenterPoint.svg",
}


def amount_words(amount: Amount) -> str:
    """How many, and how large."""
    if not amount.count:
        return tr("nothing drawn")
    locale = QLocale()
    if not amount.km2:
        return str(locale.toString(amount.count))
    digits = 3 if amount.km2 >= 0.01 else 6
    return tr("{count} · {area} km²").format(
        count=locale.toString(amount.count), area=locale.toString(amount.km2, "f", digits)
    )


class KindRows(QWidget):
    """Emits ``draw`` and ``copy`` with the key of the kind."""

    draw = pyqtSignal(str)
    copy = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.amounts: dict[str, QLabel] = {}

    def show_set(self, subject: Subject, layers: dict[str, QgsVectorLayer]) -> None:
        """Make the lines anew."""
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.amounts = {}
        row = 0
        for kind in subject.plan.kinds:
            self._line(row, subject, kind, kind.key in layers)
            row += 1
            if kind.classes and len(subject.classes) > 1 and kind.key in layers:
                self._class_line(row, subject, layers[kind.key])
                row += 1

    def _line(self, row: int, subject: Subject, kind: AnnotationKind, there: bool) -> None:
        picture = QLabel()
        exchange = subject.plan.exchange
        shown = symbol(kind) if exchange is None else exchange.symbol(kind.key)
        picture.setPixmap(QgsSymbolLayerUtils.symbolPreviewPixmap(shown, SYMBOL, 1))
        title = QLabel(kind.title())
        title.setToolTip(kind.hint())
        amount = QLabel("" if there else tr("layer is not in the project"))
        amount.setObjectName(f"imageryHubAmount_{kind.key}")
        amount.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        draw = QToolButton()
        draw.setObjectName(f"imageryHubDraw_{kind.key}")
        draw.setIcon(QgsApplication.getThemeIcon(DRAW[kind.geometry]))
        draw.setToolTip(tr("Draw {kind}: {hint}").format(kind=kind.title(), hint=kind.hint()))
        draw.setAccessibleName(tr("Draw {kind}").format(kind=kind.title()))
        copy = QToolButton()
        copy.setObjectName(f"imageryHubCopy_{kind.key}")
        copy.setIcon(QgsApplication.getThemeIcon("/mActionEditPaste.svg"))
        copy.setToolTip(tr("Copy polygons of a layer into {kind}").format(kind=kind.title()))
        copy.setAccessibleName(copy.toolTip())
        for button, signal in ((draw, self.draw), (copy, self.copy)):
            button.setAutoRaise(True)
            button.setEnabled(there)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _=False, one=signal: one.emit(kind.key))
        widgets = (picture, title, amount, draw, copy) if exchange is None else (picture, title, amount, draw)
        for column, widget in enumerate(widgets):
            self._grid.addWidget(widget, row, column)
        self.amounts[kind.key] = amount

    def _class_line(self, row: int, subject: Subject, layer: QgsVectorLayer) -> None:
        label = QLabel(tr("Class of new ones"))
        classes = QComboBox()
        classes.setObjectName("imageryHubNewClass")
        classes.setToolTip(tr("The class that outlines get when they are drawn. The attribute table changes it later."))
        for one in subject.classes:
            classes.addItem(one.name or one.id, one.id)
        classes.setCurrentIndex(max(0, classes.findData(set_layers.chosen_class(layer))))
        classes.currentIndexChanged.connect(lambda _: set_layers.choose_class(layer, str(classes.currentData())))
        label.setBuddy(classes)
        self._grid.addWidget(label, row, 1)
        self._grid.addWidget(classes, row, 2, 1, 3)

    def show_scan(self, scan: Scan) -> None:
        """Put the numbers in."""
        for kind, amount in scan.amounts.items():
            if kind in self.amounts:
                self.amounts[kind].setText(amount_words(amount))
