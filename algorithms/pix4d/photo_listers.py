"""What the choices of photos in dialogs ask the platform for; run in the background."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.translation import tr


def photos(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """The photos of the project chosen beside it, by name; none while none is."""
    if not values.get("PROJECT"):
        return
    for page in platform.api.photos.list(values["PROJECT"]):
        for one in page.records:
            name = name_of(one)
            if search.casefold() in name.casefold():
                yield Choice(str(one["id"]), name, tr("left out") if one.get("excluded_from_mapper") else "")


def name_of(photo: Mapping[str, Any]) -> str:
    """The name of a photo: its path in the storage without the project's own folder."""
    return str(photo.get("s3_key") or "").split("/", 2)[-1] or str(photo.get("id", ""))
