"""Tiles in their place, through saved projects and changed addresses, in models; the address nowhere but in memory."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
import tile_witness
from beside import read_beside
from imagery_hub.core import live_sources
from imagery_hub.core.jobs.store import job_store
from imagery_hub.core.layers import provenance
from imagery_hub.core.layers.streaming import Reference
from imagery_hub.providers.errors import PlatformError
from qgis.core import (
    Qgis,
    QgsApplication,
    QgsLayerDefinition,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterString,
    QgsProject,
    QgsProjectBadLayerHandler,
    QgsRasterLayer,
)
from sandbox_picterra import PicterraCalls
from sandbox_process import SandboxProcess

CAPTURED = "2024-06-02T09:41:00Z"


class Dialog(QgsProjectBadLayerHandler):
    """Stands where QGIS's dialog of dead layers would open."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def handleBadLayers(self, layers: Any) -> None:  # noqa: N802 - QGIS's name
        self.asked += 1


class Scene:
    """A raster on the platform, and what a QGIS session makes of it."""

    def __init__(self, sandbox: SandboxProcess, calls: PicterraCalls, folder: Path) -> None:
        self.sandbox, self.calls, self.folder = sandbox, calls, folder
        self.image = tile_witness.landmark_image(folder / "landmarks.tif")
        self.raster = calls.upload_raster(self.image, name="orchard", captured_at=CAPTURED)
        self.failures: list[str] = []
        self.logged: list[str] = []
        self.dialog = Dialog()

    def record(self) -> dict[str, Any]:
        return self.calls.get(f"rasters/{self.raster}/")

    def token(self) -> str:
        """The part of the tiles' address that nobody can guess."""
        return self.record()["tms_url"].split("/")[4]

    def move_tiles(self) -> None:
        self.sandbox.control("POST", f"picterra/rasters/{self.raster}/tiles")

    def begin(self) -> None:
        """A session that knows no address."""
        live_sources.close()
        live_sources.install()
        live_sources.watch(lambda reference, error: self.failures.append(str(error)))

    def layer(self) -> QgsRasterLayer:
        (layer,) = QgsProject.instance().mapLayers().values()
        return layer

    def assert_shown(self, layer: QgsRasterLayer) -> None:
        """The picture is the uploaded raster, and neither upside down nor moved by a few pixels."""
        extent = tile_witness.view(layer.extent(), self.record()["tiles_max_zoom"])
        shown, wanted = tile_witness.drawn(layer, extent), tile_witness.expected(self.image, extent)
        assert (wanted.max(axis=2) > 0).mean() > 0.5
        fits = tile_witness.difference(shown, wanted)
        assert fits < 2
        for other in (np.flipud(wanted), np.fliplr(wanted), np.roll(wanted, 4, 0), np.roll(wanted, 4, 1)):
            assert tile_witness.difference(shown, other) > 2 * fits


@pytest.fixture
def scene(
    run: Any, sandbox: SandboxProcess, calls: PicterraCalls, tmp_path: Path, qgis_new_project: None
) -> Iterator[Scene]:
    project, made = QgsProject.instance(), Scene(sandbox, calls, tmp_path)
    log = QgsApplication.messageLog()

    def note(message: str, tag: str, level: Qgis.MessageLevel) -> None:
        made.logged.append(message)

    log.messageReceived[str, str, Qgis.MessageLevel].connect(note)
    project.setBadLayerHandler(made.dialog)
    made.begin()
    yield made
    project.clear()
    project.setBadLayerHandler(QgsProjectBadLayerHandler())
    live_sources.close()
    log.messageReceived[str, str, Qgis.MessageLevel].disconnect(note)


def address(layer: QgsRasterLayer) -> str:
    """Where the tiles of a layer are now; its source does not tell."""
    live = live_sources.registry().live(live_sources.registry().reference(layer.source()))
    return live.template if live else ""


def content(path: Path) -> str:
    if path.suffix != ".qgz":
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def profile_text() -> str:
    """Settings, history and job store of the profile, as bytes that can be searched."""
    folder = Path(QgsApplication.qgisSettingsDirPath())
    job_store()
    kept = [path for path in folder.rglob("*") if path.suffix in (".ini", ".db", ".sqlite", ".log", ".sqlite-wal")]
    assert "jobs.sqlite-wal" in {path.name for path in kept}
    return read_beside(kept).decode("latin-1")


@pytest.mark.parametrize("form", ["tms", "plain"])
def test_tiles_lie_where_the_raster_lies(run: Any, scene: Scene, form: str) -> None:
    scene.sandbox.settings(tile_addresses=form)
    assert ("/tms/" in scene.record()["tms_url"]) == (form == "tms")
    before = scene.sandbox.last_entry()
    result = run("streamraster", RASTER=f" {scene.raster} ")
    layer = result["OUTPUT"]
    assert (result["RASTER_ID"], result["NAME"], layer.name()) == (scene.raster, "orchard", "orchard")
    scene.assert_shown(layer)
    asked = scene.sandbox.log(operation="getTile", after=before)
    assert asked and {entry["status"] for entry in asked} <= {200, 404}
    scene.assert_shown(layer)
    assert len(scene.sandbox.log(operation="getTile", after=before)) == len(asked)
    assert not scene.sandbox.log(flag="api-key-sent-to-tiles")
    west, south, east, north = scene.record()["footprint"]["bbox"]
    box = layer.extent()
    degree = 20037508.342789244 / 180
    assert (box.xMinimum(), box.xMaximum()) == pytest.approx((west * degree, east * degree), abs=0.02)
    begin = layer.temporalProperties().fixedTemporalRange().begin().toUTC()
    assert layer.temporalProperties().isActive() and begin.toString("yyyy-MM-dd") == "2024-06-02"
    origin = provenance.read(layer)
    assert (origin.kind, origin.ids) == ("raster", {"raster": scene.raster})
    assert layer.metadata().identifier() == scene.raster


@pytest.mark.parametrize("name", ["field.qgz", "field.qgs"])
def test_a_project_is_live_again_after_the_address_has_changed(run: Any, scene: Scene, name: str) -> None:
    project, file = QgsProject.instance(), scene.folder / name
    layer = run("streamraster", RASTER=scene.raster)["OUTPUT"]
    layer.setOpacity(0.999)
    layer.setName("my orchard")
    project.addMapLayer(layer)
    first = scene.token()
    assert first in address(layer) and first not in layer.source()
    assert project.write(str(file))
    project.clear()

    scene.begin()
    scene.sandbox.advance(7 * 86400)
    scene.move_tiles()
    second, zoom = scene.token(), scene.record()["tiles_max_zoom"]
    assert second != first
    before = scene.sandbox.last_entry()
    assert project.read(str(file))
    opened = scene.layer()
    assert opened.isValid() and first not in opened.source() and scene.dialog.asked == 0
    assert not tile_witness.drawn(opened, tile_witness.view(opened.extent(), zoom)).any()
    assert scene.sandbox.last_entry() == before
    wait(lambda: second in address(opened))
    assert scene.layer() is opened and scene.failures == [] and not project.isDirty()
    assert (opened.name(), opened.opacity()) == ("my orchard", pytest.approx(0.999))
    assert opened.temporalProperties().isActive()
    assert provenance.read(opened).ids == {"raster": scene.raster}
    opened.setOpacity(1)
    scene.assert_shown(opened)
    assert project.write(str(file))
    for place in (content(file), profile_text(), "\n".join(scene.logged + run.messages)):
        assert place
        assert first not in place and second not in place
    assert f"imageryhub:picterra//raster/{scene.raster}/tiles" in unquote(content(file))


def test_a_project_opened_again_in_the_same_session_asks_anew(run: Any, scene: Scene) -> None:
    """The address does not say how long it is good for, so an old one is not trusted."""
    project, file = QgsProject.instance(), scene.folder / "again.qgs"
    project.addMapLayer(run("streamraster", RASTER=scene.raster)["OUTPUT"])
    assert project.write(str(file))
    asked = len(scene.sandbox.log(operation="getRaster"))
    process_events()
    assert len(scene.sandbox.log(operation="getRaster")) == asked
    project.clear()
    scene.move_tiles()
    live_sources.registry()._now = lambda: time.time() + 3600
    assert project.read(str(file))
    token = scene.token()
    wait(lambda: token in address(scene.layer()))
    scene.assert_shown(scene.layer())


def test_a_raster_that_is_gone_leaves_an_empty_layer_and_says_so(run: Any, scene: Scene) -> None:
    project, file = QgsProject.instance(), scene.folder / "gone.qgs"
    project.addMapLayer(run("streamraster", RASTER=scene.raster)["OUTPUT"])
    assert project.write(str(file))
    project.clear()
    scene.begin()
    scene.calls.change("DELETE", f"rasters/{scene.raster}/")
    assert project.read(str(file))
    wait(lambda: bool(scene.failures))
    assert scene.layer().isValid() and scene.dialog.asked == 0


def test_in_a_model_the_layer_goes_to_the_next_step(run: Any, scene: Scene) -> None:
    model = QgsProcessingModelAlgorithm("stream", "test")
    model.addModelParameter(QgsProcessingParameterString("RASTER", "Raster"), QgsProcessingModelParameter("RASTER"))
    streaming = QgsProcessingModelChildAlgorithm("imageryhub:picterra_streamraster")
    streaming.setChildId("streaming")
    streaming.addParameterSources("RASTER", [QgsProcessingModelChildParameterSource.fromModelParameter("RASTER")])
    looking = QgsProcessingModelChildAlgorithm("native:rasterlayerproperties")
    looking.setChildId("looking")
    looking.addParameterSources(
        "INPUT", [QgsProcessingModelChildParameterSource.fromChildOutput("streaming", "OUTPUT")])
    for child in (streaming, looking):
        model.addChildAlgorithm(child)
    notes = QgsProcessingFeedback()
    results, fine = model.run({"RASTER": scene.raster}, run.context, notes)
    assert fine, notes.textLog()
    seen = results["CHILD_RESULTS"]["looking"]
    west = scene.record()["footprint"]["bbox"][0]
    assert seen["CRS_AUTHID"] == "EPSG:3857"
    assert float(seen["EXTENT"].split(",")[0]) == pytest.approx(west * 20037508.342789244 / 180, abs=0.02)
    assert scene.token() not in notes.textLog() + str(results) + "".join(scene.logged)
    assert len(run.context.layersToLoadOnCompletion()) == 1


def test_the_reference_and_the_definition_stand_in_for_the_address(run: Any, scene: Scene) -> None:
    file = scene.folder / "orchard.qlr"
    result = run("streamraster", RASTER=scene.raster, DEFINITION=str(file))
    assert result["REFERENCE"].startswith(f"imageryhub:picterra//raster/{scene.raster}/tiles?")
    token = scene.token()
    told = [value for name, value in result.items() if name != "OUTPUT"]
    assert token not in str([told, run.messages]) and token not in content(file)
    scene.begin()
    scene.move_tiles()
    project = QgsProject.instance()
    assert QgsLayerDefinition.loadLayerDefinition(str(file), project, project.layerTreeRoot())[0]
    token = scene.token()
    wait(lambda: token in address(scene.layer()))
    scene.assert_shown(scene.layer())
    nowhere = scene.folder / "missing" / "a.qlr"
    nowhere.parent.write_text("a file where a folder would have to be")
    assert "could not be written" in run.fails("streamraster", RASTER=scene.raster, DEFINITION=str(nowhere))


def test_what_cannot_be_streamed_is_said_with_a_way_on(run: Any, scene: Scene) -> None:
    scene.sandbox.settings(tile_addresses="none")
    assert "offers no tiles of orchard. Download" in run.fails("streamraster", RASTER=scene.raster)
    scene.sandbox.settings(tile_addresses="tms")
    for body, words in (
        ('{"id": "r", "name": "n", "status": "processing"}', "still processing n"),
        ('{"id": "r", "tms_url": "file:///etc/{z}/{x}/{y}"}', "gave an address that cannot be used"),
        ('{"id": "r", "tms_url": "https://tiles.example/fixed.png"}', "gave an address that cannot be used"),
    ):
        scene.sandbox.fault(operation="getRaster", kind="malformed", body=body)
        assert words in run.fails("streamraster", RASTER=scene.raster)
    assert run.refused("streamraster", RASTER=" ").startswith("“Raster” is empty")


def test_a_reference_to_anything_else_is_refused(run: Any, scene: Scene) -> None:
    from imagery_hub.core import messages

    for what, form in (("detector", "tiles"), ("raster", "cog")):
        with pytest.raises(PlatformError) as caught:
            live_sources.renew(Reference("picterra", "", what, "d", form))
        assert "does not show this as a layer" in messages.sentence(caught.value)


def process_events(seconds: float = 0.5) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QgsApplication.processEvents()


def wait(condition: Any) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        QgsApplication.processEvents()
        time.sleep(0.01)
