"""Running ArcGIS services on the map by QGIS's own providers: what they draw, and where no token is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagery_hub.core import live_sources
from imagery_hub.core.arcgis import tokens
from pixel_files import INSIDE, photo
from pixel_logins import logins
from pixel_sending import send
from pixel_services import BOX, COLOURS, GDO, OTHER_GDO, image_options, optimised, orthophoto, slope, started
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize, QStandardPaths
from qgis.PyQt.QtGui import QImage
from sandbox_pixel import PixelCalls
from sandbox_process import SandboxProcess

LIMITED = ["fjordkart_les"]


@pytest.fixture(autouse=True)
def as_with_the_plugin() -> None:
    """Between QGIS and the network, as the plugin is wherever it is on."""
    live_sources.install()


@pytest.fixture
def keep() -> Iterator[Callable[..., str]]:
    with logins() as keep:
        yield keep


@pytest.fixture
def login(keep: Callable[..., str]) -> str:
    return keep("Basic", username=GDO[0], password=GDO[1])


@pytest.fixture
def ortho(pixel: PixelCalls, tmp_path: Path) -> str:
    return optimised(pixel, "RGB", orthophoto(tmp_path / "ortho.tif"))


def shown(run_pixel: Any, service: Any, **more: Any) -> list[Any]:
    """The layers that it brings, the uppermost first."""
    found: list[Any] = run_pixel("addservice", SERVICE=f"Image/{service['id']}", **more)["LAYERS"]
    return found


def drawn(layer: Any, side: int = 64) -> np.ndarray:
    """Red, green and blue of the layer as QGIS draws it over the whole of the test's square."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    box = QgsRectangle(*BOX)
    if layer.crs().authid() != "EPSG:25833":
        box = layer.extent()
    settings.setExtent(box)
    settings.setOutputSize(QSize(side, side))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage().convertToFormat(QImage.Format.Format_ARGB32)
    data = picture.constBits().asstring(picture.sizeInBytes())
    return np.frombuffer(data, np.uint8).reshape(side, side, 4)[..., 2::-1]


def quarters(picture: np.ndarray) -> np.ndarray:
    return np.array([picture[row, column] for row in (16, 48) for column in (16, 48)], int)


@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_limited_image_service_is_drawn_with_a_token(
    run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, ortho: str, login: str, way: int
) -> None:
    service = started(pixel, "Image", ortho, image_options(LIMITED))
    layer, = shown(run_pixel, service, LOGIN=login, WAY=way)
    assert layer.providerType() == ("wms" if way == 2 else "arcgismapserver")
    assert layer.crs().authid() == "EPSG:25833"
    assert layer.name() == "Oslo orthophotos"
    assert np.abs(quarters(drawn(layer)) - np.array(COLOURS)).max() <= 6
    given = token_in(tokens.authcfg_of(layer))
    assert len(given) > 20
    assert given not in layer.source()
    asked = [one for one in sandbox.log() if "exportImage" in one["path"] or "GetMap" in one["path"]]
    assert asked
    assert all(given not in one["path"] for one in sandbox.log())
    cached = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)).rglob("*.d")
    assert not [one for one in cached if given.encode() in one.read_bytes()], "as QGIS 3.44 would keep it by itself"


def token_in(authcfg: str) -> str:
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(authcfg, config, True)
    assert config.method() == "EsriToken"
    return str(config.config("token"))


def test_public_services_need_no_login(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    layer, = shown(run_pixel, started(pixel, "Image", ortho, image_options()))
    assert np.abs(quarters(drawn(layer)) - np.array(COLOURS)).max() <= 6
    assert tokens.authcfg_of(layer) == ""


def test_terrain_functions_are_layers(run_pixel: Any, pixel: PixelCalls, tmp_path: Path, login: str) -> None:
    place = optimised(pixel, "DTM", slope(tmp_path / "dtm.tif"))
    service = started(pixel, "Image", place, image_options(LIMITED), "Oslo terrain")
    found = shown(run_pixel, service, LOGIN=login, FUNCTIONS="Hillshade,Slope,MultiShadeRelief")
    assert [one.name() for one in found] == [
        "Oslo terrain: Hillshade", "Oslo terrain: Slope", "Oslo terrain: MultiShadeRelief"]
    assert {one.providerType() for one in found} == {"wms"}
    assert np.abs(drawn(found[1])[8:-8, 8:-8].astype(int) - 128).max() <= 1
    assert len({drawn(one).tobytes() for one in found}) == 3
    assert len({tokens.authcfg_of(one) for one in found}) == 1


def test_a_feature_service_becomes_points_and_polygons(
    run_pixel: Any, pixel: PixelCalls, tmp_path: Path, login: str
) -> None:
    place = pixel.collection(pixel.project())
    send(pixel, place, [photo(tmp_path / f"pier_{one}.jpg", (INSIDE[0] + one / 100, INSIDE[1])) for one in range(3)])
    options = {"gdo_users": LIMITED, "feature_service_options": {
        "image_layer": {"include_fields": ["name", "capture_date"]}, "project_layer": {}}}
    service = started(pixel, "Feature", place, options, "Bridge photos")
    made = run_pixel("addservice", SERVICE=f"Feature/{service['id']}", LOGIN=login)
    images, projects = made["LAYERS"]
    assert (images.name(), projects.name()) == ("Bridge photos: Images", "Bridge photos: Projects")
    assert isinstance(images, QgsVectorLayer)
    rows = sorted((one["name"], round(one.geometry().asPoint().x(), 5)) for one in images.getFeatures())
    assert rows == [(f"pier_{one}", round(INSIDE[0] + one / 100, 5)) for one in range(3)]
    assert images.fields().field("capture_date").typeName().lower().startswith("date") or (
        images.fields().field("capture_date").type() in (14, 16))
    assert images.temporalProperties().isActive() and not projects.temporalProperties().isActive()
    area = next(projects.getFeatures()).geometry().boundingBox()
    assert (round(area.xMinimum(), 3), round(area.yMaximum(), 3)) == (10.6, 59.98)
    assert made["SOURCES"].count("FeatureServer/") == 2


# ---------------------------------------------------------------------- the login
def test_one_token_serves_all_layers_of_a_login_and_is_renewed(
    run_pixel: Any, sandbox: SandboxProcess, pixel: PixelCalls, ortho: str, login: str
) -> None:
    service = started(pixel, "Image", ortho, image_options(LIMITED))
    first, = shown(run_pixel, service, LOGIN=login)
    earlier = token_in(tokens.authcfg_of(first))
    held, = [one for one in tokens.held() if one.login == login]
    assert held.authcfg == tokens.authcfg_of(first)
    assert tokens.due([first]) == []
    assert tokens.due([first], held.made + tokens.FRESH_SECONDS) == [held]
    sandbox.control("POST", "pixel/arcgis/tokens/expire")
    assert (drawn(first, 65) == 255).all()
    second, = shown(run_pixel, service, LOGIN=login, WAY=2)
    assert tokens.authcfg_of(second) == tokens.authcfg_of(first)
    known, = shown(run_pixel, service)
    assert tokens.authcfg_of(known) == tokens.authcfg_of(first)
    assert token_in(tokens.authcfg_of(first)) != earlier
    assert np.abs(quarters(drawn(first)) - np.array(COLOURS)).max() <= 6


def test_a_token_of_ones_own_is_taken_as_it_is(
    run_pixel: Any, pixel: PixelCalls, ortho: str, keep: Callable[..., str]
) -> None:
    from pixel_services import token

    own = keep("EsriToken", token=token(pixel)["token"])
    layer, = shown(run_pixel, started(pixel, "Image", ortho, image_options(LIMITED)), LOGIN=own)
    assert tokens.authcfg_of(layer) == own
    assert np.abs(quarters(drawn(layer)) - np.array(COLOURS)).max() <= 6


@pytest.mark.parametrize(("given", "words"), [
    (None, "open to GDO users only (fjordkart_les)"),
    ((GDO[0], "wrong-password"), "gave no token to the GDO user"),
    (OTHER_GDO, "did not let the GDO user see"),
])
def test_refusals_are_told_without_the_password(
    run_pixel: Any, pixel: PixelCalls, ortho: str, keep: Callable[..., str], given: Any, words: str
) -> None:
    service = started(pixel, "Image", ortho, image_options(LIMITED))
    login = keep("Basic", username=given[0], password=given[1]) if given else None
    told = run_pixel.fails("addservice", SERVICE=f"Image/{service['id']}", LOGIN=login)
    assert words in told
    assert given is None or given[1] not in told


@pytest.mark.needs_assumed("pixel ArcGISService.status")
def test_what_is_not_there_is_told(run_pixel: Any, pixel: PixelCalls, ortho: str) -> None:
    bare = {"image_service_options": {"default_service_srid": 25833}}
    service = started(pixel, "Image", ortho, bare)
    name = f"Image/{service['id']}"
    assert "has no WMS" in run_pixel.fails("addservice", SERVICE=name, FUNCTIONS="Slope")
    assert "not allowed" in run_pixel.refused("addservice", SERVICE=name, FUNCTIONS="Colour")
    with_wms = started(pixel, "Image", ortho, image_options(), "Other")
    told = run_pixel.fails("addservice", SERVICE=f"Image/{with_wms['id']}", FUNCTIONS="Slope")
    assert "has no layer for Slope" in told
    pixel.put(f"arcgis_services/Image/{service['id']}/stop")
    assert "does not run" in run_pixel.fails("addservice", SERVICE=name)


def test_no_token_goes_to_another_server(
    run_pixel: Any, pixel: PixelCalls, ortho: str, login: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = started(pixel, "Image", ortho, image_options(LIMITED))
    monkeypatch.setenv("PIXEL_SERVICES_URL", "http://localhost:" + pixel.ready["services"].rpartition(":")[2])
    told = run_pixel.fails("addservice", SERVICE=f"Image/{service['id']}", LOGIN=login)
    assert "No login was sent" in told


def test_projects_and_definitions_hold_no_secret(
    run_pixel: Any, pixel: PixelCalls, ortho: str, login: str, tmp_path: Path
) -> None:
    service = started(pixel, "Image", ortho, image_options(LIMITED))
    file = tmp_path / "service.qlr"
    layer, = shown(run_pixel, service, LOGIN=login, DEFINITION=str(file))
    secret = token_in(tokens.authcfg_of(layer))
    project = QgsProject()
    project.addMapLayer(layer.clone())
    path = tmp_path / "project.qgs"
    assert project.write(str(path))
    for text in (path.read_text("utf-8"), file.read_text("utf-8")):
        assert "ImageServer" in text
        assert secret not in text
        assert GDO[1] not in text
    again = QgsProject()
    assert again.read(str(path))
    restored = next(iter(again.mapLayers().values()))
    assert isinstance(restored, QgsRasterLayer)
    assert np.abs(quarters(drawn(restored)) - np.array(COLOURS)).max() <= 6
