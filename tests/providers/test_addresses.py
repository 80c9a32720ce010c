"""Addresses of servers as people give them: brought to their root, and refused where they are none."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.http.addresses import holds_login, root_of

USUAL = "https://usual.example/"
PLATFORMS = ("descarteslabs", "picterra", "pix4d", "pixel", "pixxel")


@pytest.fixture(params=PLATFORMS)
def platform(request: pytest.FixtureRequest) -> Any:
    return import_module(f"imagery_hub.providers.{request.param}.provider")


@pytest.mark.parametrize(("given", "root"), [
    ("", USUAL), ("  ", USUAL), (" https://a.example ", "https://a.example/"),
    ("http://127.0.0.1:8765///", "http://127.0.0.1:8765/"), ("https://[::1]:8080/below/", "https://[::1]:8080/below/"),
    ("https://a.example/@team/", "https://a.example/@team/"),
])
def test_an_address_is_brought_to_its_root(given: str, root: str) -> None:
    assert root_of(given, USUAL) == root


@pytest.mark.parametrize("given", [
    "cloud.example", "ftp://a.example/", "https://", "https:///below", "https://a.example/?key=1", "https://a.example/#x",
    "https://[::1", "https://a.example:port/", "https://a.example:99999/",
])
def test_what_is_no_address_is_said_by_each_platform(platform: Any, given: str) -> None:
    with pytest.raises(InputProblem) as caught:
        platform.normalise_address(given)
    assert caught.value.facts == {"problem": "no_address", "address": given}


@pytest.mark.parametrize("given", [
    "https://me:marker-88@a.example/", "https://me@a.example", "ftp://me:marker-88@a.example", "https://a:marker-88@[::1",
    "https://a:marker-88@{environment}.example/",
])
def test_a_login_in_an_address_is_refused_and_not_repeated(platform: Any, given: str) -> None:
    with pytest.raises(InputProblem) as caught:
        platform.normalise_address(given)
    assert caught.value.facts == {"problem": "address_with_login"}
    assert "marker-88" not in str(caught.value)


def test_only_what_stands_before_the_host_is_a_login() -> None:
    assert not any(map(holds_login, ("", "me@a.example", "https://a.example/@x", "https://a.example")))
