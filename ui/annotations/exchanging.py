"""Pushing a set to a platform that hands annotations out, and going back to how it was: as one file, by one job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import QgsVectorLayer
from qgis.PyQt.QtCore import QObject

from ...core import log, messages
from ...core.background import Errand, background
from ...core.jobs.runner import runner
from ...core.pushes.copies import PUSHED, Copy, copies, rows_in
from ...core.translation import tr
from .. import operations
from .exchange import Choices, Restoration
from .exchange_dialog import ExchangeDialog
from .plan import Subject
from .telling import in_message_bar

if TYPE_CHECKING:
    from .dock import AnnotationsDock


def file_of(layers: Mapping[str, QgsVectorLayer]) -> Path | None:
    """The file that a set's layers show."""
    return next((Path(layer.source().partition("|")[0]) for layer in layers.values()), None)


class Exchanging(QObject):
    """What the buttons of the dock do with such a set."""

    def __init__(self, dock: AnnotationsDock) -> None:
        super().__init__(dock)
        self._dock = dock
        self._under_way: dict[str, tuple[Subject, Path]] = {}
        self._restoring: Errand[dict[str, Restoration]] | None = None
        self._runner = runner()
        self._runner.ended.connect(self._ended)

    def leave(self) -> None:
        """Hear of no job any more."""
        self._runner.ended.disconnect(self._ended)

    # ------------------------------------------------------------------ Pushing
    def push(self) -> None:
        """Save the layers' edits, show the plan; what is accepted there is sent."""
        subject, path = self._dock.subject, file_of(self._dock.layers)
        if subject is None or path is None:
            return
        if subject in [one for one, _ in self._under_way.values()]:
            self._dock.say("busy", tr("A push is under way. Wait until it has ended, or cancel it among the jobs."))
            return
        if not self._saved():
            return
        dialog = ExchangeDialog(subject, path, self._dock.desk.iface.mainWindow())
        dialog.accepted.connect(lambda: self._send(dialog.subject, path, dialog.choices))
        dialog.open()

    def _saved(self) -> bool:
        """The platform is compared with the file: what is edited has to be in it."""
        for layer in self._dock.layers.values():
            if layer.isEditable() and not layer.commitChanges():
                words = tr("The edits of “{layer}” could not be saved: {words}").format(
                    layer=layer.name(), words="; ".join(layer.commitErrors())
                )
                self._dock.say("failure", words)
                return False
        return True

    def _send(self, subject: Subject, path: Path, choices: Choices) -> None:
        exchange = subject.plan.exchange
        if exchange is None or not self._saved():
            return
        try:
            job = operations.start(
                exchange.algorithm, exchange.parameters(subject, path, choices), on_map=False, tell=False
            )
        except Exception as error:
            self._dock.say("failure", messages.sentence(error))
            return
        self._under_way[job] = (subject, path)
        self._dock.say("busy", tr("Pushing…"))

    def _ended(self, job: str, results: Mapping[str, object], words: str) -> None:
        found = self._under_way.pop(job, None)
        if found is None:
            return
        subject, path = found
        refused = int(str(results.get("REFUSED") or 0))
        told = words or _outcome(results)
        if refused:
            told = tr("{told} Refused by the platform: {count}. The log of the job says which.").format(
                told=told, count=refused)
        state = "failure" if words or refused else "success"
        if self._dock.subject == subject:
            for layer in self._dock.layers.values():
                layer.reload()
                layer.triggerRepaint()
            self._dock.look_again()
            self._dock.say(state, told)
        in_message_bar(self._dock.desk.iface, subject, state, told)
        if not words:
            tables = [one.key for one in subject.plan.kinds]
            background().run(
                lambda errand: copies().keep(subject.key("set"), path, PUSHED, rows_in(path, tables)),
                lambda _: None,
                log.unexpected,
            )

    # ------------------------------------------------------------------ Going back
    def restore(self, subject: Subject, copy: Copy, push_too: bool) -> None:
        """Put the rows of an earlier time into the layers, as edits that can be undone."""
        exchange, path = subject.plan.exchange, file_of(self._dock.layers)
        if exchange is None or path is None or not self._saved():
            return
        kinds = list(self._dock.layers)

        def read(errand: object) -> dict[str, Restoration]:
            return {kind: exchange.restore(path, copy.file, kind) for kind in kinds}

        def put_back(found: Mapping[str, Restoration]) -> None:
            if self._dock.subject != subject:
                self._dock.say("failure", tr("Another set is shown by now. Show the one of the push, then try again."))
                return
            count = sum(one.count for one in found.values())
            for kind, one in found.items():
                if one.count and kind in self._dock.layers:
                    apply(self._dock.layers[kind], one)
            words = tr("Restored: {count}. Undo takes it back.") if count else tr("The layers are like that already.")
            self._dock.say("success", words.format(count=count))
            if push_too:
                self.push()

        if self._restoring is not None:
            self._restoring.cancel()
        self._restoring = background().run(
            read, put_back, lambda error: self._dock.say("failure", messages.sentence(error))
        )


def apply(layer: QgsVectorLayer, wanted: Restoration) -> None:
    """One edit of a layer, which Undo takes back as a whole. Main thread."""
    layer.startEditing()
    layer.beginEditCommand(tr("Restore a previous push"))
    for row, cells in wanted.cells.items():
        layer.changeAttributeValues(row, cells)
    for row, shape in wanted.shapes.items():
        layer.changeGeometry(row, shape)
    layer.deleteFeatures(wanted.gone)
    layer.addFeatures(wanted.back)
    layer.endEditCommand()
    layer.triggerRepaint()


def _outcome(results: Mapping[str, object]) -> str:
    told = tr("Pushed. Added: {added}, changed: {changed}, removed: {removed}.").format(
        added=results.get("ADDED"), changed=results.get("CHANGED"), removed=results.get("REMOVED")
    )
    names = ("ADDED_ELSEWHERE", "CHANGED_ELSEWHERE", "REMOVED_ELSEWHERE")
    elsewhere = sum(int(str(results.get(name) or 0)) for name in names)
    if elsewhere:
        told += " " + tr("Brought in from elsewhere: {count}.").format(count=elsewhere)
    return told
