"""Times are shown as the user writes them, in the user's time zone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest
from imagery_hub.core.moments import shown, shown_seconds
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QLocale


@pytest.fixture
def place(qgis_app: QgsApplication) -> Iterator[None]:
    """Two hours east of Greenwich, wherever the test runs."""
    before, locale = os.environ.get("TZ"), QLocale()
    os.environ["TZ"] = "UTC-2"
    time.tzset()
    yield
    QLocale.setDefault(locale)
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("language", "written"), [("de_DE", "03.06.24 00:41"), ("en_US", "6/3/24 12:41 AM"), ("fr_FR", "03/06/2024 00:41")]
)
def test_a_moment_is_written_as_the_user_does(place: None, language: str, written: str) -> None:
    QLocale.setDefault(QLocale(language))
    for text in ("2024-06-02T22:41:00Z", "2024-06-02T22:41:00.123456Z", "2024-06-03T00:41:00+02:00"):
        # Newer Qt puts a comma or a narrow blank between.
        assert shown(text).replace("\u202f", " ").replace(",", "") == written
    assert shown_seconds(1717368060.0) == shown("2024-06-02T22:41:00Z")


def test_what_is_no_time_stays_as_it_is(place: None) -> None:
    assert shown("last summer") == "last summer"
    assert (shown(None), shown("")) == ("", "")
