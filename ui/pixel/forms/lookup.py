"""What a form looks up on the platform: a lister, asked in the background for all that it has, when the user wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qgis.PyQt.QtCore import QObject, pyqtSignal

from ....algorithms.parameters.choice import lister_named
from ....core import messages
from ....core.choices import Choice
from ...choices.source import ChoiceSource, Page

CONNECTION = "CONNECTION"
PLATFORM = "pixel"
MOST = 2000


class Lookup(QObject):
    """``found`` comes with all that was found, ``failed`` with a sentence. One look at a time; ``asked`` gives what the
    lister is asked for, and a look is not repeated while that stays the same. ``dropped``: neither will come."""

    found = pyqtSignal(list)
    failed = pyqtSignal(str)
    begun = pyqtSignal()
    dropped = pyqtSignal()

    def __init__(
        self, lister: str, values: Callable[[str], str], asked: Callable[[], Mapping[str, str]]
    ) -> None:
        super().__init__()
        self._values, self._asked = values, asked
        self._source = ChoiceSource(
            PLATFORM, lambda: lister_named(lister), lister, lambda: values(CONNECTION), asked
        )
        self._known: dict[str, str] | None = None
        self._so_far: list[Choice] = []

    def look(self, again: bool = False, by_itself: bool = False) -> None:
        """Look, unless what was found last is still what is asked for; ``again``: in any case. ``by_itself``: nobody
        asked for it just now, as in :meth:`ChoiceSource.begin`."""
        wanted = self._wanted()
        if wanted == self._known and not again:
            return
        self._known, self._so_far = wanted, []
        self.begun.emit()
        self._source.begin("", self._arrived, self._missed, by_itself)

    def forget(self) -> None:
        """Something that it depends on is another one now; what is under way is dropped when that is so."""
        if self._known is not None and self._wanted() != self._known:
            self._known = None
            self._source.stop()
            self.dropped.emit()

    def stop(self, *_: object) -> None:
        """Nobody waits any more."""
        self._source.stop()

    def _wanted(self) -> dict[str, str]:
        return {CONNECTION: self._values(CONNECTION), **self._asked()}

    def _arrived(self, page: Page) -> None:
        self._so_far += page.entries
        if page.more and len(self._so_far) < MOST:
            self._source.proceed(self._arrived, self._missed)
        else:
            self.found.emit(self._so_far)

    def _missed(self, error: Exception) -> None:
        self._known = None
        self.failed.emit(messages.sentence(error))
