"""Tells who shows jobs that one began or ended in this QGIS. Holds nothing, so that it costs nothing at start."""

from __future__ import annotations

from qgis.PyQt.QtCore import QObject, pyqtSignal


class _Events(QObject):
    """``changed`` is emitted from whichever thread; receivers of the main thread are called there."""

    changed = pyqtSignal()


events = _Events()
