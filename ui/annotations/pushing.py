"""Sending what the plan showed: a job for each kind, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qgis.core import QgsGeometry
from qgis.PyQt.QtCore import QObject, pyqtSignal

from ...core import log, messages
from ...core.background import Errand, background
from ...core.jobs.runner import runner
from ...core.pushes import Changes, Push, plan, push_history
from ...core.pushes.checks import check
from ...core.pushes.history import shapes_of
from ...core.pushes.reading import Snapshot, single_polygons
from .. import operations
from .plan import Subject
from .watch import known_parts


@dataclass(frozen=True)
class Part:
    """What is pushed by itself: a kind, or a class of it. ``serious`` is the number of shapes that cannot be sent."""

    kind: str
    part: str
    title: str
    shapes: Sequence[QgsGeometry]
    changes: Changes
    last: Push | None
    serious: int = 0


def prepare(subject: Subject, taken: Mapping[str, Snapshot], stopped: Callable[[], bool]) -> list[Part]:
    """The parts of a set as they are drawn, against the last push. Not for the main thread. Raises ``Cancelled``."""
    history = push_history()
    drawn = {kind: one.drawn(stopped) for kind, one in taken.items()}
    troubles = check(drawn, subject.plan.rules, subject.place(), known_parts(subject), stopped)
    serious = {(one.kind, one.feature) for one in troubles if one.serious}
    found = []
    for kind in subject.plan.kinds:
        if kind.key not in drawn:
            continue
        parts = subject.parts(kind)
        for part in parts:
            mine = [one for one in drawn[kind.key] if part in ("", one.part)]
            strays = [one for one in drawn[kind.key] if one.part not in parts] if part else []
            last = history.last(subject.key(kind.key, part))
            shapes = [shape for one in mine for shape in single_polygons(one.shape)]
            changes = plan(shapes, None if last is None else shapes_of(last), stopped)
            wrong = sum((kind.key, one.feature) in serious for one in [*mine, *strays])
            found.append(Part(kind.key, part, subject.part_title(kind, part), shapes, changes, last, wrong))
    return found


class Pushing(QObject):
    """Pushes some parts of a set as jobs. ``ended`` comes once, with the titles of what was pushed and, by title, the
    sentences of what was not. The platform's acceptance is noted for each as soon as it is known."""

    ended = pyqtSignal(list, dict)

    def __init__(self, subject: Subject, parts: Sequence[Part], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._parts = list(parts)
        self._waiting: dict[str, tuple[Part, Push]] = {}
        self._left = len(self._parts)
        self._pushed: list[str] = []
        self._failed: dict[str, str] = {}
        self._runner = runner()

    def start(self) -> None:
        """Write down what is sent, then send it."""
        history, subject = push_history(), self._subject
        parts = self._parts

        def write(errand: Errand[list[Push]]) -> list[Push]:
            return [
                history.begin(subject.key(one.kind, one.part), one.shapes)
                for one in parts
            ]

        self._runner.ended.connect(self._job_ended)
        background().run(write, self._send, self._unwritten)

    def _unwritten(self, error: Exception) -> None:
        for one in self._parts:
            self._failed[one.title] = messages.sentence(error)
        self._left = 0
        self._finish()

    def _send(self, pushes: Sequence[Push]) -> None:
        history = push_history()
        for part, push in zip(self._parts, pushes):
            values = self._subject.plan.parameters(self._subject, part.kind, part.part, str(push.file))
            try:
                job = operations.start(self._subject.plan.algorithm, values, on_map=False, tell=False)
            except Exception as error:  # told with the others
                history.drop(push)
                self._over(part, messages.sentence(error))
                continue
            self._waiting[job] = (part, history.sent(push, job))

    def _job_ended(self, job: str, results: Mapping[str, object], words: str) -> None:
        found = self._waiting.pop(job, None)
        if found is None:
            return
        part, push = found
        if not words:
            background().run(
                lambda errand: push_history().accept(push),
                lambda _: self._over(part, ""),
                lambda error: self._unnoted(part, error),
            )
        else:
            self._over(part, words)

    def _unnoted(self, part: Part, error: Exception) -> None:
        """Pushed, but the note of it could not be written: the job's own record settles it when it is looked for."""
        log.unexpected(error)
        self._over(part, "")

    def _over(self, part: Part, words: str) -> None:
        if words:
            self._failed[part.title] = words
        else:
            self._pushed.append(part.title)
        self._left -= 1
        self._finish()

    def _finish(self) -> None:
        if self._left <= 0:
            self._runner.ended.disconnect(self._job_ended)
            order = [one.title for one in self._parts]
            self.ended.emit(sorted(self._pushed, key=order.index), self._failed)
