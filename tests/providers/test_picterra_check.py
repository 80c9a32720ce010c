"""Testing a connection: one try, whose outcome is told at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from imagery_hub.providers.errors import Kind, PlatformError
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.picterra.provider import Picterra, check, connect
from raw_server import RawServer, answer


@pytest.fixture
def platform() -> Callable[[str], tuple[Picterra, list[float]]]:
    """A platform at an address, and the pauses that it makes."""

    def make(address: str) -> tuple[Picterra, list[float]]:
        pauses: list[float] = []
        made = connect(address, {"key": "marker-secret-123"}, {}, EnvironmentNetwork())
        made.api.http.pause = pauses.append
        return made, pauses

    return make


def test_a_platform_in_trouble_is_asked_once(platform: Callable[[str], tuple[Picterra, list[float]]]) -> None:
    with RawServer(lambda request: answer(503)) as server:
        made, pauses = platform(server.address)
        with pytest.raises(PlatformError) as caught:
            check(made)
        assert (caught.value.status, len(server.requests), pauses) == (503, 1, [])
        # What works on the platform goes on being patient.
        with pytest.raises(PlatformError):
            made.api.account.user()
        assert len(pauses) > 1 and len(server.requests) == len(pauses) + 2
        made.close()


def test_a_host_where_nobody_listens_is_named_at_once(platform: Callable[[str], tuple[Picterra, list[float]]]) -> None:
    made, pauses = platform("http://127.0.0.1:9")
    with pytest.raises(PlatformError) as caught:
        check(made)
    assert (caught.value.kind, pauses) == (Kind.UNREACHABLE, [])
    made.close()


@pytest.mark.parametrize("status", [401, 403])
def test_both_statuses_say_that_the_key_is_not_taken(
    platform: Callable[[str], tuple[Picterra, list[float]]], status: int
) -> None:
    """Notes, section 5: clients take both for a bad key."""
    with RawServer(lambda request: answer(status)) as server:
        made, _ = platform(server.address)
        with pytest.raises(PlatformError) as caught:
            check(made)
        assert (caught.value.kind, caught.value.status) == (Kind.NOT_LOGGED_IN, status)
        with pytest.raises(PlatformError) as elsewhere:
            made.api.folders.create("Fields")
        assert elsewhere.value.kind is (Kind.NOT_LOGGED_IN if status == 401 else Kind.FORBIDDEN)
        made.close()
