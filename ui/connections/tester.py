"""Trying a connection in the background."""

from __future__ import annotations

from collections.abc import Callable

from ...core import connections, messages
from ...core.background import Errand, background
from ...core.translation import tr


class ConnectionTester:
    """One try at a time; a new one drops the earlier. ``told`` is called with a plain sentence and whether it went."""

    def __init__(self, told: Callable[[str, bool], None]) -> None:
        self._told = told
        self._errand: Errand[str] | None = None

    def test(self, gather: Callable[[], connections.Credentials]) -> None:
        """Gather the credentials here, on the main thread, and ask the platform from another."""
        self.stop()
        try:
            opening = gather()
        except Exception as error:
            self._told(messages.sentence(error), False)
            return
        title = opening.platform.title
        self._errand = background().run(
            lambda errand: opening.check(lambda: errand.cancelled),
            lambda account: self._told(welcome(title, account), True),
            lambda error: self._told(messages.sentence(error), False),
        )

    def stop(self) -> None:
        """Drop the try under way."""
        if self._errand is not None:
            self._errand.cancel()
            self._errand = None


def welcome(platform: str, account: str) -> str:
    """What to say when the platform accepted the key."""
    if account:
        return tr("Connected to {platform} as “{account}”.").format(
            platform=platform, account=messages.clean(account)
        )
    return tr("Connected to {platform}.").format(platform=platform)
