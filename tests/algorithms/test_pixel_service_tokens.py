"""Tokens of ArcGIS layers while QGIS runs: renewed when they are due, and layers brought back that could not open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from imagery_hub.core import live_sources
from imagery_hub.core.arcgis import renewal, tokens
from imagery_hub.ui.pixel import service_tokens
from imagery_hub.ui.pixel.service_tokens import ServiceTokens
from pixel_logins import logins
from pixel_services import GDO, image_options, optimised, orthophoto, started
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsNetworkAccessManager, QgsProject, QgsSettings
from qgis.PyQt.QtCore import QObject, QStandardPaths
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess


class Bar:
    """QGIS's message bar."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def pushMessage(self, title: str, words: str, level: Any) -> None:  # noqa: N802 - QGIS's name
        self.told.append(f"{title}: {words}")


class Window(QObject):
    """The desk, as far as a service needs it."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = Bar()
        self.iface = SimpleNamespace(messageBar=lambda: self.bar)


@pytest.fixture(autouse=True)
def as_with_the_plugin() -> None:
    """Between QGIS and the network, as the plugin is wherever it is on."""
    live_sources.install()


@pytest.fixture
def keep() -> Iterator[Callable[..., str]]:
    with logins() as keep:
        yield keep


@pytest.fixture
def desk(qgis_app: QgsApplication) -> Iterator[Window]:
    window = Window()
    service = ServiceTokens(window)
    yield window
    service.remove()
    QgsProject.instance().clear()


@pytest.fixture(params=[1, 2], ids=["ArcGIS REST", "WMS"])
def saved(
    run_pixel: Any, pixel: PixelCalls, keep: Callable[..., str], tmp_path: Path, request: pytest.FixtureRequest
) -> tuple[Path, str, str]:
    """A project file with a layer of a limited service, its login, and its token's configuration."""
    service = started(pixel, "Image", optimised(pixel, "RGB", orthophoto(tmp_path / "ortho.tif")),
                      image_options(["fjordkart_les"]))
    login = keep("Basic", username=GDO[0], password=GDO[1])
    layer, = run_pixel("addservice", SERVICE=f"Image/{service['id']}", LOGIN=login, WAY=request.param)["LAYERS"]
    project = QgsProject()
    project.addMapLayer(layer.clone())
    path = tmp_path / "project.qgs"
    assert project.write(str(path))
    return path, login, tokens.authcfg_of(layer)


def aged(sandbox: SandboxProcess, authcfg: str) -> None:
    """The token has ended, here and on the server."""
    QgsSettings().setValue(f"{tokens.GROUP}/{authcfg}/ends", "1.0")
    sandbox.control("POST", "pixel/arcgis/tokens/expire")


def test_layers_come_back_with_a_fresh_token(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str], qtbot: Any
) -> None:
    path, _, authcfg = saved
    aged(sandbox, authcfg)
    QgsNetworkAccessManager.instance().cache().clear()  # which knows the service's page from before
    QgsProject.instance().read(str(path))
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    assert layer.extent().isEmpty()
    qtbot.waitUntil(lambda: not layer.extent().isEmpty(), timeout=20_000)
    assert layer.isValid()
    assert not tokens.due([layer])
    assert layer.crs().authid() == "EPSG:25833"
    assert desk.bar.told == []


def test_the_main_thread_asks_nothing_of_the_server_when_layers_come_back(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _, authcfg = saved
    aged(sandbox, authcfg)
    QgsNetworkAccessManager.instance().cache().clear()
    back: list[tuple[int, list[str]]] = []
    bring_back = renewal.bring_back

    def watched(project: QgsProject, opened: Any) -> int:
        before = sandbox.last_entry()
        count = bring_back(project, opened)
        back.append((count, [one["path"] for one in sandbox.log(after=before) if "/services/" in one["path"]]))
        return count

    monkeypatch.setattr(renewal, "bring_back", watched)
    QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: bool(back), timeout=20_000)
    assert back == [(1, [])]
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    assert layer.isValid() and not layer.extent().isEmpty()
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
    token = config.config("token").encode()
    cached = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)).rglob("*.d")
    assert token and not [one for one in cached if token in one.read_bytes()], "what was stored for the moment is gone"


def test_a_layer_that_does_not_open_stays_and_goes_without_harm(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str]
) -> None:
    path, _, authcfg = saved
    aged(sandbox, authcfg)
    QgsNetworkAccessManager.instance().cache().clear()
    project = QgsProject.instance()
    project.read(str(path))
    down = renewal.refresh(project.mapLayers().values(), authcfg)
    assert [one.layer for one in down] == list(project.mapLayers())
    assert renewal.opening(down) == []
    project.clear()
    assert renewal.bring_back(project, down) == 0


def test_a_token_of_an_earlier_session_is_made_anew(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str], qtbot: Any
) -> None:
    path, _, authcfg = saved
    QgsSettings().setValue(f"{tokens.GROUP}/{authcfg}/made", repr(time.time() - 3600))
    before = sandbox.last_entry()
    QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: any(one["operation"] == "generateArcgisToken" for one in sandbox.log(after=before)),
                    timeout=20_000)
    qtbot.waitUntil(lambda: next(one for one in tokens.held() if one.authcfg == authcfg).made > time.time() - 60)


def test_a_refused_login_is_told_once(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str], qtbot: Any
) -> None:
    path, login, authcfg = saved
    aged(sandbox, authcfg)
    manager = QgsApplication.authManager()
    config = QgsAuthMethodConfig()
    manager.loadAuthenticationConfig(login, config, True)
    config.setConfig("password", "changed-password")
    manager.updateAuthenticationConfig(config)
    QgsProject.instance().read(str(path))
    qtbot.waitUntil(lambda: bool(desk.bar.told), timeout=20_000)
    service = desk.findChild(ServiceTokens)
    service.look()
    qtbot.wait(300)
    assert len(desk.bar.told) == 1
    assert "gave no token to the GDO user" in desk.bar.told[0]
    assert "changed-password" not in desk.bar.told[0]


def test_nothing_is_asked_for_without_need(
    desk: Window, sandbox: SandboxProcess, saved: tuple[Path, str, str], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, _, authcfg = saved
    before = sandbox.last_entry()

    def asked() -> list[Any]:
        return [one for one in sandbox.log(after=before) if one["operation"] == "generateArcgisToken"]

    QgsProject.instance().read(str(path))
    qtbot.wait(500)
    assert asked() == []
    aged(sandbox, authcfg)
    monkeypatch.setattr(service_tokens.secrets, "is_unlocked", lambda: False)
    desk.findChild(ServiceTokens).look()
    qtbot.wait(300)
    assert asked() == []
    monkeypatch.undo()
    QgsProject.instance().clear()
    desk.findChild(ServiceTokens).look()
    qtbot.wait(300)
    assert asked() == []
