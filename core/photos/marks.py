"""Marks of points in photos while they are worked on: what a platform has, what was changed, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ..compat import QUndoCommand, QUndoStack
from ..translation import tr

#: A point is of use to a photogrammetric adjustment from so many photos on.
LEAST_PHOTOS = 2


@dataclass(frozen=True, order=True)
class Key:
    """One point in one photo, both as the platform names them."""

    point: str
    photo: str


@dataclass(frozen=True)
class Mark:
    """``x``, ``y``: pixels from the outer corner of the top left pixel, to the right and down. ``id``: the platform's,
    empty until it has one."""

    x: float
    y: float
    id: str = ""


@dataclass(frozen=True)
class Changes:
    """What a platform has yet to be told."""

    added: Mapping[Key, Mark] = field(default_factory=dict)
    moved: Mapping[Key, Mark] = field(default_factory=dict)
    removed: Mapping[Key, Mark] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many marks."""
        return len(self.added) + len(self.moved) + len(self.removed)


class Marks(QObject):
    """The marks of one project. ``undo_stack`` takes every change back; ``changed`` tells the point and the photo, both
    empty when all may be different."""

    changed = pyqtSignal(str, str)

    def __init__(self, registered: Mapping[Key, Mark] | None = None) -> None:
        super().__init__()
        self._registered = dict(registered or {})
        self._now = dict(self._registered)
        self.undo_stack = QUndoStack(self)

    def at(self, key: Key) -> Mark | None:
        """The mark of a point in a photo."""
        return self._now.get(key)

    def of_photo(self, photo: str) -> dict[str, Mark]:
        """The marks in a photo, by point."""
        return {key.point: mark for key, mark in self._now.items() if key.photo == photo}

    def of_point(self, point: str) -> dict[str, Mark]:
        """The marks of a point, by photo."""
        return {key.photo: mark for key, mark in self._now.items() if key.point == point}

    def place(self, key: Key, x: float, y: float) -> None:
        """Mark a point, or move its mark."""
        known = self._now.get(key) or self._registered.get(key)
        words = tr("Move mark of {point}") if key in self._now else tr("Mark {point}")
        self.undo_stack.push(_Change(self, key, Mark(x, y, known.id if known else ""), words.format(point=key.point)))

    def remove(self, key: Key) -> None:
        """Take a mark away; nothing happens where there is none."""
        if key in self._now:
            self.undo_stack.push(_Change(self, key, None, tr("Remove mark of {point}").format(point=key.point)))

    def changes(self) -> Changes:
        """What is different from what the platform has."""
        before, now = self._registered, self._now
        return Changes(
            {key: mark for key, mark in now.items() if key not in before},
            {key: mark for key, mark in now.items() if key in before and mark != before[key]},
            {key: mark for key, mark in before.items() if key not in now},
        )

    def adopt(self, registered: Mapping[Key, Mark]) -> None:
        """Take what the platform has now. What was changed here and not sent yet is kept, and undo begins anew."""
        changes = self.changes()
        now = dict(registered)
        for key, mark in {**changes.added, **changes.moved}.items():
            known = registered.get(key)
            now[key] = replace(mark, id=known.id if known else "")
        for key in changes.removed:
            now.pop(key, None)
        self._registered, self._now = dict(registered), now
        self.undo_stack.clear()
        self.changed.emit("", "")

    def bring_back(self, placed: Mapping[Key, Mark], removed: Iterable[Key]) -> int:
        """Do again what was not sent in an earlier session; how many marks are different now. Not undone by undo."""
        for key, mark in placed.items():
            known = self._registered.get(key)
            self._now[key] = replace(mark, id=known.id if known else "")
        for key in removed:
            self._now.pop(key, None)
        self.changed.emit("", "")
        return self.changes().count

    def sent(self, changes: Changes) -> None:
        """These changes are with the platform now, which gives new marks their ids when it is read again."""
        for key, mark in {**changes.added, **changes.moved}.items():
            self._registered[key] = mark
        for key in changes.removed:
            self._registered.pop(key, None)

    def _put(self, key: Key, mark: Mark | None) -> None:
        if mark is None:
            self._now.pop(key, None)
        else:
            self._now[key] = mark
        self.changed.emit(key.point, key.photo)


class _Change(QUndoCommand):
    """One mark placed, moved or taken away."""

    def __init__(self, marks: Marks, key: Key, after: Mark | None, words: str) -> None:
        super().__init__(words)
        self._marks, self._key = marks, key
        self._before, self._after = marks.at(key), after

    def redo(self) -> None:
        """Do it."""
        self._marks._put(self._key, self._after)

    def undo(self) -> None:
        """Take it back."""
        self._marks._put(self._key, self._before)
