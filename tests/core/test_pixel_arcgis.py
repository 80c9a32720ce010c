"""What a WMS says of itself, which of its layers are raster functions, and tokens in the authentication database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from imagery_hub.core.arcgis import capabilities, layers, opening, tokens
from imagery_hub.core.arcgis.capabilities import WmsLayer
from imagery_hub.core.problems import Problem
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui.add_to_map import can_add
from imagery_hub.ui.add_to_map.ways import ways_of
from imagery_hub.ui.nodes.description import Place
from pixel_logins import logins
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsRasterLayer, QgsSettings

NEW = """<?xml version="1.0"?><WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service/>
<Capability><Request/><Layer><Title>All</Title><CRS>EPSG:25833</CRS><CRS>EPSG:4326</CRS>
<Layer><Name>Oslo</Name><Title>Oslo &amp; fjord</Title><Style><Name>default</Name></Style></Layer>
<Layer><Title>Functions</Title><Layer><Name>Oslo:Slope</Name><CRS>EPSG:3857</CRS></Layer></Layer>
</Layer></Capability></WMS_Capabilities>"""
OLD = """<WMT_MS_Capabilities version="1.1.1"><Capability><Layer><SRS>EPSG:25833 EPSG:4326</SRS>
<Layer><Name>0</Name></Layer></Layer></Capability></WMT_MS_Capabilities>"""


@pytest.fixture
def keep(qgis_app: QgsApplication) -> Iterator[Callable[..., str]]:
    with logins() as keep:
        yield keep
    QgsSettings().remove(tokens.GROUP)


def stored(authcfg: str) -> tuple[str, str]:
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
    return config.method(), config.config("token")


# ---------------------------------------------------------------------- capabilities
def test_layers_have_names_titles_and_the_systems_above_them() -> None:
    assert capabilities.layers_of(NEW) == [
        WmsLayer("Oslo", "Oslo & fjord", ("EPSG:25833", "EPSG:4326"), "default"),
        WmsLayer("Oslo:Slope", "Oslo:Slope", ("EPSG:3857", "EPSG:25833", "EPSG:4326"))]
    assert capabilities.layers_of(OLD) == [WmsLayer("0", "0", ("EPSG:25833", "EPSG:4326"))]


@pytest.mark.parametrize("text", ["", "not XML", "<ServiceExceptionReport/>", "<html><body>Log in</body></html>",
                                  NEW[:300]])
def test_what_is_no_wms_is_told(text: str) -> None:
    with pytest.raises(Problem, match="something else than a WMS"):
        capabilities.layers_of(text)


def test_functions_are_found_with_and_without_the_services_name() -> None:
    there = [WmsLayer(name, name, ()) for name in ("Oslo", "Oslo:Hillshade", "slope", "Shade_Relief")]
    found, missing = layers.chosen(there, ["Slope", "Aspect", "Hillshade", "ShadeRelief"])
    assert [one.name for one in found] == ["slope", "Oslo:Hillshade", "Shade_Relief"]
    assert missing == ["Aspect"]


@pytest.mark.parametrize(("answer", "seconds"), [({"expires": 5_000}, 5), ({"expires": 1.5e12}, 1.5e9)])
def test_a_token_ends_when_its_server_says(answer: dict[str, Any], seconds: float) -> None:
    assert opening.ending(answer) == seconds


@pytest.mark.parametrize("answer", [{}, {"expires": None}, {"expires": "soon"}, {"expires": True}])
def test_without_a_word_of_its_end_a_token_is_renewed_soon(answer: dict[str, Any]) -> None:
    assert time.time() + 3500 < opening.ending(answer) < time.time() + 3700


# ---------------------------------------------------------------------- tokens
def test_a_login_has_one_token_at_each_server(keep: Callable[..., str]) -> None:
    login, other = keep("Basic", username="u", password="p"), keep("Basic", username="v", password="p")
    ends = time.time() + 7200

    def fetch(text: str) -> tokens.Fetch:
        return lambda given: (f"{text}-of-{given.username}", ends)

    first = tokens.opened(login, "https://a.example/", fetch("one"))
    assert first.token == "one-of-u"
    assert stored(first.authcfg) == ("EsriToken", "one-of-u")
    again = tokens.opened(login, "https://a.example/", fetch("two"))
    assert again.authcfg == first.authcfg
    assert stored(first.authcfg) == ("EsriToken", "two-of-u")
    assert tokens.opened(login, "https://b.example/", fetch("x")).authcfg != first.authcfg
    assert tokens.opened(other, "https://a.example/", fetch("x")).authcfg != first.authcfg
    assert len(tokens.held()) == 3
    assert "two-of-u" not in repr(again)
    assert all("of-u" not in str(QgsSettings().value(key)) for key in QgsSettings().allKeys())
    assert tokens.login_of(["u", "w"]) == tokens.login_of(["u"], "https://b.example/") == login
    assert tokens.login_of(["v"], "https://b.example/") == tokens.login_of(["w"]) == ""
    QgsApplication.authManager().removeAuthenticationConfig(other)
    assert len(tokens.held()) == 2


def test_a_key_is_taken_as_it_is_and_never_renewed(keep: Callable[..., str]) -> None:
    def never(given: Any) -> tuple[str, float]:
        raise AssertionError("There is nobody to ask.")

    own = keep("EsriToken", token="a-key-of-ones-own")
    assert tokens.opened(own, "https://a.example/", never) == tokens.Opened(own, "a-key-of-ones-own")
    basic = keep("Basic", username="", password="another-key-here")
    made = tokens.opened(basic, "https://a.example/", never)
    assert made.authcfg != basic
    assert stored(made.authcfg) == ("EsriToken", "another-key-here")
    assert not any(one.due(time.time() + 1e9) for one in tokens.held())
    assert tokens.opened("", "https://a.example/", never) == tokens.Opened()
    with pytest.raises(Problem, match="no authentication configuration"):
        tokens.opened("nothere", "https://a.example/", never)


@pytest.mark.parametrize(("lasts", "due"), [(3600, 3001), (600, 0), (14 * 24 * 3600, 24 * 3600 + 1)])
def test_tokens_are_renewed_ahead_of_their_end_and_once_a_day(
    keep: Callable[..., str], lasts: float, due: float
) -> None:
    login, now = keep("Basic", username="u", password="p"), time.time()
    authcfg = tokens.opened(login, "https://a.example/", lambda given: ("t", now + lasts)).authcfg
    layer = QgsRasterLayer(f"crs='EPSG:25833' url='http://127.0.0.1:1/x' authcfg={authcfg}", "x", "arcgismapserver")
    assert tokens.authcfg_of(layer) == authcfg
    assert tokens.due([], now + 1e9) == []
    if due:
        assert tokens.due([layer], now + due - 10) == []
    assert [one.authcfg for one in tokens.due([layer], now + due + 10)] == [authcfg]


# ---------------------------------------------------------------------- from the tree
def place(state: str = "started", users: str = "", kind: str = "image") -> Place:
    entry = Entry(f"service.{kind}", f"{kind.title()}/4", "Oslo", state, {"gdo_users": users} if users else {})
    return Place("pixel", "Work", entry)


@pytest.mark.parametrize("kind", ["image", "feature"])
def test_running_services_come_onto_the_map(kind: str) -> None:
    way, = ways_of(place(kind=kind))
    assert way.parameters(place(kind=kind)) == {"CONNECTION": "Work", "SERVICE": f"{kind.title()}/4"}
    assert not can_add(place("stopped", kind=kind))
    assert can_add(place("", kind=kind)), "where the platform does not tell its state"


def test_a_limited_service_needs_a_login_that_is_known(keep: Callable[..., str]) -> None:
    limited = place(users="fjordkart_les, u")
    assert not can_add(limited)
    login = keep("Basic", username="u", password="p")
    tokens.opened(login, "https://a.example/", lambda given: ("t", time.time() + 60))
    assert can_add(limited)
    assert not can_add(place(users="somebody"))
