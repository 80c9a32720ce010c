"""What QGIS calls while it reads, writes and draws: an exception there ends the program, so nothing may be raised."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hooked_registry import HookedRegistry
from imagery_hub.core.layers.streaming import Live, Reference, SourceRegistry
from imagery_hub.core.layers.streaming.reference import TILE_SCHEME, parse, tile_of
from osgeo import gdal
from own_qgis import in_a_qgis_of_its_own
from qgis.core import QgsApplication, QgsRasterLayer
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

COG = "imageryhub:p/c/raster/1/cog"
TILES = "imageryhub:p/c/raster/1/tiles"
HOSTILE = [
    f"{COG}?{query}"
    for query in (
        "size=a,b",
        "size=1",
        "size=1,2,3",
        "size=-5,-5",
        "size=99999999999999999999,1",
        "size=" + "9" * 5000 + ",1",
        "size=%D9%A3,%D9%A3",
        "transform=a",
        "transform=0,nan,0,0,0,inf",
        "transform=0,0,0,0,0,0",
        "transform=%3C/GeoTransform%3E",
        "crs=http://127.0.0.1:9/crs",
        "crs=%00%1F",
        "crs=EPSG:999999999999",
        "bands=x,y",
        "bands=,,",
        "bands=" + "Byte," * 5000 + "Byte",
        "size&bands=%ED%A0%80",
    )
] + [
    f"{TILES}?zmin=a&zmax=b",
    f"{TILES}?zmin=-1&zmax=99999999999",
    f"{TILES}?extent=nan,inf,x",
    "imageryhub:",
    "imageryhub:////",
    "imageryhub:p/c/raster/1/unheard",
    "imageryhub:%ED%A0%80/%00/%FF/%0A/cog",
]
READ = """
import json, sys
from qgis.core import QgsApplication, QgsProject
application = QgsApplication([], False)
application.initQgis()
from imagery_hub.core.layers.streaming import SourceRegistry
from imagery_hub.core.source_hooks import SourceHooks
registry = SourceRegistry()
SourceHooks(registry.written, registry.loaded, registry.send_on).install()
project = QgsProject.instance()
done = project.read(sys.argv[1]) and project.write(sys.argv[1] + ".again.qgs")
print(json.dumps([bool(done), len(project.mapLayers())]), flush=True)
"""


@pytest.fixture
def registry(qgis_app: QgsApplication) -> Iterator[HookedRegistry]:
    made = HookedRegistry()
    made.install()
    yield made
    made.uninstall()


def project_of(folder: Path, sources: list[str]) -> str:
    """A project file whose layers have these sources."""
    layers = "".join(
        f'<maplayer type="raster"><id>l{number}</id><datasource>{escape(source)}</datasource>'
        f"<layername>l{number}</layername><provider>{'wms' if '/tiles' in source else 'gdal'}</provider></maplayer>"
        for number, source in enumerate(sources)
    )
    path = folder / "hostile.qgs"
    path.write_text(f'<qgis projectname="" version="3.22.0"><projectlayers>{layers}</projectlayers></qgis>', "utf-8")
    return str(path)


def test_no_reference_in_a_project_ends_qgis(tmp_path: Path) -> None:
    assert in_a_qgis_of_its_own(READ, project_of(tmp_path, HOSTILE)) == [True, len(HOSTILE)]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_facts_that_cannot_be_are_as_if_not_told(registry: HookedRegistry, text: str) -> None:
    loaded = registry.loaded(text)
    assert registry.stored(loaded) and registry.written(loaded)
    reference = parse(text)
    if reference is None:
        assert loaded == text
        return
    assert reference.facts == {}
    layer = QgsRasterLayer(loaded, "x", reference.provider)
    assert layer.isValid()
    if reference.form != "tiles":
        assert (layer.width(), layer.height(), layer.bandCount()) == (1, 1, 1)
    assert registry.reference(loaded) == reference


def test_the_place_of_a_raster_in_another_session_is_an_empty_one_in_this(registry: HookedRegistry) -> None:
    place = parse(COG).mount + "1.vrt"
    loaded = registry.loaded(place)
    assert QgsRasterLayer(loaded, "x", "gdal").isValid()
    assert registry.reference(loaded) == registry.reference(place) == parse(COG)
    for text in ("", "nonsense", "é", "A", "aW1hZ2VyeWh1Yjo", "gIA"):
        place = f"/vsimem/imageryhub/{text}/1.vrt"
        assert registry.loaded(place) == registry.written(place) == place


def test_facts_that_can_be_are_kept() -> None:
    facts = {"size": "30,20", "transform": "5,2,0,9,0,-2.5", "crs": "EPSG:32617", "bands": "Byte,Float32"}
    reference = parse(Reference("p", "c", "raster", "1", "cog", facts).text())
    assert reference.facts == facts
    dataset = gdal.Open(reference.placeholder())
    assert (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount) == (30, 20, 2)
    assert dataset.GetGeoTransform() == (5, 2, 0, 9, 0, -2.5)


def test_facts_of_a_platform_are_no_better_than_those_of_a_file() -> None:
    wrong = Reference("p", "c", "raster", "1", "cog", {"size": "a,b", "bands": "x", "crs": "http://127.0.0.1:9/"})
    dataset = gdal.Open(wrong.placeholder())
    assert (dataset.RasterXSize, dataset.RasterCount, dataset.GetProjection()) == (1, 1, "")


def test_text_that_is_no_text_is_left_alone(registry: HookedRegistry) -> None:
    for text in (f"{COG}\ud800", "imageryhub:p/c\udfff/raster/1/cog?crs=\ud800", "\ud800"):
        assert registry.loaded(text) == text
        assert registry.written(text) in (text, COG)


def test_a_failure_never_lets_an_address_into_a_file(
    registry: HookedRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = parse(COG)
    live = Live("/vsicurl/http://127.0.0.1:9/a.tif?sig=SECRET77", ("sig=SECRET77",))
    registry.note(reference, live)
    noted: list[str] = []

    def broken(*_: Any) -> str:
        raise RuntimeError("broken with sig=SECRET77")

    monkeypatch.setattr(Reference, "text", broken)
    monkeypatch.setattr("qgis.core.QgsMessageLog.logMessage", lambda text, *_: noted.append(text))
    for answer in (registry.written(live.source), registry.stored(live.source), registry.written(f"{COG}?size=1,1")):
        assert "SECRET77" not in answer and "127.0.0.1" not in answer
        assert QgsRasterLayer(answer, "x", "gdal").isValid()
    monkeypatch.setattr(SourceRegistry, "reference", broken)
    assert "SECRET77" not in registry.written(live.source)
    assert registry.written("/data/mine.tif") == "/data/mine.tif"
    assert noted and not any("SECRET77" in one for one in noted)


def test_a_failure_while_reading_leaves_the_text(registry: HookedRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(SourceRegistry, "live", broken)
    assert registry.loaded(COG) == COG
    request = QNetworkRequest(QUrl(f"{TILE_SCHEME}:/{key_of(parse(TILES))}/3/1/2"))
    registry.send_on(request)
    assert request.url().scheme() == "data"


def key_of(reference: Reference) -> str:
    """How tiles of a reference are named in their addresses."""
    return reference.placeholder().partition(f"{TILE_SCHEME}:/")[2].partition("/")[0]


def test_tiles_that_no_pyramid_has_are_not_counted() -> None:
    key = key_of(parse(TILES))
    assert tile_of(f"/{key}/3/1/2") == (parse(TILES), 3, 1, 2)
    for numbers in ("999999999999/1/1", "-1/0/0", "3/9/0", "3/0/-1", "a/b/c", "1/1"):
        assert tile_of(f"/{key}/{numbers}") is None
