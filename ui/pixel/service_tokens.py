"""Keeps the tokens of ArcGIS layers fresh while such layers are in the project.

The tokens are in QGIS's authentication database. Nothing is asked for while that is locked: QGIS itself asks for the
master password when a layer needs it.
"""

from __future__ import annotations

import time
from typing import Any

from qgis.core import Qgis, QgsProject
from qgis.PyQt.QtCore import QObject, QTimer

from ...core import log, secrets
from ...core.arcgis import answers, tokens
from ...core.arcgis.tokens import Held
from ...core.background import background
from ...core.network import NetworkSettings
from ...core.translation import tr

PAUSE_MILLISECONDS = 60_000
AFTER_READING_MILLISECONDS = 200
PATIENCE_SECONDS = 1800.0
"""After a refusal: a server may lock the account of somebody who asks too often."""


class ServiceTokens(QObject):
    """Looks when a project was read, when layers come, and once a minute. Tokens of an earlier session are made anew:
    they are bound to the address that the computer had then."""

    def __init__(self, desk: Any) -> None:
        super().__init__(desk)
        self._iface = desk.iface
        self._begun = time.time()
        self._renewing: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_READING_MILLISECONDS)
        self._soon.timeout.connect(self.look)
        self._regular = QTimer(self)
        self._regular.setInterval(PAUSE_MILLISECONDS)
        self._regular.timeout.connect(self.look)
        project = QgsProject.instance()
        project.readProject.connect(self._later)
        project.layersAdded.connect(self._later)
        self._regular.start()

    def _later(self, *_: Any) -> None:
        self._soon.start()

    def look(self) -> None:
        """Have the tokens renewed that are due."""
        if not tokens.any_held() or not secrets.is_unlocked():
            return
        now = time.time()
        for one in tokens.due(QgsProject.instance().mapLayers().values(), now, self._begun):
            if one.authcfg not in self._renewing and now >= self._not_before.get(one.authcfg, 0.0):
                self._renew(one)

    def _renew(self, held: Held) -> None:
        from ...core.arcgis import renewal

        network = NetworkSettings.read()
        self._renewing.add(held.authcfg)

        def done(_: Any) -> None:
            self._renewing.discard(held.authcfg)
            down = renewal.refresh(QgsProject.instance().mapLayers().values(), held.authcfg)
            if down:
                background().run(lambda errand: renewal.opening(down, lambda: errand.cancelled), opened, not_opened)

        def opened(found: Any) -> None:
            renewal.bring_back(QgsProject.instance(), found)

        def not_opened(error: Exception) -> None:
            answers.remove_stored()
            log.unexpected(error)

        def failed(error: Exception) -> None:
            self._renewing.discard(held.authcfg)
            self._failed(held, error)

        background().run(lambda _: renewal.renew(held, network), done, failed)

    def _failed(self, held: Held, error: Exception) -> None:
        from ...core import messages

        self._not_before[held.authcfg] = time.time() + PATIENCE_SECONDS
        log.warning(messages.sentence(error))
        words = tr("The login for layers of ArcGIS services could not be renewed, so that they may show nothing.")
        self._iface.messageBar().pushMessage(
            tr("ArcGIS services"), f"{words} {messages.rich_sentence(error)}", Qgis.MessageLevel.Warning
        )

    def remove(self) -> None:
        """Look no more."""
        project = QgsProject.instance()
        project.readProject.disconnect(self._later)
        project.layersAdded.disconnect(self._later)
        for timer in (self._soon, self._regular):
            timer.stop()
