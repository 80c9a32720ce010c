"""What becomes of layers that were asked for, in QGIS's message bar. Names are shown as plain text."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

from qgis.core import Qgis
from qgis.PyQt import sip
from qgis.PyQt.QtWidgets import QPushButton

from ...core import messages
from ...core.translation import tr
from ..nodes.description import Place
from .ways import ways_of

SHOWN_SECONDS = 10
LONGEST_NAME = 60


def name_of(place: Place) -> str:
    """What its layer is called, in a sentence."""
    name = messages.clean(next(iter(ways_of(place))).title(place))
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


class Notices:
    """Messages with buttons, which leave with the plugin."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._items: list[Any] = []

    def tell(
        self,
        words: str,
        level: Qgis.MessageLevel,
        buttons: Sequence[tuple[str, str, Callable[[], Any]]] = (),
        seconds: int = 0,
    ) -> Any:
        """A sentence as plain text, in the place of earlier ones that leave by themselves. ``buttons``: title, object
        name, what to do; each takes the message away. ``seconds`` 0: it stays. Gives the message."""
        bar = self._iface.messageBar()
        for earlier in [one for one in self._items if not sip.isdeleted(one) and one.duration() > 0]:
            bar.popWidget(earlier)
        item = bar.createMessage(tr("Imagery Hub"), html.escape(words))
        for title, name, do in buttons:
            button = QPushButton(title, item)
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, act=do: self._act(item, act))
            item.layout().addWidget(button)
        self._items = [one for one in self._items if not sip.isdeleted(one)] + [item]
        item.setDuration(seconds)
        bar.pushWidget(item, level, seconds)
        return item

    def _act(self, item: Any, do: Callable[[], Any]) -> None:
        self.take_back(item)
        do()

    def take_back(self, item: Any) -> None:
        """Take a message away, if the user has not."""
        if not sip.isdeleted(item):
            self._iface.messageBar().popWidget(item)

    def remove(self) -> None:
        """Take all of them away."""
        for item in self._items:
            self.take_back(item)
        self._items.clear()
