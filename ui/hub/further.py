"""What is asked of the platform about the one entry that is looked at, beyond what its list tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...core import log, messages
from ...core.background import Errand
from ...core.sessions import sessions
from ..nodes.description import Place


class Further:
    """Main thread only. ``arrived`` is called with the further members of the entry; why there are none is for who
    looks into the log, as the entry is fine without them."""

    def __init__(self, arrived: Callable[[Mapping[str, str]], None]) -> None:
        self._arrived = arrived
        self._errand: Errand[Any] | None = None

    def ask(self, place: Place) -> None:
        """Ask in the background, in the place of what was asked before."""
        self.drop()
        ask = place.kind.further
        if ask is not None:
            self._errand = sessions().run(
                place.platform, place.connection, lambda platform, work: ask(platform, place, work), self._arrived,
                lambda error: log.info(messages.sentence(error)),
            )

    def drop(self) -> None:
        """Nobody waits for it any more."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None
