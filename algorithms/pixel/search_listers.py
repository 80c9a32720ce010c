"""What the search's choices list; run in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice


def returned(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The fields that a search on what is chosen beside it gives."""
    info = platform.api.search.info(values.get("ON") or "images")
    for one in info.get("out_fields") or ():
        name = str(one.get("name") or "")
        if name and search.casefold() in name.casefold():
            yield Choice(name, name, str(one.get("type") or ""))
