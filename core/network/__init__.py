"""The network as QGIS sees it: its proxies, its trusted authorities, the exceptions its user accepted, its user agent.

``NetworkSettings.read()`` looks at QGIS on the main thread, in a few milliseconds; ``QgisNetwork`` answers
``providers/http`` from that in any thread.
"""

from __future__ import annotations

from .settings import NetworkSettings

__all__ = ["NetworkSettings"]
