"""Tells who shows messages that something was done which can be taken back. Holds nothing, so that it costs nothing at
start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qgis.PyQt.QtCore import QObject, pyqtSignal


@dataclass(frozen=True)
class Undo:
    """What was done, in a sentence, and the algorithm that takes it back with its parameters. ``job`` did it."""

    words: str
    algorithm: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    job: str = ""


class _Undoing(QObject):
    """``offered`` carries an :class:`Undo`. Emitted from whichever thread; receivers of the main thread are called
    there."""

    offered = pyqtSignal(object)


undoing = _Undoing()
