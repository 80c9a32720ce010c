"""A plugin that is unloaded leaves no address in the open project, and makes its layers live again when it is back."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from imagery_hub.core import live_sources
from imagery_hub.core.layers.gdal_calls import GdalFailed, gdal_errors, must
from imagery_hub.core.layers.streaming import Live, Reference, open_layer
from imagery_hub.core.layers.streaming.sources import bucket, signed
from osgeo import gdal
from qgis.core import QgsLayoutItemMap, QgsPrintLayout, QgsProject, QgsRasterLayer
from signed_files import SignedFiles

SIZE = 32
EDGES = f"400000,1,0,{3000000 + SIZE},0,-1"
FACTS = {"size": f"{SIZE},{SIZE}", "transform": EDGES, "crs": "EPSG:32617", "bands": "Byte"}
REFERENCES = {form: Reference("picterra", "Saved", "raster", form, form, FACTS) for form in ("cog", "s3")}
MARKS = ("SIGNEDONE", "SIGNEDTWO", "verysecret99", "127.0.0.1", "/vsis3", "/vsicurl")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedFiles]:
    folder = tmp_path_factory.mktemp("signed")
    (folder / "bucket").mkdir()
    dataset = gdal.GetDriverByName("GTiff").Create(str(folder / "bucket" / "a.tif"), SIZE, SIZE, 1)
    dataset.GetRasterBand(1).Fill(7)
    dataset.SetGeoTransform([400000, 1, 0, 3000000 + SIZE, 0, -1])
    del dataset
    with SignedFiles(folder) as server:
        server.allow("SIGNEDONE", "SIGNEDTWO")
        yield server


@pytest.fixture
def project(qgis_new_project: None) -> Iterator[QgsProject]:
    live_sources.close()
    live_sources.install()
    yield QgsProject.instance()
    QgsProject.instance().clear()
    live_sources.close()


def live(files: SignedFiles, reference: Reference, token: str) -> Live:
    if reference.form == "cog":
        return signed(f"{files.address}/bucket/a.tif?sig={token}")
    options = {
        "AWS_S3_ENDPOINT": files.address.removeprefix("http://"),
        "AWS_HTTPS": "NO",
        "AWS_VIRTUAL_HOSTING": "FALSE",
        "AWS_REGION": "us-east-1",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    }
    return bucket("bucket", "a.tif", {"access_key": token, "secret_key": "verysecret99"}, options=options)


def shown(files: SignedFiles, project: QgsProject, form: str) -> QgsRasterLayer:
    """A live layer of the project, also held by a layout of it."""
    reference, source = REFERENCES[form], live(files, REFERENCES[form], "SIGNEDONE")
    live_sources.registry().note(reference, source)
    layer = open_layer(reference, source, "orchard")
    assert layer.isValid() and layer.dataProvider().sample(layer.extent().center(), 1) == (7.0, True)
    project.addMapLayer(layer)
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName("map")
    item = QgsLayoutItemMap(layout)
    item.setLayers([layer])
    item.setKeepLayerSet(True)
    layout.addLayoutItem(item)
    assert project.layoutManager().addLayout(layout)
    return layer


def text(path: Path) -> str:
    if path.suffix == ".qgs":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


@pytest.mark.parametrize("name", ["p.qgs", "p.qgz"])
@pytest.mark.parametrize("form", ["cog", "s3"])
def test_a_project_saved_without_the_plugin_holds_no_address(
    tmp_path: Path, project: QgsProject, files: SignedFiles, form: str, name: str
) -> None:
    layer = shown(files, project, form)
    layer.setOpacity(0.4)
    project.setDirty(False)
    live_sources.close()
    assert layer.isValid() and layer.width() == SIZE and layer.opacity() == pytest.approx(0.4)
    assert not project.isDirty()
    assert project.write(str(tmp_path / name))
    stored = text(tmp_path / name)
    assert [mark for mark in MARKS if mark in stored] == []
    assert f"imageryhub:picterra/Saved/raster/{form}/{form}" in stored


@pytest.mark.parametrize("read_again", [False, True])
@pytest.mark.parametrize("form", ["cog", "s3"])
def test_layers_are_live_again_when_the_plugin_is_back(
    tmp_path: Path, project: QgsProject, files: SignedFiles, qtbot: Any, form: str, read_again: bool
) -> None:
    layer = shown(files, project, form)
    live_sources.close()
    assert project.write(str(tmp_path / "p.qgs"))
    live_sources.install()
    live_sources.registry().register("picterra", lambda reference: live(files, reference, "SIGNEDTWO"))
    if read_again:
        assert project.read(str(tmp_path / "p.qgs"))
    (layer,) = project.mapLayers().values()
    failures: list[Exception] = []
    live_sources.watch(lambda reference, error: failures.append(error))
    qtbot.waitUntil(lambda: failures or layer.source().startswith("/vsi"))
    assert failures == []
    assert layer.dataProvider().sample(layer.extent().center(), 1) == (7.0, True)
    assert project.write(str(tmp_path / "p.qgs"))
    assert [mark for mark in MARKS if mark in text(tmp_path / "p.qgs")] == []


@pytest.mark.parametrize("form", ["cog", "s3"])
def test_gdal_keeps_neither_credentials_nor_the_way_to_the_server(
    project: QgsProject, files: SignedFiles, form: str
) -> None:
    source = live(files, REFERENCES[form], "SIGNEDONE")
    source = replace(source, prefix=source.source.partition("?")[0],
                     options={**source.options, "GDAL_HTTP_PROXY": "", "GDAL_HTTP_PROXYUSERPWD": "maria:verysecret99"})
    live_sources.registry().note(REFERENCES[form], source)

    def kept() -> list[str]:
        names = ("GDAL_HTTP_PROXYUSERPWD", "AWS_SECRET_ACCESS_KEY")
        places = [f"{source.prefix}{end}" for end in ("", ".aux.xml")]
        found = [gdal.GetPathSpecificOption(place, name) for name in names for place in places]
        return [one for one in found if one]

    assert kept()
    live_sources.close()
    assert kept() == []
    live_sources.registry().note(REFERENCES[form], source)
    gdal.VSICurlClearCache()
    assert gdal.Open(source.source).ReadRaster(0, 0, 1, 1) == b"\x07", "and it is read again afterwards"


def test_what_work_in_the_background_still_brought_is_taken_back_too(project: QgsProject, files: SignedFiles) -> None:
    registry, source = live_sources.registry(), live(files, REFERENCES["s3"], "SIGNEDONE")
    live_sources.close()
    registry.note(REFERENCES["s3"], source)  # a thread that had the registry before
    with gdal_errors():
        assert gdal.Open(source.source) is not None
    live_sources.take_back()
    gdal.VSICurlClearCache()
    with pytest.raises(GdalFailed):
        must(lambda: gdal.Open(source.source), "refused")
