"""Copying polygons of any layer into a layer of annotations, as one edit that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import (
    Qgis,
    QgsFeature,
    QgsGeometry,
    QgsMapLayerProxyModel,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt import sip
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ...core import messages
from ...core.background import background
from ...core.geometry.reproject import reprojected, wgs84
from ...core.pushes.checks import Drawn
from ...core.pushes.reading import Snapshot, single_polygons
from ...core.translation import tr
from ..help import HelpKey
from .layers import chosen_class
from .plan import CLASS_FIELD, AnnotationKind, Subject

#: Fields in which layers of results tell the class, the best first.
CLASS_FIELDS = (CLASS_FIELD, "class_name")
BY_FIELD = "\0"


def class_field(layer: QgsVectorLayer, subject: Subject) -> str:
    """The field of a layer that tells classes of this subject; empty when there is none."""
    return next((name for name in CLASS_FIELDS if layer.fields().lookupField(name) >= 0), "") if subject.classes else ""


def class_finder(subject: Subject, spare: str) -> Callable[[str], str]:
    """From what such a field holds, an id or a name, to the class's id; ``spare`` for what is none."""
    known = {one.name.casefold(): one.id for one in subject.classes} | {one.id: one.id for one in subject.classes}
    return lambda text: known.get(text) or known.get(text.casefold()) or spare


Arrived = Callable[[int], None]
Failed = Callable[[str], None]


def copy(
    source: QgsVectorLayer,
    target: QgsVectorLayer,
    subject: Subject,
    selected: bool,
    choose: str,
    arrived: Arrived,
    failed: Failed,
) -> None:
    """Copy the polygons; ``choose`` is the class's id, or ``BY_FIELD``. ``arrived`` hears how many there were."""
    by_field = class_field(source, subject) if choose == BY_FIELD else ""
    spare = chosen_class(target) if choose == BY_FIELD else choose
    taken = Snapshot(source, by_field, selected)
    find = class_finder(subject, spare)
    words = tr("Copy from {layer}").format(layer=source.name())

    def done(drawn: Sequence[Drawn]) -> None:
        if not sip.isdeleted(target) and target.isValid():
            arrived(add(target, words, [(one.shape, find(one.part) if by_field else spare) for one in drawn]))

    def read(errand: object) -> list[Drawn]:
        return [Drawn(one.feature, shape, one.part) for one in taken.drawn() for shape in single_polygons(one.shape)]

    background().run(read, done, lambda error: failed(messages.sentence(error)))


def add(
    layer: QgsVectorLayer, words: str, shapes: Sequence[tuple[QgsGeometry, str]], instead: Sequence[int] = ()
) -> int:
    """Add polygons (longitude and latitude, each with its class) in one edit command; ``instead`` of these features.
    Their number. The layer stays in editing, so that it can be undone and saved as any edit."""
    if not layer.isEditable():
        layer.startEditing()
    context, crs, fields = QgsProject.instance().transformContext(), layer.crs(), layer.fields()
    place, same = fields.lookupField(CLASS_FIELD), crs == wgs84()
    features = []
    for shape, part in shapes:
        feature = QgsFeature(fields)  # createFeature looks at each default and takes 25 times as long
        feature.setGeometry(shape if same else reprojected(shape, wgs84(), crs, context))
        if place >= 0 and part:
            feature.setAttribute(place, part)
        features.append(feature)
    layer.beginEditCommand(words)
    if instead:
        layer.deleteFeatures(list(instead))
    layer.addFeatures(features)
    layer.endEditCommand()
    layer.triggerRepaint()
    return len(features)


def _polygons() -> Any:
    """The filter of layers of polygons, which moved with QGIS 3.34."""
    moved = getattr(Qgis, "LayerFilter", None)
    return QgsMapLayerProxyModel.Filter.PolygonLayer if moved is None else moved.PolygonLayer


class CopyDialog(QDialog):
    """Which layer, which of its features, and for kinds with classes which class."""

    def __init__(self, subject: Subject, kind: AnnotationKind, target: QgsVectorLayer, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("imageryHubCopy")
        self.setWindowTitle(tr("Copy from Layer"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        HelpKey(self, "annotations")
        self._subject = subject
        self.layer = QgsMapLayerComboBox()
        self.layer.setObjectName("imageryHubCopyLayer")
        self.layer.setFilters(_polygons())
        self.layer.setExceptedLayerList([target])
        self.selected = QCheckBox()
        self.selected.setObjectName("imageryHubCopySelected")
        self.classes = QComboBox()
        self.classes.setObjectName("imageryHubCopyClass")
        words = QLabel(
            tr("The polygons are added to “{kind}”, in its reference system. It is one edit, which can be undone.")
            .format(kind=kind.title())
        )
        words.setWordWrap(True)
        form = QFormLayout()
        form.addRow(tr("Layer"), self.layer)
        form.addRow("", self.selected)
        if kind.classes and subject.classes:
            form.addRow(tr("Class"), self.classes)
        else:
            self.classes.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.take = self.buttons.addButton(tr("Copy"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setObjectName("imageryHubCopyNow")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addLayout(form)
        layout.addWidget(self.buttons)
        self.layer.layerChanged.connect(self._look)
        self._chosen = chosen_class(target)
        self._look()

    def _look(self, *_: object) -> None:
        layer = self.source
        count = 0 if layer is None else layer.selectedFeatureCount()
        self.selected.setText(tr("Selected features only ({count})").format(count=count))
        self.selected.setEnabled(count > 0)
        self.selected.setChecked(count > 0)
        self.take.setEnabled(layer is not None)
        self.classes.clear()
        if layer is not None and class_field(layer, self._subject):
            self.classes.addItem(tr("As the layer's field tells"), BY_FIELD)
        for one in self._subject.classes:
            self.classes.addItem(one.name or one.id, one.id)
        if self.classes.currentData() != BY_FIELD:
            self.classes.setCurrentIndex(max(0, self.classes.findData(self._chosen)))

    @property
    def source(self) -> QgsVectorLayer | None:
        """The chosen layer."""
        layer = self.layer.currentLayer()
        return layer if isinstance(layer, QgsVectorLayer) else None

    @property
    def choice(self) -> str:
        """The class's id, ``BY_FIELD``, or empty."""
        return str(self.classes.currentData() or "")
