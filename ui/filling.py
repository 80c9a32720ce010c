"""Dialogs that change an entry, filled with what it has now."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from qgis.core import QgsProcessingAlgorithm
from qgis.utils import iface

from ..core import messages
from ..core.background import Errand
from ..core.sessions import sessions
from ..core.translation import tr
from ..providers.work import Work
from .nodes.description import Place

Result = TypeVar("Result")
#: A log out drops the reading without a word; nothing is said of it for longer.
MESSAGE_MS = 60_000


def open_as_it_is(
    found: QgsProcessingAlgorithm, parameters: dict[str, Any], places: Sequence[Place],
    show: Callable[[dict[str, Any]], Any],
) -> None:
    """Open the dialog, by ``show`` with its parameters; of an algorithm that changes a single one of these entries,
    once it was read in the background as it is. Where it cannot be read the dialog opens without, and why is told."""
    identity = parameters.get(getattr(found, "changes", "") or "")
    if len(places) != 1 or identity != places[0].entry.id:
        show(parameters)
        return

    def read(platform: Any, work: Work) -> dict[str, Any]:
        told: dict[str, Any] = found.as_it_is(platform, identity, work)
        return told

    read_first(places[0], read, lambda told: show({**(told or {}), **parameters}))


def read_first(
    place: Place, read: Callable[[Any, Work], Result], then: Callable[[Result | None], object]
) -> Errand[Result]:
    """Read what an entry has now in the background, then go on with it on the main thread; with None where it cannot be
    read, and why is told."""
    name = messages.clean(place.name)
    iface.statusBarIface().showMessage(tr("Reading “{name}”…").format(name=name), MESSAGE_MS)

    def arrived(told: Result | None) -> None:
        iface.statusBarIface().clearMessage()
        then(told)

    def missed(error: Exception) -> None:
        words = tr("What “{name}” has now could not be read, so the form is empty: {problem}").format(
            name=name, problem=messages.sentence(error))
        arrived(None)
        iface.messageBar().pushWarning(tr("Imagery Hub"), html.escape(words))

    return sessions().run(place.platform, place.connection, read, arrived, missed)
