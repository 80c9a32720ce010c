"""Small pictures of entries for docks, as :mod:`quick_looks` makes them.

    thumbnails().of(platform_key, connection, entry, above, done, failed)

Pictures are kept in memory only, the last 200, and forgotten when their connection's session is closed.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from qgis.PyQt.QtGui import QImage

from ..providers.capabilities import Entry
from .background import Errand
from .network import NetworkSettings
from .quick_looks import quick_look, scaled
from .sessions import sessions
from .shared import Shared

KEPT = 200

Key = tuple[str, str, str]


class Thumbnails:
    """Main thread only."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, QImage] = OrderedDict()
        sessions().closed.connect(self._forget)

    def of(
        self,
        platform: str,
        connection: str,
        entry: Entry,
        above: Sequence[Entry],
        done: Callable[[QImage], None],
        failed: Callable[[Exception], None],
    ) -> Errand[Any] | None:
        """The picture of an entry, a null one where the platform offers none; one that is not there yet may come, and
        is asked for again. ``done`` is called at once (and None given) when it is known, else later."""
        key = (platform, connection, f"{entry.kind}/{entry.id}")
        if key in self._known:
            self._known.move_to_end(key)
            done(self._known[key])
            return None

        def arrived(image: QImage) -> None:
            if not image.isNull():
                self._known[key] = image
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
            done(image)

        network = NetworkSettings.read()
        return sessions().run(
            platform, connection,
            lambda opened, work: scaled(QImage.fromData(quick_look(opened, entry, above, network, work))),
            arrived, failed,
        )

    def _forget(self, platform: str, connection: str) -> None:
        for key in [key for key in self._known if key[:2] == (platform, connection)]:
            del self._known[key]

    def close(self) -> None:
        """Forget all of them."""
        self._known.clear()
        sessions().closed.disconnect(self._forget)


#: The pictures of this QGIS, made when first used. Main thread only.
thumbnails = Shared(Thumbnails)
#: Forget them.
close = thumbnails.close
