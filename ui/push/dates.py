"""When an image was captured, as its file tells: from its tags, else from its name. Times without a zone are UTC."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ...core.translation import tr

_TAGS = ("EXIF_DateTimeOriginal", "EXIF_DateTimeDigitized", "TIFFTAG_DATETIME", "EXIF_DateTime")
_OFFSETS = {"EXIF_DateTimeOriginal": "EXIF_OffsetTimeOriginal", "EXIF_DateTimeDigitized": "EXIF_OffsetTimeDigitized",
            "EXIF_DateTime": "EXIF_OffsetTime"}
_TAGGED = re.compile(r"(\d{4})[:/-](\d{2})[:/-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})")
_OFFSET = re.compile(r"([+-])(\d{2}):(\d{2})")
_NAMED = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<between>[-_.]?)(?P<month>\d\d)(?P=between)(?P<day>\d\d)"
    r"(?:[T_ -]?(?P<hour>\d\d)[-_:.h]?(?P<minute>\d\d)(?:[-_:.]?(?P<second>\d\d))?)?(?!\d)"
)


@dataclass(frozen=True)
class Captured:
    """A time in UTC and a sentence that says where it comes from."""

    moment: datetime
    origin: str


def from_tags(tags: Mapping[str, str]) -> Captured | None:
    """From a file's metadata as GDAL gives it; the moment of exposure comes before that of the last change."""
    for name in _TAGS:
        found = _TAGGED.search(tags.get(name, ""))
        moment = None if found is None else _made([int(one) for one in found.groups()])
        if moment is None:
            continue
        offset = _OFFSET.fullmatch(tags.get(_OFFSETS.get(name, ""), "").strip())
        if offset is None:
            return Captured(moment, tr("From the file's tag {name}, taken as UTC.").format(name=name))
        away = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        moment = moment - away if offset[1] == "+" else moment + away
        return Captured(moment, tr("From the file's tag {name}.").format(name=name))
    return None


def from_name(name: str) -> Captured | None:
    """From a date such as 2024-06-02, 20240602 or 2024_06_02_0941 in a file's name."""
    for found in _NAMED.finditer(name):
        day = [int(found[part]) for part in ("year", "month", "day")]
        time = [int(found[part] or 0) for part in ("hour", "minute", "second")]
        moment = _made([*day, *time]) or _made([*day, 0, 0, 0])
        if moment is not None:
            return Captured(moment, tr("From the date in the file's name."))
    return None


def _made(parts: list[int]) -> datetime | None:
    """The time; None for what is no time, and for one that is still to come."""
    try:
        moment = datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=timezone.utc)
    except ValueError:
        return None
    return moment if moment < datetime.now(timezone.utc) + timedelta(days=1) else None
