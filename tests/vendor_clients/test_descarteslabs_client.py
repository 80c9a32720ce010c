"""The vendor's client of the last generation that had this catalog, unchanged, against the sandbox.

Its known faults are left aside: ``own_bands`` fails inside the client (section 9 of the notes), and an upload to an
unknown product trips over its own handler (section 8.1).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import pytest
from descarteslabs_calls import DescartesCalls
from descarteslabs_client_process import DescartesClientProcess
from osgeo import gdal
from sandbox_process import SandboxProcess
from vendor_client_process import VendorError

PLACE = [500000, 10, 0, 5000000, 0, -10]
SYSTEM = "+proj=utm +zone=32 +datum=WGS84 +units=m +no_defs"
BAND = {"srcband": 1, "dtype": "UInt16", "data_range": [0, 10000], "type": "spectral", "nodata": 0}


@pytest.fixture(scope="module")
def process(sandbox_session: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[
        DescartesClientProcess]:
    """One client for the module, so that its list of called methods is whole in the last test."""
    sandbox_session.reset()
    with DescartesClientProcess(sandbox_session, tmp_path_factory.mktemp("home")) as client:
        yield client


@pytest.fixture
def client(process: DescartesClientProcess, sandbox: SandboxProcess) -> DescartesClientProcess:
    """The client on an empty platform."""
    return process


@pytest.fixture
def dl(sandbox: SandboxProcess) -> DescartesCalls:
    """The platform without any client."""
    return DescartesCalls(sandbox)


def harvest(client: DescartesClientProcess) -> str:
    """A product with two bands, made by the client."""
    product = client.call("catalog", "add_product", "harvest", title="Harvest", description="Fields",
                          read=["org:acme"], start_datetime="2021-06-01")["data"]["id"]
    client.call("catalog", "add_band", product, "red", color="Red", **BAND)
    client.call("catalog", "add_band", product, "nir", **{**BAND, "srcband": 2})
    return str(product)


def sent_array(client: DescartesClientProcess, product: str, folder: Path, name: str = "fields",
               **more: Any) -> numpy.ndarray[Any, Any]:
    """An array of two bands, uploaded and taken in."""
    array = numpy.arange(1, 2401, dtype="uint16").reshape(30, 40, 2)
    numpy.save(folder / "array.npy", array)
    upload = client.call("catalog", "upload_ndarray", {"$array": str(folder / "array.npy")}, product, name,
                         **{"proj4": SYSTEM, "geotrans": PLACE, **more})
    assert upload == f"{name}.tif"
    assert finished(client, product, upload)["status"] == "SUCCESS"
    return array


def finished(client: DescartesClientProcess, product: str, upload: str) -> dict[str, Any]:
    """How an upload ended, once it has."""
    for _ in range(400):
        try:
            attributes: dict[str, Any] = client.call("catalog", "upload_result", product, upload)["attributes"]
            return attributes
        except VendorError as error:
            assert error.kind == "NotFoundError"
            time.sleep(0.05)
    raise AssertionError(f"{upload} has no result.")


def array_of(found: dict[str, str]) -> tuple[numpy.ndarray[Any, Any], numpy.ndarray[Any, Any]]:
    """Values and mask."""
    place = Path(found["$array"])
    return numpy.load(place), numpy.load(place.with_suffix(".mask.npy"))


def test_products(client: DescartesClientProcess, dl: DescartesCalls) -> None:
    product = harvest(client)
    assert product == "acme:harvest"
    assert client.call("catalog", "namespace_product", "x") == f"{dl.ready['user']}:x"
    assert client.call("catalog", "change_product", product, notes="Dry", set_global_permissions=True)["data"][
        "attributes"]["notes"] == "Dry"
    replaced = client.call("catalog", "replace_product", product, title="New", description="All new")
    assert replaced["data"]["attributes"]["notes"] == ""
    assert client.call("catalog", "get_product", product)["data"]["attributes"]["title"] == "New"
    assert [one["id"] for one in client.call("catalog", "own_products")] == [product]
    with pytest.raises(VendorError, match="ConflictError"):
        client.call("catalog", "add_product", "harvest", title="x", description="y")
    with pytest.raises(VendorError, match="BadRequestError"):
        client.call("catalog", "remove_product", product)
    task = client.call("catalog", "remove_product", product, cascade=True)["deletion_task"]
    assert client.call("catalog", "product_deletion_status", task)["completed"] is False
    dl.sandbox.control("POST", "clock", {"advance": 2})
    assert client.call("catalog", "product_deletion_status", task)["response"]["deleted"] == 2
    with pytest.raises(VendorError, match="NotFoundError"):
        client.call("catalog", "get_product", product)
    client.call("catalog", "add_product", "empty", title="x", description="y")
    assert client.call("catalog", "remove_product", "acme:empty") is None


def test_bands_and_images(client: DescartesClientProcess) -> None:
    product = harvest(client)
    assert client.call("catalog", "change_band", product, "red", wavelength_center=665, wavelength_unit="nm")[
        "data"]["attributes"]["color"] == "Red"
    assert "color" not in client.call("catalog", "replace_band", product, "red", **BAND)["data"]["attributes"]
    assert client.call("catalog", "get_band", product, "red")["data"]["id"] == "acme:harvest:red"
    client.call("catalog", "remove_band", product, "nir")
    client.call("catalog", "add_image", product, "one", acquired="2021-06-14", cloud_fraction=0.04)
    client.call("catalog", "change_image", product, "one", sat_id="RX-4")
    assert client.call("catalog", "get_image", product, "one")["data"]["attributes"]["cloud_fraction"] == 0.04
    client.call("catalog", "replace_image", product, "one", storage_state="remote")
    client.call("catalog", "remove_image", product, "one")
    with pytest.raises(VendorError, match="NotFoundError"):
        client.call("catalog", "get_image", product, "one")


def test_an_array_comes_back_as_it_was(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = harvest(client)
    array = sent_array(client, product, tmp_path, overviews=[2, 4], overview_resampler="average",
                       acquired="2021-06-14")
    image = f"{product}:fields"
    found, about = client.call("raster", "ndarray", [image], bands=["red", "nir"], resolution=10)
    values, mask = array_of(found)
    assert numpy.array_equal(values, array) and not mask.any()
    assert about["geoTransform"] == PLACE and about["coordinateSystem"]["epsg"] == 32632
    again, _ = client.call("raster", "ndarray", [image], bands=["red"], resolution=10,
                           bounds=[500100, 4999800, 500500, 4999950], order="gdal")
    values, mask = array_of(again)
    assert values.shape == (1, 15, 40) and numpy.array_equal(values[0][:, :30], array[5:20, 10:, 0])
    assert mask[0][:, 30:].all() and not mask[0][:, :30].any()
    upload = client.call("catalog", "upload_ndarray", found, product, "copy", raster_meta=about)
    assert finished(client, product, upload)["status"] == "SUCCESS"
    copy, _ = client.call("raster", "ndarray", [f"{product}:copy"], bands=["red", "nir"], resolution=10)
    assert numpy.array_equal(array_of(copy)[0], array)


def test_a_geotiff_made_by_the_client_lies_where_it_should(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = harvest(client)
    array = numpy.arange(1, 700 * 600 + 1, dtype="uint16").reshape(700, 600) % 9000 + 1
    numpy.save(tmp_path / "large.npy", array[:, :, numpy.newaxis].repeat(2, 2).astype("uint16"))
    client.call("catalog", "upload_ndarray", {"$array": str(tmp_path / "large.npy")}, product, "large", proj4=SYSTEM,
                geotrans=PLACE)
    assert finished(client, product, "large.tif")["status"] == "SUCCESS"
    client.call("raster", "raster", [f"{product}:large"], ["red"], resolution=10,
                outfile_basename=str(tmp_path / "large"))
    dataset = gdal.Open(str(tmp_path / "large.tif"))
    assert (dataset.RasterXSize, dataset.RasterYSize) == (600, 700)
    assert list(dataset.GetGeoTransform()) == PLACE
    assert numpy.array_equal(dataset.ReadAsArray(), array)


def test_stacks(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = harvest(client)
    array = sent_array(client, product, tmp_path)
    sent_array(client, product, tmp_path, "later")
    found, _ = client.call("raster", "stack", [[f"{product}:fields"], [f"{product}:later"]], bands=["nir"],
                           resolution=10, srs="EPSG:32632", bounds=[500000, 4999700, 500400, 5000000])
    values, _ = array_of(found)
    assert values.shape == (2, 30, 40, 1) and numpy.array_equal(values[1][:, :, 0], array[:, :, 1])


def test_files_and_their_results(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = harvest(client)
    driver = gdal.GetDriverByName("GTiff")
    for name, bands in (("good.tif", 2), ("thin.tif", 1)):
        dataset = driver.Create(str(tmp_path / name), 20, 10, bands, gdal.GDT_UInt16)
        dataset.SetGeoTransform(PLACE)
        dataset.SetProjection("EPSG:32632")
        dataset.GetRasterBand(1).Fill(7)
        dataset = None
    assert client.call("catalog", "upload_image", str(tmp_path / "good.tif"), product, acquired="2021-06-14") == (
        "good.tif")
    assert finished(client, product, "good.tif")["failure_type"] is None
    assert client.call("catalog", "upload_image", str(tmp_path / "thin.tif"), product) == "thin.tif"
    failed = finished(client, product, "thin.tif")
    assert (failed["status"], failed["exception_name"]) == ("FAILURE", "ValueError")
    assert "file has 1 bands" in failed["stacktrace"] and "opened thin.tif" in failed["logs"]
    found = client.call("catalog", "upload_results", product, status="FAILURE")
    assert [one["id"] for one in found["data"]] == ["thin.tif"]
    assert [one["id"] for one in client.call("catalog", "iter_upload_results", product)] == ["thin.tif", "good.tif"]
    image = client.call("catalog", "get_image", product, "good")["data"]["attributes"]
    assert image["acquired"] == "2021-06-14T00:00:00Z"
    assert image.get("raster_size", [20, 10]) == [20, 10], "D23: assumed, so it may be left out"


def test_several_files_make_one_image(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = client.call("catalog", "add_product", "split", title="Split", description="Two files")["data"]["id"]
    client.call("catalog", "add_band", product, "red", **BAND)
    client.call("catalog", "add_band", product, "nir", **{**BAND, "srcfile": 1})
    for name, value in (("rgb.tif", 3), ("nir.tif", 9)):
        dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / name), 20, 10, 1, gdal.GDT_UInt16)
        dataset.SetGeoTransform(PLACE)
        dataset.SetProjection("EPSG:32632")
        dataset.GetRasterBand(1).Fill(value)
        dataset = None
    files = [str(tmp_path / "rgb.tif"), str(tmp_path / "nir.tif")]
    assert client.call("catalog", "upload_image", files, product, multi=True, image_id="whole") == "nir.tif"
    results = [finished(client, product, name) for name in ("nir.tif", "rgb.tif")]
    assert [one.pop("labels")[1] for one in results] == ["nir.tif", "rgb.tif"] and results[0] == results[1]
    found, _ = client.call("raster", "ndarray", [f"{product}:whole"], bands=["red", "nir"], resolution=10)
    values, _ = array_of(found)
    assert (values[0, 0].tolist(), values[9, 19].tolist()) == ([3, 9], [3, 9])


def test_metadata(client: DescartesClientProcess, dl: DescartesCalls) -> None:
    product = harvest(client)
    for day in range(1, 6):
        dl.image(product, f"day{day}", acquired=f"2021-06-0{day}", cloud_fraction=day / 10, sat_id="RX-4",
                 geometry={"type": "Polygon", "coordinates": [[[9, 45], [9.1, 45], [9.1, 45.1], [9, 45]]]})
    ask = client.call
    assert [one["id"] for one in ask("metadata", "products")] == [product]
    assert ask("metadata", "available_products") == [product]
    assert ask("metadata", "get_product", product)["title"] == "Harvest"
    assert [one["name"] for one in ask("metadata", "bands", products=[product])] == ["nir", "red"]
    assert ask("metadata", "get_band", product + ":red")["srcband"] == 1
    assert set(ask("metadata", "get_bands_by_product", product)) == {
        product + ":red", product + ":nir", "derived:ndvi"}
    assert set(ask("metadata", "get_bands_by_id", product + ":day1")) == {"red", "nir", "derived:ndvi"}
    assert [one["id"] for one in ask("metadata", "derived_bands", bands=["red"])] == ["derived:ndvi"]
    assert ask("metadata", "get_derived_band", "derived:ndvi")["bands"] == ["nir", "red"]
    assert ask("metadata", "get", product + ":day3")["key"] == "day3"
    assert [one["id"] for one in ask("metadata", "get_by_ids", [product + ":day2", product + ":none"])] == [
        product + ":day2"]
    clear = {"$property": "cloud_fraction", "is": "lte", "value": 0.3}
    found = ask("metadata", "search", [product], q=[clear], sort_field="acquired", sort_order="desc")
    assert [one["key"] for one in found["features"]] == ["day3", "day2", "day1"]
    assert ask("metadata", "ids", [product], start_datetime="2021-06-04") == [product + ":day4", product + ":day5"]
    assert len(ask("metadata", "features", [product], batch_size=2)) == 5
    page = ask("metadata", "paged_search", [product], limit=2)
    assert len(page["features"]) == 2 and page["properties"]["continuation_token"]
    summed = ask("metadata", "summary", [product], interval="month", pixels=True)
    assert (summed["count"], len(summed["items"])) == (5, 1)


def test_storage(client: DescartesClientProcess, tmp_path: Path) -> None:
    product = harvest(client)
    sent_array(client, product, tmp_path)
    (tmp_path / "note.txt").write_text("from a file", "utf-8")
    ask = client.call
    ask("storage", "set", "notes/one.txt", "hello")
    ask("storage", "set_file", "notes/two.txt", str(tmp_path / "note.txt"))
    assert ask("storage", "get", "notes/one.txt") == "hello"
    assert ask("storage", "exists", "notes/two.txt") is True and ask("storage", "exists", "notes/no.txt") is False
    assert ask("storage", "list", prefix="notes/") == ["notes/one.txt", "notes/two.txt"]
    assert ask("storage", "iter_list", prefix="notes/") == ["notes/one.txt", "notes/two.txt"]
    assert ask("storage", "get_signed_url", "notes/one.txt").startswith("http://127.0.0.1:")
    assert ask("storage", "get_upload_url", "notes/three.txt").startswith("http://127.0.0.1:")
    ask("storage", "get_file", f"{product}/fields.tif", str(tmp_path / "back.tif"), storage_type="products")
    dataset = gdal.Open(str(tmp_path / "back.tif"))
    assert (dataset.RasterCount, dataset.RasterXSize, list(dataset.GetGeoTransform())) == (2, 40, PLACE)
    ask("storage", "delete", "notes/one.txt")
    assert ask("storage", "list") == ["notes/two.txt"]


def test_the_whole_surface_was_used(client: DescartesClientProcess) -> None:
    """Of the catalog all but the method that fails inside the client; of the others all that send requests."""
    with pytest.raises(VendorError, match="TypeError"):
        client.call("catalog", "own_bands")
    assert set(client.surface("catalog")) - client.called["catalog"] == {"own_bands"}
    assert set(client.surface("storage")) - client.called["storage"] == set()
    assert set(client.surface("metadata")) - client.called["metadata"] == set()
    assert set(client.surface("raster")) - client.called["raster"] == {
        "dltile", "dltile_from_latlon", "dltiles_from_shape", "iter_tiles_from_shape"}
