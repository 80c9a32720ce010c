"""Each platform's raster sent to each platform that takes it; pixels, place and all that is known of it are read back
beside the plugin."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pixel_files
import pytest
import requests
from imagery_hub.core.jobs import job_store
from imagery_hub.core.jobs.logbook import read_log
from osgeo import gdal
from pix4d_stored_results import Results
from pixxel_land import AREA, Land
from sandbox_descarteslabs import CatalogCalls
from sandbox_picterra import PicterraCalls
from sandbox_pixel import PixelCalls
from sandbox_pixxel import PixxelCalls
from sandbox_process import SandboxProcess

SEND = "imageryhub:senditem"
CAPTURED = "2025-05-01T10:00:00Z"
NAME, CLOUD, TAGS, FURTHER = "Field 7/8", 12, ["north", "spring"], {"crew": "B"}
PICTERRA, PIX4D, PIXEL, PIXXEL, CATALOG = (
    "Picterra raster", "PIX4D output", "Pixel raster", "Pixxel catalog entry", "Descartes Labs image")
Read = Callable[[str], "Arrived"]


@pytest.fixture(autouse=True)
def between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders in which something lay between two platforms, named as they were made."""
    (tmp_path / "between").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "between"))
    made: list[str] = []
    make = tempfile.mkdtemp

    def noting(*given: Any, **named: Any) -> str:
        made.append(make(*given, **named))
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", noting)
    return made


def lay_here(between: list[str]) -> bool:
    return any(Path(one).name.startswith("imagery-hub-job-") for one in between)


@dataclass(frozen=True)
class Arrived:
    """What a platform has in the end. What it does not keep is None."""

    values: np.ndarray
    transform: tuple[float, ...]
    system: str
    name: str | None = None
    moment: str | None = None
    cloud: float | None = None
    tags: set[str] | None = None
    further: dict[str, Any] | None = None


def opened(content: bytes, **told: Any) -> Arrived:
    """A raster's file, and what is told of it."""
    gdal.FileFromMemBuffer("/vsimem/sent.tif", content)
    try:
        found = gdal.Open("/vsimem/sent.tif")
        return Arrived(found.ReadAsArray(), found.GetGeoTransform(), code_of(found), **told)
    finally:
        gdal.Unlink("/vsimem/sent.tif")


def code_of(dataset: gdal.Dataset) -> str:
    return str(dataset.GetSpatialRef().GetAuthorityCode(None))


def moment(told: Any) -> str:
    """As ISO 8601, without the part of a second and the zone, which is UTC."""
    return str(told or "")[:19].replace(" ", "T")


@dataclass
class World:
    """All five platforms by plain HTTP, and a folder."""

    sandbox: SandboxProcess
    picterra: PicterraCalls
    pixel: PixelCalls
    pixxel: PixxelCalls
    catalog: CatalogCalls
    folder: Path
    run: Any

    def product(self, data_type: str, bands: int) -> str:
        name = self.catalog.product(f"fields{time.time_ns()}")
        for number in range(1, bands + 1):
            self.catalog.band(name, f"b{number}", number, dtype=data_type, data_range=[0, 255])
        return name

    # ------------------------------------------------------------------ sources: all that each can say of an item
    def of_picterra(self, file: Path) -> str:
        return self.picterra.upload_raster(
            file, name=NAME, captured_at=CAPTURED, cloud_coverage=CLOUD, user_tag=",".join(TAGS))

    def of_pix4d(self, file: Path) -> str:
        made = Results(self.sandbox)
        made.calls.sent("PATCH", made.path, json={"display_name": NAME, "acquisition_date": CAPTURED})
        made.give(file, "ortho")
        return f"{made.id}:ortho"

    def of_pixel(self, file: Path) -> str:
        place = self.collection()
        body = {"collection": place.split("/")[1], "file": str(file), "name": NAME, "capture_date": CAPTURED,
                "tags": TAGS, "metadata": {**FURTHER, "cloud_cover": CLOUD}}
        return f"{place}/{self.sandbox.control('POST', 'pixel/rasters', body)['first']}"

    def of_catalog(self, file: Path) -> str:
        product = self.product("Byte", 3)
        found = str(self.run("imageryhub:descarteslabs_uploadimages", PRODUCT=product, FILES=[str(file)])["IMAGE_IDS"])
        name = found.removeprefix(f"{product}:")
        body = {"acquired": CAPTURED, "cloud_fraction": CLOUD / 100,
                "extra_properties": {**FURTHER, "tags": ",".join(TAGS)}}
        self.catalog.sent("PATCH", f"metadata/v1/catalog/products/{product}/images/{name}", json=body)
        return found

    # ------------------------------------------------------------------ targets: the place, and what arrived
    def collection(self) -> str:
        return self.pixel.collection(self.pixel.project(), "RGB", raster_info={"srid": 25833, "cell_size": [0.5, 0.5]})

    def into_picterra(self) -> tuple[str, str, Read]:
        def read(new: str) -> Arrived:
            address = self.picterra.get(f"rasters/{new}/download/")["download_url"]
            told = self.picterra.get(f"rasters/{new}/")
            return opened(
                requests.get(address, timeout=60).content, name=told["name"], moment=moment(told["captured_at"]),
                cloud=told.get("cloud_coverage"), tags=set(filter(None, (told.get("user_tag") or "").split(","))))

        return "Picterra folder", self.picterra.post("folders/", {"name": "Arrived"})["id"], read

    def into_pixel(self, place: str = "") -> tuple[str, str, Read]:
        place = place or self.collection()

        def read(new: str) -> Arrived:
            told = self.pixel.read(place, f"rasters/{new}")
            further = {key: value for key, value in (told["json_metadata"] or {}).items() if value is not None}
            return opened(
                requests.get(told["download_url"], timeout=60).content, name=told["name"],
                moment=moment(told["capture_date"]), cloud=further.pop("cloud_cover", None), tags=set(told["tags"]),
                further=further)

        return "Pixel data collection", place, read

    def into_pix4d(self) -> tuple[str, str, Read]:
        """An output has no name, date or tags; an empty project takes the date."""
        made = Results(self.sandbox)

        def read(new: str) -> Arrived:
            assert new == f"{made.id}:{made.outputs()['ortho']['output_id']}"
            project = made.calls.get(made.path)
            return opened(made.stored()[str(made.outputs()["ortho"]["s3_key"]).removeprefix(f"{made.base}/")],
                          moment=moment(project["acquisition_date"]))

        return "PIX4D project", str(made.id), read

    def into_catalog(self) -> tuple[str, str, Read]:
        product = self.product("Byte", 3)

        def read(new: str) -> Arrived:
            told = self.catalog.catalog(f"products/{product}/images/{new.removeprefix(f'{product}:')}")
            (kept,) = told["files"]
            further = dict(told.get("extra_properties") or {})
            further.pop("cloud_cover", None)  # Pixel has the clouds among the user's own
            share = told.get("cloud_fraction")
            return opened(
                self.catalog.request("GET", f"storage/v1/products/get/{product}/{Path(kept).name}").content,
                name=new.removeprefix(f"{product}:"), moment=moment(told["acquired"]),
                cloud=None if share is None else round(100 * share, 6),
                tags=set(filter(None, further.pop("tags", "").split(","))), further=further)

        return "Descartes Labs product", product, read


@pytest.fixture
def world(run: Any, run_pix4d: Any, run_pixel: Any, run_pixxel: Any, run_descarteslabs: Any, sandbox: SandboxProcess,
          calls: PicterraCalls, pixel: PixelCalls, pixxel: PixxelCalls, catalog: CatalogCalls, tmp_path: Path) -> World:
    return World(sandbox, calls, pixel, pixxel, catalog, tmp_path, run)


SOURCES = {PICTERRA: "picterra", PIX4D: "pix4d", PIXEL: "pixel", CATALOG: "catalog"}
FROM_PIXEL = pytest.param(PIXEL, marks=pytest.mark.needs_assumed("pixel Raster.download_url"))
EACH = [PICTERRA, PIX4D, FROM_PIXEL, CATALOG]
READ_BACK = [pytest.mark.needs_assumed("Raster.cloud_coverage"), pytest.mark.needs_assumed("Raster.user_tag")]
TOLD = [pytest.param(PICTERRA, marks=READ_BACK), FROM_PIXEL, CATALOG]
"""What says more of its rasters than name and date."""


@pytest.mark.parametrize("target", ["picterra", "pixel", "pix4d", "catalog"])
@pytest.mark.parametrize("kind", EACH)
def test_a_raster_arrives_as_it_was(
    run: Any, world: World, tmp_path: Path, between: list[str], kind: str, target: str
) -> None:
    """What is a file of its platform passes through; Pixel looks at it first, and the catalog's image is made."""
    file = pixel_files.raster(tmp_path / "field.tif")
    item = getattr(world, f"of_{SOURCES[kind]}")(file)
    title, place, read = getattr(world, f"into_{target}")()
    sent = run(SEND, KIND=kind, ITEM=item, TARGET=title, PLACE=place)
    found, truth = read(sent["NEW_ID"]), gdal.Open(str(file))
    assert np.array_equal(found.values, truth.ReadAsArray())
    assert found.transform == truth.GetGeoTransform() and found.system == code_of(truth)
    name = {PIX4D: f"{NAME} ortho", PIXEL: f"{NAME}_000000", CATALOG: "field"}.get(kind, NAME)
    assert sent["NEW_NAME"] == name and moment(sent["CAPTURED_AT"]) == moment(CAPTURED)
    assert found.moment == moment(CAPTURED)
    if target != "pix4d":
        assert found.name == (re.sub("[ /]", "_", name) if target == "catalog" else name)
    assert lay_here(between) == (kind == CATALOG or target == "pixel")


def test_a_project_that_holds_something_keeps_its_date(run: Any, world: World, tmp_path: Path) -> None:
    file, made = pixel_files.raster(tmp_path / "field.tif"), Results(world.sandbox)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": "2020-03-04T05:06:07Z"})
    made.give(file, "dsm")
    run(SEND, KIND=PICTERRA, ITEM=world.of_picterra(file), TARGET="PIX4D project", PLACE=str(made.id))
    assert {"dsm", "ortho"} <= set(made.outputs())
    assert moment(made.calls.get(made.path)["acquisition_date"]) == "2020-03-04T05:06:07"


def test_an_empty_project_keeps_the_date_that_its_user_gave_it(run: Any, world: World, tmp_path: Path) -> None:
    made = Results(world.sandbox)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": "2020-03-04T05:06:07Z"})
    item = world.of_picterra(pixel_files.raster(tmp_path / "field.tif"))
    run(SEND, KIND=PICTERRA, ITEM=item, TARGET="PIX4D project", PLACE=str(made.id))
    assert "ortho" in made.outputs()
    assert moment(made.calls.get(made.path)["acquisition_date"]) == "2020-03-04T05:06:07"


def test_who_may_not_date_a_project_sends_all_the_same(run: Any, world: World, tmp_path: Path) -> None:
    made, item = Results(world.sandbox), world.of_picterra(pixel_files.raster(tmp_path / "field.tif"))
    before = made.calls.get(made.path)["acquisition_date"]
    world.sandbox.fault(kind="status", operation="updateProject", status=403)
    run(SEND, KIND=PICTERRA, ITEM=item, TARGET="PIX4D project", PLACE=str(made.id))
    assert "ortho" in made.outputs() and made.calls.get(made.path)["acquisition_date"] == before
    job = job_store().all()[0].id
    assert "The project keeps its own date" in read_log(job_store().path, job)


def test_a_date_that_is_given_while_a_job_rests_is_kept(
    run: Any, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job stops behind the delivery, and is taken up after its user dated the project."""
    from imagery_hub.providers.pix4d.flows import outputs

    made, item = Results(world.sandbox), world.of_picterra(pixel_files.raster(tmp_path / "field.tif"))
    given = {"KIND": PICTERRA, "ITEM": item, "TARGET": "PIX4D project", "PLACE": str(made.id)}
    with monkeypatch.context() as patch:
        patch.setattr(outputs, "identity", lambda *parts: 1 / 0)
        run.fails(SEND, **given)
    assert moment(made.calls.get(made.path)["acquisition_date"]) == moment(CAPTURED)
    made.calls.sent("PATCH", made.path, json={"acquisition_date": "2020-03-04T05:06:07Z"})
    run(SEND, **given, JOB=job_store().all()[0].id)
    assert moment(made.calls.get(made.path)["acquisition_date"]) == "2020-03-04T05:06:07"


@pytest.mark.parametrize("target", [pytest.param("picterra", marks=READ_BACK), "pixel", "catalog"])
@pytest.mark.parametrize("kind", TOLD)
def test_what_is_known_of_a_raster_goes_along(
    run: Any, world: World, tmp_path: Path, kind: str, target: str
) -> None:
    item = getattr(world, f"of_{SOURCES[kind]}")(pixel_files.raster(tmp_path / "field.tif"))
    title, place, read = getattr(world, f"into_{target}")()
    found = read(run(SEND, KIND=kind, ITEM=item, TARGET=title, PLACE=place)["NEW_ID"])
    assert found.cloud == CLOUD
    assert found.tags == set(TAGS)
    if target != "picterra":
        assert found.further == {PICTERRA: {}, PIXEL: {**FURTHER, "strip": 0}, CATALOG: FURTHER}[kind]


@pytest.mark.parametrize("target", ["picterra", "pix4d", "catalog"])
@pytest.mark.parametrize("kind", [PICTERRA, PIX4D, FROM_PIXEL])
def test_passing_through_can_be_switched_off(
    run: Any, world: World, tmp_path: Path, between: list[str], kind: str, target: str
) -> None:
    file = pixel_files.raster(tmp_path / "field.tif")
    item = getattr(world, f"of_{SOURCES[kind]}")(file)
    title, place, read = getattr(world, f"into_{target}")()
    sent = run(SEND, KIND=kind, ITEM=item, TARGET=title, PLACE=place, PASS_THROUGH=False)
    assert np.array_equal(read(sent["NEW_ID"]).values, gdal.Open(str(file)).ReadAsArray())
    assert lay_here(between)


@pytest.mark.parametrize("target", ["picterra", "pix4d", "pixel"])
def test_a_hyperspectral_scene_arrives_with_all_its_bands(run: Any, world: World, target: str) -> None:
    """A product takes it too (test_send_item)."""
    entry = world.sandbox.control("POST", "pixxel/catalogs", {"count": 1, "area": AREA})["catalogs"][0]
    scene = world.pixxel.get(f"v0/catalogs/{entry}")["details"]
    told, land = scene["properties"], Land(scene)
    wide = (world.pixel.collection(world.pixel.project(area_of_interest=AREA), "raster"),) if target == "pixel" else ()
    title, place, read = getattr(world, f"into_{target}")(*wide)
    sent = run(SEND, KIND=PIXXEL, ITEM=entry, TARGET=title, PLACE=place)
    found = read(sent["NEW_ID"])
    assert found.values.ndim == 3 and found.values.shape[0] > 20 and found.values.any()
    assert found.system == str(land.epsg) and found.transform == land.transform
    assert sent["NEW_NAME"] == scene["id"] and moment(sent["CAPTURED_AT"]) == moment(told["datetime"])
    if target != "pix4d":
        assert (found.name, found.moment) == (scene["id"], moment(told["datetime"]))
    if target == "pixel":
        assert found.cloud == told["eo:cloud_cover"]
        assert found.further == {"platform": told["platform"], "product_level": told["rd:product_level"]}
