"""“Push Rasters …” in the desk's menu and toolbar."""

from __future__ import annotations

from typing import Any

from ...core.compat import QAction
from ...core.platforms import PLATFORMS
from ...core.translation import tr
from ..icons import icon
from .platforms import HOMES


class PushService:
    """One entry for each platform that takes rasters."""

    def __init__(self, desk: Any) -> None:
        self._desk = desk
        self._actions: list[QAction] = []
        for platform in HOMES:
            self._add(platform)

    def _add(self, platform: str) -> None:
        title = tr("Push Rasters…")
        if len(HOMES) > 1:
            title = tr("Push Rasters to {platform}…").format(platform=PLATFORMS[platform].title)
        action = QAction(icon("push"), title, self._desk)
        action.setObjectName(f"imageryHubPush{platform.title()}")
        action.setToolTip(tr("Send raster layers and files to {platform}").format(platform=PLATFORMS[platform].title))
        action.triggered.connect(lambda: self.open(platform))
        self._desk.menu.addAction(action)
        self._desk.toolbar.addAction(action)
        self._actions.append(action)

    def open(self, platform: str) -> None:
        """Show the platform's form."""
        from .opening import open_form
        from .plan import plan_of

        plan = plan_of(platform)
        if plan is not None:
            open_form(self._desk, plan)

    def remove(self) -> None:
        """Take everything back."""
        from .opening import close_forms
        from .pushed import follow_none

        close_forms()
        follow_none()
        for action in self._actions:
            self._desk.menu.removeAction(action)
            self._desk.toolbar.removeAction(action)
            action.deleteLater()
        self._actions.clear()
