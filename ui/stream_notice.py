"""One message for all streamed layers that could not be shown, with a way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qgis.core import Qgis
from qgis.PyQt.QtWidgets import QPushButton

from ..core import live_sources, log
from ..core.translation import tr

if TYPE_CHECKING:  # QGIS starts without the modules of streaming
    from ..core.layers.streaming import Reference


class StreamNotice:
    """Called for each layer that failed; a second failure adds nothing while the first message is still there."""

    def __init__(self, iface: Any) -> None:
        self._iface = iface
        self._item: Any = None

    def __call__(self, reference: Reference, error: Exception) -> None:
        from ..core import messages

        log.warning(messages.sentence(error))
        if self._item is not None:
            return
        bar = self._iface.messageBar()
        self._item = bar.createMessage(tr("Streamed layers"), messages.rich_sentence(error))
        button = QPushButton(tr("Show Layers"))
        button.clicked.connect(self._again)
        self._item.layout().addWidget(button)
        self._item.destroyed.connect(self._gone)
        bar.pushWidget(self._item, Qgis.MessageLevel.Warning)

    def _gone(self) -> None:
        self._item = None

    def _again(self) -> None:
        if self._item is not None:
            self._iface.messageBar().popWidget(self._item)
            self._item = None
        try:
            live_sources.look_again()
        except Exception as error:
            self(Reference("", "", "", "", ""), error)
