"""What the dialogs' choice widgets ask for harvest services; see :mod:`.listers`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.translation import tr


def services(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Harvest services of the data collection chosen beside it; none while none is."""
    from ...providers.pixel.places import place_of

    if not values.get("COLLECTION"):
        return
    for page in platform.api.harvest.list(place_of(values["COLLECTION"]), {"name": search}):
        for one in page.records:
            name = one.get("name") or str(one["id"])
            if search.casefold() in name.casefold():
                about = [tr("running") if one.get("running") else "", one.get("url") or ""]
                yield Choice(str(one["id"]), name, ", ".join(filter(None, about)))
