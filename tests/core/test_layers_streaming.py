"""Streamed layers through real projects: no secret on disk, no dialog at load, renewed in place afterwards."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import unescape

import numpy
import pytest
from hooked_registry import HookedRegistry
from imagery_hub.core.layers.streaming import Live, Reference, Renewal, SourceRegistry
from imagery_hub.core.layers.streaming.credentials import take_back
from imagery_hub.core.layers.streaming.layers import open_layer, withdraw, write_definition
from imagery_hub.core.layers.streaming.reference import TILE_SCHEME, parse, within
from imagery_hub.core.layers.streaming.registry import CACHE_LOAD, TILE_URL
from imagery_hub.core.layers.streaming.sources import bucket, signed, tiles
from osgeo import gdal, osr
from qgis.core import (
    QgsLayoutItemMap,
    QgsPrintLayout,
    QgsProject,
    QgsProjectBadLayerHandler,
    QgsProviderRegistry,
    QgsRasterLayer,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest
from signed_files import SignedFiles

SIZE = 2048
SECRET = "tok%2Fen+SECRET77"
TILES = Reference("picterra", "My “first” & best", "raster", "3f1d-77", "tiles", {"zmin": "0", "zmax": "20"})
COG = Reference(
    "pixel",
    "cloud",
    "raster",
    "r9",
    "cog",
    {
        "size": f"{SIZE},{SIZE}",
        "transform": f"400000,1,0,{3000000 + SIZE},0,-1",
        "crs": "EPSG:32617",
        "bands": "Byte",
    },
)


class Dialog(QgsProjectBadLayerHandler):
    """Stands where QGIS's dialog of dead layers would open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def handleBadLayers(self, layers: Any) -> None:  # noqa: N802
        self.asked.append(len(layers))


class AtOnce:
    """Background work done on the spot, when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(self, do: Any, done: Any, failed: Any) -> None:
        def go() -> None:
            try:
                result = do(None)
            except Exception as error:
                failed(error)
            else:
                done(result)

        self.waiting.append(go)

    def work(self) -> None:
        """Do what waits."""
        waiting, self.waiting = self.waiting, []
        for one in waiting:
            one()


@pytest.fixture
def project(qgis_new_project: None) -> Iterator[tuple[QgsProject, Dialog]]:
    instance = QgsProject.instance()
    dialog = Dialog()
    instance.setBadLayerHandler(dialog)
    yield instance, dialog
    instance.clear()
    instance.setBadLayerHandler(QgsProjectBadLayerHandler())


@pytest.fixture
def registry() -> Iterator[HookedRegistry]:
    made = HookedRegistry()
    made.install()
    yield made
    made.uninstall()
    take_back()


def _next_week(old: HookedRegistry) -> HookedRegistry:
    """Another QGIS, which knows nothing of the earlier one's addresses."""
    old.uninstall()
    made = HookedRegistry()
    made.install()
    return made


def _text(path: Path) -> str:
    if path.suffix == ".qgs":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def _tiles(token: str = SECRET) -> Live:
    return tiles(f"http://127.0.0.1:9/{token}/tms/{{z}}/{{x}}/{{y}}", (0, 20))


def asked_for(registry: HookedRegistry, layer: QgsRasterLayer) -> str:
    """Where a request for the tile 3/5/6 (from the north) of a layer is sent."""
    template = QgsProviderRegistry.instance().decodeUri("wms", layer.source())["url"]
    request = QNetworkRequest(QUrl(template.replace("{z}", "3").replace("{x}", "5").replace("{y}", "6")))
    request.setAttribute(QNetworkRequest.Attribute.CacheSaveControlAttribute, True)
    registry.send_on(request)
    assert request.attribute(QNetworkRequest.Attribute.CacheSaveControlAttribute) is False
    return bytes(request.url().toEncoded()).decode()


def test_tiles_are_asked_for_where_they_are_now(registry: HookedRegistry) -> None:
    layer = open_layer(TILES, _tiles(), "orchard")
    assert layer.isValid() and SECRET not in layer.source()
    assert asked_for(registry, layer).startswith("data:image/png")
    registry.note(TILES, _tiles())
    assert asked_for(registry, layer) == f"http://127.0.0.1:9/{SECRET}/tms/3/5/1"
    registry.note(TILES, tiles("http://127.0.0.1:9/other/{z}/{x}/{y}?a=1&b=%2F", from_south=False))
    assert asked_for(registry, layer) == "http://127.0.0.1:9/other/3/5/6?a=1&b=%2F"
    elsewhere = QNetworkRequest(QUrl("http://127.0.0.1:9/3/5/6"))
    registry.send_on(elsewhere)
    assert elsewhere.url() == QUrl("http://127.0.0.1:9/3/5/6")
    broken = QNetworkRequest(QUrl(f"{TILE_SCHEME}:/nonsense/a/b"))
    registry.send_on(broken)
    assert broken.url().scheme() == "data"


def test_a_tile_is_kept_under_the_address_that_qgis_keeps_it_under(registry: HookedRegistry) -> None:
    """Versions since 3.34 tell what they asked for, and look for it in their memory by a bare request."""
    asked = QUrl(f"{TILE_SCHEME}:/{TILES.placeholder().split('/')[1]}/3/5/6")

    def sent(tells: bool, bare: bool) -> str:
        request = QNetworkRequest(asked)
        if not bare:
            request.setAttribute(CACHE_LOAD, QNetworkRequest.CacheLoadControl.PreferCache)
        if tells:
            request.setAttribute(TILE_URL, asked)
        registry.send_on(request)
        return request.url().toString()

    there = f"http://127.0.0.1:9/{SECRET}/tms/3/5/1"
    registry.note(TILES, _tiles())
    assert sent(tells=False, bare=False) == sent(tells=False, bare=True) == there
    assert sent(tells=True, bare=False) == there
    assert sent(tells=False, bare=True) == asked.toString()
    unknown = SourceRegistry()
    registry._live, known = unknown._live, registry._live
    assert sent(tells=True, bare=False).startswith("data:")
    registry._live = known
    assert sent(tells=False, bare=True) == there
    assert sent(tells=True, bare=False) == there
    assert sent(tells=False, bare=True) == asked.toString()


def test_neither_layouts_nor_definitions_nor_other_projects_hold_an_address(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry
) -> None:
    registry.note(TILES, _tiles())
    for qgis_project in (project[0], QgsProject()):
        layer = open_layer(TILES, _tiles(), "orchard")
        qgis_project.addMapLayer(layer)
        layout = QgsPrintLayout(qgis_project)
        layout.initializeDefaults()
        layout.setName("map")
        shown = QgsLayoutItemMap(layout)
        shown.setLayers([layer])
        shown.setKeepLayerSet(True)
        layout.addLayoutItem(shown)
        assert qgis_project.layoutManager().addLayout(layout)
        assert qgis_project.write(str(tmp_path / "p.qgs"))
        assert write_definition(layer, str(tmp_path / "l.qlr"))
        for file in ("p.qgs", "l.qlr"):
            stored = (tmp_path / file).read_text("utf-8")
            assert quote(TILES.text(), safe="") in stored
            assert "SECRET77" not in stored and "127.0.0.1:9" not in stored


@pytest.mark.parametrize("name", ["p.qgz", "p.qgs"])
def test_tiles_survive_a_week_without_secret_or_dialog(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry, name: str
) -> None:
    qgis_project, dialog = project
    live = _tiles()
    registry.note(TILES, live)
    layer = open_layer(TILES, live, "orchard")
    assert layer.isValid()
    layer.setOpacity(0.4)
    qgis_project.addMapLayer(layer)
    assert qgis_project.write(str(tmp_path / name))
    stored = _text(tmp_path / name)
    for form in (SECRET, quote(SECRET, safe=""), "SECRET77", "127.0.0.1:9"):
        assert form not in stored
    assert quote(TILES.text(), safe="") in stored

    qgis_project.clear()
    later = _next_week(registry)
    try:
        assert qgis_project.read(str(tmp_path / name))
        (layer,) = qgis_project.mapLayers().values()
        assert layer.isValid() and dialog.asked == []
        assert later.reference(layer.source()) == TILES
        background, failures = AtOnce(), []
        renewal = Renewal(later, background, lambda reference, error: failures.append(error))
        later.register("picterra", lambda reference: _tiles("OTHER-token-88"))
        renewal.watch(qgis_project)
        renewal.look()
        assert later.live(TILES) is None
        background.work()
        (again,) = qgis_project.mapLayers().values()
        assert again is layer and failures == []
        assert asked_for(later, layer) == "http://127.0.0.1:9/OTHER-token-88/tms/3/5/1"
        assert layer.opacity() == pytest.approx(0.4)
        assert layer.name() == "orchard"
        assert qgis_project.write(str(tmp_path / name))
        assert "OTHER-token-88" not in _text(tmp_path / name)
        renewal.look()
        assert background.waiting == []
        renewal.stop()
    finally:
        later.uninstall()


def test_a_project_saved_before_its_renewal_keeps_the_reference(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry
) -> None:
    qgis_project, dialog = project
    for reference in (TILES, COG):
        layer = QgsRasterLayer(registry.loaded(reference.text()), reference.form, reference.provider)
        assert layer.isValid()
        qgis_project.addMapLayer(layer)
    for _ in range(2):
        assert qgis_project.write(str(tmp_path / "p.qgs"))
        qgis_project.clear()
        assert qgis_project.read(str(tmp_path / "p.qgs"))
    stored = _text(tmp_path / "p.qgs")
    assert "VRTDataset" not in stored
    assert quote(TILES.text(), safe="") in stored and COG.text() in unescape(stored)
    found = {registry.reference(one.source()) for one in qgis_project.mapLayers().values()}
    assert found == {TILES, COG}
    assert dialog.asked == []


def test_a_failed_renewal_leaves_an_empty_layer_and_says_why(
    project: tuple[QgsProject, Dialog], registry: HookedRegistry
) -> None:
    qgis_project, _ = project
    qgis_project.addMapLayer(QgsRasterLayer(TILES.placeholder(), "x", "wms"))
    failures: list[tuple[Reference, str]] = []
    background = AtOnce()
    renewal = Renewal(registry, background, lambda reference, error: failures.append((reference, type(error).__name__)))
    renewal.watch(qgis_project)
    renewal.look()
    background.work()
    renewal.stop()
    (layer,) = qgis_project.mapLayers().values()
    assert failures == [(TILES, "KeyError")]
    assert layer.isValid() and registry.reference(layer.source()) == TILES


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedFiles]:
    folder = tmp_path_factory.mktemp("signed")
    (folder / "bucket").mkdir()
    path = str(folder / "bucket" / "a.tif")
    dataset = gdal.GetDriverByName("GTiff").Create(path, SIZE, SIZE, 1, options=["TILED=YES"])
    rows = numpy.arange(SIZE, dtype=numpy.uint32)[:, None]
    random = numpy.random.default_rng(5).integers(0, 20, (SIZE, SIZE))
    dataset.GetRasterBand(1).WriteArray(((rows // 10 + random) % 255 + 1).astype(numpy.uint8))
    dataset.SetGeoTransform([400000, 1, 0, 3000000 + SIZE, 0, -1])
    dataset.SetSpatialRef(_utm())
    del dataset
    with SignedFiles(folder) as server:
        yield server


def _utm() -> Any:
    srs = osr.SpatialReference()
    srs.ImportFromEPSG(32617)
    return srs


def _pixel(layer: QgsRasterLayer, row: int) -> float | None:
    top = 3000000 + SIZE - row
    block = layer.dataProvider().block(1, QgsRectangle(400000, top - 256, 400256, top), 256, 256)
    return block.value(0, 0) if block.isValid() else None


def test_signed_addresses_are_renewed_under_an_open_layer(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry, files: SignedFiles
) -> None:
    qgis_project, dialog = project
    files.allow("WEEKONE")
    now = [1000.0]
    registry._now = lambda: now[0]
    live = signed(f"{files.address}/bucket/a.tif?sig=WEEKONE", expires=4600.0)
    registry.note(COG, live)
    layer = QgsRasterLayer(live.source, "cog", "gdal")
    first = _pixel(layer, 0)
    assert first
    qgis_project.addMapLayer(layer)
    assert qgis_project.write(str(tmp_path / "p.qgz"))
    assert "WEEKONE" not in _text(tmp_path / "p.qgz")

    files.allow("WEEKTWO")
    now[0] = 4500.0
    assert _pixel(layer, 1500) is None
    registry.register(
        "pixel", lambda reference: signed(f"{files.address}/bucket/a.tif?sig=WEEKTWO", expires=now[0] + 3600)
    )
    background = AtOnce()
    renewal = Renewal(registry, background, now=lambda: now[0])
    renewal.watch(qgis_project)
    renewal.look()
    background.work()
    renewal.stop()
    assert _pixel(layer, 1500) and _pixel(layer, 0) == first
    assert dialog.asked == []


def test_a_raster_has_a_source_without_address_that_layouts_may_store(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry, files: SignedFiles
) -> None:
    qgis_project, dialog = project
    files.allow("WEEKFOUR")
    live = registry.bring(COG, signed(f"{files.address}/bucket/a.tif?sig=WEEKFOUR"))
    layer = open_layer(COG, live, "cog")
    first = _pixel(layer, 0)
    assert layer.isValid() and first and registry.reference(layer.source()).facts == COG.facts
    layer.dataProvider().bandStatistics(1)  # which GDAL keeps in the VRT, and writes when it is closed
    qgis_project.addMapLayer(layer)
    layout = QgsPrintLayout(qgis_project)
    layout.initializeDefaults()
    layout.setName("map")
    shown = QgsLayoutItemMap(layout)
    shown.setLayers([layer])
    shown.setKeepLayerSet(True)
    layout.addLayoutItem(shown)
    assert qgis_project.layoutManager().addLayout(layout)
    assert qgis_project.write(str(tmp_path / "p.qgs"))
    assert write_definition(layer, str(tmp_path / "l.qlr"))
    for file in ("p.qgs", "l.qlr"):
        stored = unescape((tmp_path / file).read_text("utf-8"))
        assert COG.text() in stored
        assert "WEEKFOUR" not in stored and files.address not in stored

    files.allow("WEEKFIVE")
    again = signed(f"{files.address}/bucket/a.tif?sig=WEEKFIVE")
    registry.register("pixel", lambda reference: again)
    background, failures = AtOnce(), []
    renewal = Renewal(registry, background, lambda reference, error: failures.append(error))
    renewal.watch(qgis_project)
    renewal._doubted.add(COG)
    renewal.look()
    background.work()
    assert failures == []
    assert _pixel(layer, 1500) and _pixel(layer, 0) == first and layer.source().startswith(COG.mount)
    renewal.stop()
    withdraw(qgis_project, registry.reference)
    assert layer.isValid() and not gdal.ReadDir(COG.mount)

    qgis_project.clear()
    later = _next_week(registry)
    try:
        assert qgis_project.read(str(tmp_path / "p.qgs")) and dialog.asked == []
        (layer,) = qgis_project.mapLayers().values()
        items = qgis_project.layoutManager().layouts()[0].items()
        assert [one.layers() for one in items if isinstance(one, QgsLayoutItemMap)] == [[layer]]
    finally:
        later.uninstall()


def test_a_raster_tells_what_its_placeholder_must_look_like(registry: HookedRegistry, files: SignedFiles) -> None:
    files.allow("WEEKSIX")
    unknown = Reference("pixel", "cloud", "raster", "r10", "cog")
    live = registry.bring(unknown, signed(f"{files.address}/bucket/a.tif?sig=WEEKSIX"))
    stored = parse(registry.stored(live.source))
    assert live.facts == stored.facts == COG.facts
    while_away = QgsRasterLayer(stored.placeholder(), "away", "gdal")
    assert (while_away.width(), while_away.crs().authid()) == (SIZE, "EPSG:32617")


def test_a_raster_that_cannot_be_opened_is_empty(registry: HookedRegistry, files: SignedFiles) -> None:
    files.allow()
    live = registry.bring(COG, signed(f"{files.address}/bucket/a.tif?sig=WEEKSEVEN"))
    empty = open_layer(COG, live, "cog")
    assert empty.isValid() and registry.reference(empty.source()) == COG and not gdal.ReadDir(COG.mount)


def test_credentials_are_renewed_under_an_open_layer(
    tmp_path: Path, project: tuple[QgsProject, Dialog], registry: HookedRegistry, files: SignedFiles
) -> None:
    qgis_project, _ = project
    options = {
        "AWS_S3_ENDPOINT": files.address.removeprefix("http://"),
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        "AWS_REGION": "us-east-1",
    }

    def live(key: str) -> Live:
        return bucket("bucket", "a.tif", {"access_key": key, "secret_key": "verysecret99"}, options=options)

    reference = Reference("pixel", "cloud", "raster", "s3", "s3", COG.facts)
    files.allow("KEYONE")
    registry.note(reference, live("KEYONE"))
    layer = QgsRasterLayer(live("KEYONE").source, "bucket", "gdal")
    assert layer.isValid() and _pixel(layer, 0)
    qgis_project.addMapLayer(layer)
    files.allow("KEYTWO")
    assert _pixel(layer, 1500) is None
    registry.register("pixel", lambda asked: live("KEYTWO"))
    registry.renew(reference)
    layer.setDataSource(layer.source(), layer.name(), "gdal")
    assert _pixel(layer, 1500)
    assert qgis_project.write(str(tmp_path / "p.qgz"))
    stored = _text(tmp_path / "p.qgz")
    assert not any(one in stored for one in ("KEYONE", "KEYTWO", "verysecret99", "/vsis3/"))


def test_references_are_read_back_from_anything() -> None:
    odd = Reference("picterra", "a/b?c#d&e=f “ü” imageryhub:", "raster", "../x", "tiles", {"zmax": "7"})
    assert parse(odd.text()) == odd and parse(odd.text()).facts == odd.facts
    assert within(odd.placeholder()) == odd
    assert within(COG.placeholder()) == COG
    assert parse("imageryhub:too/short") is None and parse("/data/a.tif") is None
    assert within("type=xyz&url=http://example.org/{z}") is None


def test_what_is_not_ours_is_left_alone(registry: HookedRegistry) -> None:
    registry.note(TILES, _tiles())
    for source in ("/data/a.tif", "./b.gpkg|layername=x", "type=xyz&url=http://127.0.0.1:9/other/%7Bz%7D"):
        assert registry.stored(source) == source and registry.loaded(source) == source
