"""Times of a platform as the user reads them."""

from __future__ import annotations

from qgis.PyQt.QtCore import QDate, QDateTime, QLocale, Qt

from .layers import time


def shown(text: str | None) -> str:
    """An ISO 8601 time, in the user's own time zone and way of writing; what is no time stays as it is."""
    found = time.moment(text)
    return (text or "") if found is None else _written(found)


def shown_date(text: str | None) -> str:
    """The day only, where there is little room."""
    found = time.moment(text)
    if found is None:
        return text or ""
    return str(QLocale().toString(found.toLocalTime().date(), QLocale.FormatType.ShortFormat))


def shown_day(text: str | None) -> str:
    """A day that is meant as such, wherever it is read: in the user's way of writing, never in another time zone."""
    day = QDate.fromString((text or "").strip()[:10], Qt.DateFormat.ISODate)
    return str(QLocale().toString(day, QLocale.FormatType.ShortFormat)) if day.isValid() else text or ""


def shown_seconds(seconds: float) -> str:
    """The same for seconds since 1970."""
    return _written(QDateTime.fromMSecsSinceEpoch(int(seconds * 1000)))


def _written(moment: QDateTime) -> str:
    return str(QLocale().toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat))
