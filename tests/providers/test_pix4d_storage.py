"""How long credentials last, by a clock that is not the platform's."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.providers.pix4d.flows.storage import Access, access_of, credentials_of

HERE = datetime(2026, 3, 4, 10, 0, tzinfo=timezone.utc)
KEYS: Any = {"access_key": "ASIA1", "secret_key": "s", "session_token": "t", "bucket": "b", "key": "user-1/project-7"}


def lifetime(**answer: Any) -> timedelta | None:
    found = credentials_of({**KEYS, **answer}, lambda: HERE)
    return None if found.expires is None else found.expires - HERE


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"expiration": "2026-03-04T20:05:31Z", "server_time": "2026-03-04T08:05:31.402177+00:00"},
         12 * 3600 - 0.402177),
        ({"expiration": "2026-03-04T22:05:31+02:00", "server_time": "2026-03-04T20:00:31Z"}, 300),
        ({"expiration": 17200}, 17200),
        ({"expiration": "2026-03-04T10:30:00Z"}, 1800),
        ({"expiration": "2026-03-04T10:30:00"}, 1800),
    ],
)
def test_what_counts_is_how_long_they_last_by_the_platforms_clock(answer: dict[str, Any], expected: float) -> None:
    assert lifetime(**answer) == timedelta(seconds=expected)


@pytest.mark.parametrize(
    "answer",
    [{}, {"expiration": "soon"}, {"expiration": True},
     {"expiration": "2026-02-23T20:05:31Z", "server_time": "2026-03-04T08:05:31Z"}],
)
def test_what_tells_no_end_is_left_to_the_storage(answer: dict[str, Any]) -> None:
    assert lifetime(**answer) is None


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("", {}),
        ("http://127.0.0.1:9000",
         {"AWS_S3_ENDPOINT": "127.0.0.1:9000", "AWS_HTTPS": "NO", "AWS_VIRTUAL_HOSTING": "FALSE"}),
        ("https://s3-accelerate.amazonaws.com/",
         {"AWS_S3_ENDPOINT": "s3-accelerate.amazonaws.com", "AWS_HTTPS": "YES", "AWS_VIRTUAL_HOSTING": "TRUE"}),
    ],
)
def test_gdal_is_told_where_the_bucket_is_and_nothing_secret(endpoint: str, options: dict[str, str]) -> None:
    access = Access("b", "user-1/project-7", "eu-central-1", endpoint, credentials_of(KEYS, lambda: HERE))
    assert access.gdal_options() == {"AWS_REGION": "eu-central-1", **options}
    assert access.secrets() == {"access_key": "ASIA1", "secret_key": "s", "session_token": "t"}


@pytest.mark.parametrize(
    ("named", "used"),
    [
        ("s3-accelerate.amazonaws.com", "https://s3-accelerate.amazonaws.com"),
        ("https://s3-accelerate.amazonaws.com", "https://s3-accelerate.amazonaws.com"),
        ("http://s3-accelerate.amazonaws.com", "https://s3-accelerate.amazonaws.com"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_endpoint_that_the_platform_names_is_asked_encrypted_only(named: Any, used: str) -> None:
    api: Any = SimpleNamespace(
        storage=SimpleNamespace(of_project=lambda project: {**KEYS, "endpoint_override": named}),
        hosts=SimpleNamespace(s3_endpoint=""),
    )
    assert access_of(api, "7").endpoint == used
