"""What brings an entry of a platform onto the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..nodes.description import Place

CONNECTION = "CONNECTION"


@dataclass(frozen=True)
class Way:
    """One way for the entries of ``kind``. Of several, the first that the platform allows is taken.

    ``parameter`` of ``algorithm`` takes the id of the entry of the kind ``of``: the entry itself, or what is above it.
    ``streams``: the form (``core.live_sources.makers``) in which the platform has to stream it; the layer comes from
    the algorithm. Otherwise the algorithm writes a file with ``suffix``, named by ``output``.
    ``origin`` and ``role`` are the kind of the layer's provenance and the role of the id in it.
    ``label``: the field of a layer that is written beside its features. ``loads``: the algorithm gives the layers of
    its file itself. ``elsewhere``: the file is no map; it is opened by the program that the system has for it.
    """

    kind: str
    algorithm: str
    parameter: str
    of: str
    origin: str
    role: str
    streams: str = ""
    suffix: str = ""
    output: str = "OUTPUT"
    vector: bool = False
    label: str = ""
    loads: bool = False
    elsewhere: bool = False

    def target(self, place: Place) -> str:
        """The id that the algorithm is given; empty when the entry does not lead to one."""
        found = place.nearest(self.of)
        return "" if found is None else found.id

    def title(self, place: Place) -> str:
        """What the layer is called: as the entry, or as what it hangs on where all of that comes with it."""
        found = place.nearest(self.of)
        if found is None or self.of == place.entry.kind:
            return place.entry.name or place.entry.id
        return f"{found.name or found.id}: {place.kind.plural()}"

    def parameters(self, place: Place) -> dict[str, Any]:
        """Those of the algorithm, without where to write."""
        return {CONNECTION: place.connection, self.parameter: self.target(place)}


@cache
def _table(platform: str) -> Sequence[Way]:
    """The platform's rows; none for a platform whose entries are not shown on maps."""
    home = f"{__name__.rpartition('.add_to_map.')[0]}.{platform}"
    if find_spec(home) is None or find_spec(f"{home}.add_to_map") is None:
        return ()
    rows: Sequence[Way] = import_module(f"{home}.add_to_map").WAYS
    return rows


def ways_of(place: Place) -> list[Way]:
    """The ways for an entry, the best first; none for what cannot be on the map."""
    return [way for way in _table(place.platform) if way.kind == place.entry.kind and way.target(place)]
