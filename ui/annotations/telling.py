"""What is said of a set that may not be the one in the dock."""

from __future__ import annotations

import html
from typing import Any

from qgis.core import Qgis

from .plan import Subject


def in_message_bar(iface: Any, subject: Subject, state: str, words: str) -> None:
    """In QGIS's message bar with the name of the set; ``state`` is success or failure."""
    level = Qgis.MessageLevel.Warning if state == "failure" else Qgis.MessageLevel.Success
    iface.messageBar().pushMessage(html.escape(subject.title()), html.escape(words), level)
