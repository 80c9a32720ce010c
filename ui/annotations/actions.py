"""What the buttons of the dock do with the set that it shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from qgis.core import (
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QObject

from ...core import messages
from ...core.background import Errand, background
from ...core.geometry.reproject import wgs84
from ...core.pushes import Push
from ...core.pushes.checks import Trouble
from ...core.pushes.copies import Copy
from ...core.pushes.history import shapes_of
from ...core.translation import tr
from .copying import CopyDialog, add, copy
from .exchanging import Exchanging
from .history_dialog import HistoryDialog
from .plan import CLASS_FIELD, Subject
from .push_dialog import PushDialog
from .pushing import Part, Pushing
from .telling import in_message_bar
from .tools import draw_features

if TYPE_CHECKING:
    from .dock import AnnotationsDock

#: How much wider than the feature the map is when a problem is shown.
AROUND = 2.5


class Actions(QObject):
    """Draw, copy, show a problem, push, look back."""

    def __init__(self, dock: AnnotationsDock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._under_way: set[Subject] = set()
        self._exchanging: Exchanging | None = None
        self._restoring: dict[tuple[Subject, str, str], Errand[list[QgsGeometry]]] = {}

    @property
    def _exchange(self) -> Exchanging | None:
        """For a set of a platform that hands annotations out."""
        subject = self._dock.subject
        if subject is None or subject.plan.exchange is None:
            return None
        if self._exchanging is None:
            self._exchanging = Exchanging(self._dock)
        return self._exchanging

    def leave(self) -> None:
        """Hear of nothing any more."""
        if self._exchanging is not None:
            self._exchanging.leave()
            self._exchanging = None

    # ------------------------------------------------------------------ Drawing
    def draw(self, kind: str) -> None:
        """QGIS's own tool on the layer of a kind."""
        layer = self._dock.layers.get(kind)
        if layer is None:
            return
        iface = self._dock.desk.iface
        node = QgsProject.instance().layerTreeRoot().findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityCheckedParentRecursive(True)
        iface.setActiveLayer(layer)
        if not layer.isEditable() and not layer.startEditing():
            self._dock.say("failure", tr("The layer cannot be edited. Look whether its file can be written."))
            return
        subject = self._dock.subject
        draw_features(iface, subject is not None and subject.plan.kind(kind).geometry == "circle")

    def copy(self, kind: str) -> None:
        """Ask for a layer, then copy from it."""
        subject, layer = self._dock.subject, self._dock.layers.get(kind)
        if subject is None or layer is None:
            return
        dialog = CopyDialog(subject, subject.plan.kind(kind), layer, self._dock.desk.iface.mainWindow())

        def take() -> None:
            source = dialog.source
            if source is not None:
                selected = dialog.selected.isChecked()
                copy(source, layer, subject, selected, dialog.choice, self._copied, self._not_copied)

        dialog.accepted.connect(take)
        dialog.open()

    def _copied(self, count: int) -> None:
        words = tr("Copied: {count}. Undo takes them back.").format(count=count)
        if not count:
            words = tr("There was no polygon to copy. Choose another layer or other features.")
        self._dock.say("success" if count else "failure", words)

    def _not_copied(self, words: str) -> None:
        self._dock.say("failure", words)

    # ------------------------------------------------------------------ Problems
    def show_trouble(self, trouble: Trouble) -> None:
        """Select the feature and go there."""
        layer = self._dock.layers.get(trouble.kind)
        if layer is None:
            return
        iface = self._dock.desk.iface
        iface.setActiveLayer(layer)
        layer.selectByIds([trouble.feature])
        shape = layer.getGeometry(trouble.feature)
        canvas = iface.mapCanvas()
        here = canvas.mapSettings().destinationCrs()
        context = QgsProject.instance().transformContext()
        try:
            box = QgsCoordinateTransform(layer.crs(), here, context).transformBoundingBox(shape.boundingBox())
            if shape.isEmpty() and trouble.spot is not None:
                spot = QgsCoordinateTransform(wgs84(), here, context).transform(QgsPointXY(*trouble.spot))
                box = QgsRectangle(spot, spot)
        except QgsCsException:
            return
        if shape.isEmpty() and trouble.spot is None:
            return
        if box.isEmpty():
            canvas.setCenter(box.center())
        else:
            box.scale(AROUND)
            canvas.setExtent(box)
        canvas.refresh()
        if trouble.spot is not None:
            canvas.flashGeometries([QgsGeometry.fromPointXY(QgsPointXY(*trouble.spot))], wgs84())

    # ------------------------------------------------------------------ Pushing
    def push(self, only: Collection[tuple[str, str]] | None = None) -> None:
        """Show the plan; what is accepted there is sent."""
        subject, exchange = self._dock.subject, self._exchange
        if subject is None or not self._dock.layers:
            return
        if exchange is not None:
            exchange.push()
            return
        if subject in self._under_way:
            self._dock.say("busy", tr("A push is under way. Wait until it has ended, or cancel it among the jobs."))
            return
        dialog = PushDialog(subject, self._dock.layers, self._dock.desk.iface.mainWindow(), only)
        dialog.accepted.connect(lambda: self._send(dialog.subject, dialog.chosen))
        dialog.open()

    def _send(self, subject: Subject, parts: Sequence[Part]) -> None:
        pushing = Pushing(subject, parts, self)
        self._under_way.add(subject)
        self._dock.say("busy", tr("Pushing: {kinds}.").format(kinds=_list(one.title for one in parts)))
        pushing.ended.connect(lambda pushed, failed: self._pushed(subject, pushed, failed))
        pushing.ended.connect(lambda *_: pushing.deleteLater())
        pushing.start()

    def _pushed(self, subject: Subject, pushed: Sequence[str], failed: Mapping[str, str]) -> None:
        self._under_way.discard(subject)
        lines = [tr("Pushed: {kinds}.").format(kinds=_list(pushed))] if pushed else []
        short = [*lines, tr("Not pushed: {kinds}.").format(kinds=_list(failed))] if failed else lines
        lines += [tr("Not pushed: {kind}. {words}").format(kind=title, words=words) for title, words in failed.items()]
        text = "\n".join(lines)
        state = "failure" if failed else "success"
        if self._dock.subject == subject:
            self._dock.say(state, text)
        in_message_bar(self._dock.desk.iface, subject, state, " ".join(short))

    # ------------------------------------------------------------------ Going back
    def look_back(self) -> None:
        """The pushes from here."""
        subject = self._dock.subject
        if subject is not None:
            dialog = HistoryDialog(subject, self._dock.desk.iface.mainWindow())
            dialog.restore.connect(lambda push, push_too: self._restore(subject, push, push_too))
            dialog.open()

    def _restore(self, subject: Subject, push: Push | Copy, push_too: bool) -> None:
        if isinstance(push, Copy):
            if self._exchange is not None and self._dock.subject == subject:
                self._exchange.restore(subject, push, push_too)
            return

        def failed(error: Exception) -> None:
            self._dock.say("failure", messages.sentence(error))

        def put_back(shapes: Sequence[QgsGeometry]) -> None:
            if self._dock.subject == subject:
                self._put_back(push, shapes, push_too)
            else:
                self._dock.say("failure", tr("Another set is shown by now. Show the one of the push, then try again."))

        restored = (subject, push.key.kind, push.key.part)
        if restored in self._restoring:
            self._restoring[restored].cancel()
        self._restoring[restored] = background().run(lambda errand: shapes_of(push), put_back, failed)

    def _put_back(self, push: Push, shapes: Sequence[QgsGeometry], push_too: bool) -> None:
        layer = self._dock.layers.get(push.key.kind)
        if layer is None:
            return
        index = layer.fields().lookupField(CLASS_FIELD) if push.key.part else -1
        gone = [one.id() for one in layer.getFeatures() if index < 0 or str(one[index]) == push.key.part]
        words = tr("Restore a previous push")
        add(layer, words, [(shape, push.key.part) for shape in shapes], instead=gone)
        self._dock.say("success", tr("Restored: {count}. Undo takes it back.").format(count=len(shapes)))
        if push_too:
            self.push({(push.key.kind, push.key.part)})


def _list(titles: Iterable[str]) -> str:
    return ", ".join(titles)
