"""Uploads by plain HTTP: really read, checked against the bands, ended with facts or with a log (section 8)."""

from __future__ import annotations

import hashlib
import io
import time
from pathlib import Path
from typing import Any

import numpy
import pytest
import requests
from descarteslabs_calls import CATALOG, DescartesCalls
from osgeo import gdal, osr
from sandbox_process import SandboxProcess

PLACE = [500000, 10, 0, 5000000, 0, -10]
SYSTEM = "+proj=utm +zone=32 +datum=WGS84 +units=m +no_defs"
ARRAY = {"geotrans": PLACE, "proj4": SYSTEM, "process_controls": {"upload_type": "ndarray"}}


@pytest.fixture
def dl(sandbox: SandboxProcess) -> DescartesCalls:
    return DescartesCalls(sandbox)


@pytest.fixture
def product(dl: DescartesCalls) -> str:
    """A product with one band."""
    found = dl.product()
    dl.band(found)
    return found


def npy(array: Any) -> bytes:
    target = io.BytesIO()
    numpy.save(target, array)
    return target.getvalue()


def raster(path: Path, bands: int = 1, kind: int = gdal.GDT_UInt16, driver: str = "GTiff", system: str = "EPSG:32632",
           pixels: Any = None) -> Path:
    """A file of 20 x 10 pixels."""
    dataset = gdal.GetDriverByName("MEM").Create("", 20, 10, bands, kind)
    if system:
        dataset.SetProjection(system)
        dataset.SetGeoTransform(PLACE)
    for number in range(bands):
        dataset.GetRasterBand(number + 1).WriteArray(
            numpy.full((10, 20), 5 + number) if pixels is None else pixels)
    options = ["REVERSIBLE=YES", "QUALITY=100"] if driver == "JP2OpenJPEG" else []
    gdal.GetDriverByName(driver).CreateCopy(str(path), dataset, 1, options)
    return path


def image(dl: DescartesCalls, product: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = dl.sent("GET", f"{CATALOG}products/{product}/images/{name}")["data"]["attributes"]
    return found


def test_a_file_becomes_an_image_with_facts_that_gdal_confirms(dl: DescartesCalls, product: str,
                                                               tmp_path: Path) -> None:
    pixels = numpy.arange(200, dtype="uint16").reshape(10, 20)
    pixels[:5] = 0
    path = raster(tmp_path / "fields.tif", pixels=pixels)
    dl.upload(product, "fields.tif", path, acquired="2021-06-14", cloud_fraction=0.04)
    result = dl.result(product, "fields.tif")
    assert (result["status"], result["failure_type"], result["stacktrace"]) == ("SUCCESS", None, None)
    assert result["labels"] == [product, "fields.tif"] and result["runtime"] >= 0 and result["peak_memory_usage"] > 0
    assert "band red: minimum 100, maximum 199, mean 149.5, 50.00% valid" in result["logs"]
    one = image(dl, product, "fields")
    content = path.read_bytes()
    assert one["file_md5s"] == [hashlib.md5(content, usedforsecurity=False).hexdigest()]
    assert (one["file_sizes"], one["files"], one["fill_fraction"]) == ([len(content)], ["fields.tif"], 0.5)
    assert (one["bucket"], one["directory"], one["storage_state"]) == (["dl-sandbox"], [product], "available")
    assert (one["geotrans"], one["cs_code"], one["raster_size"]) == (PLACE, "EPSG:32632", [20, 10])
    assert (one["acquired"], one["cloud_fraction"]) == ("2021-06-14T00:00:00Z", 0.04)
    system, world = osr.SpatialReference(), osr.SpatialReference()
    for each, code in ((system, 32632), (world, 4326)):
        each.ImportFromEPSG(code)
        each.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    longitude, latitude, _ = osr.CoordinateTransformation(system, world).TransformPoint(500000, 4999900)
    assert one["geometry"]["coordinates"][0][0] == pytest.approx([longitude, latitude], abs=1e-8)
    stored = dl.request("GET", f"storage/v1/products/get/{product}/fields.tif")
    assert stored.content == content


def test_a_jpeg_2000_file_is_taken(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    if gdal.GetDriverByName("JP2OpenJPEG") is None:
        pytest.skip("This GDAL writes no JPEG 2000.")
    pixels = numpy.arange(200, dtype="uint16").reshape(10, 20)
    dl.upload(product, "fields.jp2", raster(tmp_path / "fields.jp2", driver="JP2OpenJPEG", pixels=pixels))
    assert dl.result(product, "fields.jp2")["status"] == "SUCCESS"
    assert image(dl, product, "fields")["files"] == ["fields.jp2"]


def broken(path: Path) -> bytes:
    """A GeoTIFF whose second half is missing."""
    numbers = numpy.random.default_rng(1).integers(1, 9000, (400, 400)).astype("uint16")
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), 400, 400, 1, gdal.GDT_UInt16, ["COMPRESS=DEFLATE"])
    dataset.SetProjection("EPSG:32632")
    dataset.SetGeoTransform(PLACE)
    dataset.GetRasterBand(1).WriteArray(numbers)
    dataset = None
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half:half + 20000] = b"\0" * 20000
    return bytes(content)


@pytest.mark.parametrize(("make", "words"), [
    (lambda folder: b"nonsense", "neither a GeoTIFF nor a JPEG 2000"),
    (lambda folder: b"", "neither a GeoTIFF nor a JPEG 2000"),
    (lambda folder: raster(folder / "a.tif", kind=gdal.GDT_Byte).read_bytes(), "has the data type UInt16"),
    (lambda folder: raster(folder / "a.tif", system="").read_bytes(), "no georeference"),
    (lambda folder: raster(folder / "a.png", driver="PNG").read_bytes(), "neither a GeoTIFF nor a JPEG 2000"),
    (lambda folder: broken(folder / "a.tif"), "damaged")])
def test_wrong_files_fail_with_log_and_stack_trace(dl: DescartesCalls, product: str, tmp_path: Path, make: Any,
                                                   words: str) -> None:
    dl.upload(product, "wrong.tif", make(tmp_path))
    result = dl.result(product, "wrong.tif")
    told = (result["status"], result["failure_type"], result["exception_name"])
    assert told == ("FAILURE", "exception", "ValueError")
    assert words in result["stacktrace"] and words in result["logs"]
    assert result["stacktrace"].startswith("Traceback") and "ingest/intake.py" in result["stacktrace"]
    assert str(tmp_path.parent) not in result["stacktrace"] and "/tmp" not in result["logs"]
    assert dl.refused("GET", f"{CATALOG}products/{product}/images/wrong")[0] == 404
    assert dl.sent("GET", "storage/v1/products/list") == []


@pytest.mark.parametrize(("bands", "words"), [([], "no bands"), ([{"srcband": 2}], "has 1 bands"),
                                              ([{"srcfile": 1}], "there are 1 files")])
def test_bands_must_fit_the_file(dl: DescartesCalls, tmp_path: Path, bands: list[dict[str, Any]], words: str) -> None:
    product = dl.product()
    for one in bands:
        dl.band(product, **one)
    dl.upload(product, "a.tif", raster(tmp_path / "a.tif"))
    assert words in dl.result(product, "a.tif")["stacktrace"]


@pytest.mark.parametrize(("name", "kind"), [
    ("uint8", "Byte"), ("int8", "Int16"), ("uint16", "UInt16"), ("int16", "Int16"), ("uint32", "UInt32"),
    ("int32", "Int32"), ("float32", "Float32"), ("float64", "Float64")])
def test_arrays_of_every_type(dl: DescartesCalls, name: str, kind: str) -> None:
    product = dl.product()
    dl.band(product, dtype=kind, data_range=[0, 100], default_range=[0, 100])
    array = numpy.array([[1, 2, 3], [4, 5, 100]], name)
    dl.upload(product, "small", npy(array), **ARRAY)
    assert dl.result(product, "small.tif")["status"] == "SUCCESS"
    answer = dl.request("POST", "raster/v1/npz", json={"ids": [product + ":small"], "of": "npz"})
    data = numpy.load(io.BytesIO(answer.content))["data"]
    assert data.shape == (1, 2, 3) and numpy.array_equal(data[0], array)


@pytest.mark.parametrize(("content", "body", "words"), [
    (b"\x93NUMPY nonsense", {}, ".npy"), (npy(numpy.zeros(4, "uint16")), {}, "dimensions"),
    (npy(numpy.zeros((2, 2), "complex64")), {}, "types"), (npy(numpy.ones((2, 2), "uint16")), {"proj4": None}, "proj4"),
    (npy(numpy.ones((2, 2), "uint16")), {"proj4": "+proj=nowhere"}, "coordinate system"),
    (npy(numpy.ones((2, 2), "uint16")), {"geotrans": None}, "geotrans")])
def test_arrays_that_fail(dl: DescartesCalls, product: str, content: bytes, body: dict[str, Any], words: str) -> None:
    given = {name: value for name, value in {**ARRAY, **body}.items() if value is not None}
    dl.upload(product, "small", content, **given)
    result = dl.result(product, "small.tif")
    assert result["status"] == "FAILURE" and words in result["stacktrace"]


def test_overviews_are_built(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    controls = {"upload_type": "ndarray", "overviews": [2, 4], "overview_resampler": "average"}
    dl.upload(product, "large", npy(numpy.ones((64, 64), "uint16")), **{**ARRAY, "process_controls": controls})
    assert "built overviews [2, 4] by average" in dl.result(product, "large.tif")["logs"]
    (tmp_path / "back.tif").write_bytes(dl.request("GET", f"storage/v1/products/get/{product}/large.tif").content)
    dataset = gdal.Open(str(tmp_path / "back.tif"))
    band = dataset.GetRasterBand(1)
    assert [band.GetOverview(one).XSize for one in range(band.GetOverviewCount())] == [32, 16]


@pytest.mark.parametrize("body", [
    {}, {"process_controls": {"upload_type": "tape"}}, {**ARRAY, "wkt_srs": "x"}, {**ARRAY, "colour": "red"},
    {"process_controls": {"upload_type": "ndarray", "overviews": list(range(2, 19))}},
    {"process_controls": {"upload_type": "ndarray", "overviews": [2], "overview_resampler": "best"}},
    {"process_controls": {"upload_type": "file", "multi_file": {"image_files": ["b.tif"], "image_id": "x"}}}])
def test_uploads_that_are_refused_at_once(dl: DescartesCalls, product: str, body: dict[str, Any]) -> None:
    assert dl.refused("POST", f"{CATALOG}products/{product}/images/upload/a.tif", body)[0] == 400


def test_a_signed_address_is_for_one_put(dl: DescartesCalls, product: str) -> None:
    path = f"{CATALOG}products/{product}/images/upload/a.tif"
    body, first = {"process_controls": {"upload_type": "file"}}, dl.sandbox.last_entry()
    answer = dl.request("POST", path, json=body)
    assert answer.headers["Content-Type"] == "text/plain" and answer.text.startswith("http://127.0.0.1:")
    assert "/blob/descarteslabs%2F" in answer.text
    assert requests.put(answer.text, data=b"x", timeout=60).status_code == 200
    dl.result(product, "a.tif")
    assert requests.put(answer.text, data=b"x", timeout=60).status_code == 403
    late = dl.request("POST", path, json=body).text
    dl.sandbox.control("POST", "clock", {"advance": 901})
    assert requests.put(late, data=b"x", timeout=60).status_code == 403
    assert requests.put(late[:-1], data=b"x", timeout=60).status_code == 403
    entries = dl.sandbox.log(after=first, operation="putSignedFile")
    assert [one["status"] for one in entries] == [200, 403, 403, 403]
    assert {one["platform"] for one in entries} == {"descarteslabs"}
    assert dl.refused("POST", f"{CATALOG}products/acme:none/images/upload/a.tif", body)[0] == 404


def test_results_in_pages_and_by_filters(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    good = raster(tmp_path / "good.tif")
    for number in range(3):
        dl.upload(product, f"good{number}.tif", good)
        dl.result(product, f"good{number}.tif")
    between = time.time()
    dl.upload(product, "bad.tif", b"nonsense")
    dl.result(product, "bad.tif")
    path = f"{CATALOG}products/{product}/uploads"
    first = dl.sent("POST", path, {"limit": 2, "status": "SUCCESS"})
    assert [one["id"] for one in first["data"]] == ["good2.tif", "good1.tif"]
    assert "logs" not in first["data"][0]["attributes"]
    token = first["meta"]["continuation_token"]
    last = dl.sent("POST", path, {"limit": 2, "status": "SUCCESS", "continuation_token": token})
    assert [one["id"] for one in last["data"]] == ["good0.tif"] and last["meta"] == {"continuation_token": None}
    assert dl.refused("POST", path, {"limit": 2, "status": "FAILURE", "continuation_token": token})[0] == 400
    assert dl.refused("POST", path, {"continuation_token": "none"})[0] == 400
    assert dl.refused("POST", path, {"status": "PENDING"})[0] == 400
    assert [one["id"] for one in dl.sent("POST", path, {"created": int(between) + 1})["data"]] in ([], ["bad.tif"])
    assert dl.sent("POST", path, {"updated": "2099-01-01"})["data"] == []
    assert dl.sent("POST", path, {"offset": 9})["data"] == []


def test_a_result_is_created_when_the_file_arrives_and_updated_when_it_was_read(
    dl: DescartesCalls, product: str, tmp_path: Path
) -> None:
    dl.sandbox.control("POST", "descarteslabs/uploads/trouble", {"seconds": 1800})
    dl.upload(product, "slow.tif", raster(tmp_path / "slow.tif"))
    between = int(time.time()) + 900
    dl.sandbox.advance(1800)
    dl.result(product, "slow.tif")
    path = f"{CATALOG}products/{product}/uploads"
    assert [one["id"] for one in dl.sent("POST", path, {"updated": between})["data"]] == ["slow.tif"]
    assert dl.sent("POST", path, {"created": between})["data"] == []


def test_an_image_is_replaced_and_only_the_latest_result_is_kept(dl: DescartesCalls, product: str,
                                                                 tmp_path: Path) -> None:
    for value in (3, 4):
        dl.upload(product, "a.tif", raster(tmp_path / f"{value}.tif", pixels=numpy.full((10, 20), value)))
        while f"maximum {value}" not in dl.result(product, "a.tif")["logs"]:
            time.sleep(0.05)
    assert len(dl.sent("POST", f"{CATALOG}products/{product}/uploads", {})["data"]) == 1
    assert dl.sent("GET", "storage/v1/products/list") == [f"{product}/a.tif"]
    dl.sent("DELETE", f"{CATALOG}products/{product}/images/a")
    assert dl.sent("GET", "storage/v1/products/list") == []


def test_several_files_one_of_them_sent_twice(dl: DescartesCalls, tmp_path: Path) -> None:
    product = dl.product()
    dl.band(product)
    dl.band(product, name="nir", srcfile=1)
    body = {"process_controls": {"upload_type": "file", "multi_file": {
        "image_files": ["rgb.tif", "nir.tif"], "image_id": "both.tif"}}}
    dl.upload(product, "rgb.tif", raster(tmp_path / "1.tif", pixels=numpy.full((10, 20), 1)), **body)
    assert dl.refused("GET", f"{CATALOG}products/{product}/uploads/rgb.tif")[0] == 404
    dl.upload(product, "rgb.tif", raster(tmp_path / "2.tif", pixels=numpy.full((10, 20), 2)), **body)
    dl.upload(product, "nir.tif", raster(tmp_path / "3.tif", pixels=numpy.full((10, 20), 3)), **body)
    logs = dl.result(product, "nir.tif")["logs"]
    assert logs == dl.result(product, "rgb.tif")["logs"]
    assert "band red: minimum 2, maximum 2" in logs and "band nir: minimum 3, maximum 3" in logs
    assert image(dl, product, "both")["files"] == ["rgb.tif", "nir.tif"]
    dl.upload(product, "nir.tif", raster(tmp_path / "4.tif", pixels=numpy.full((10, 20), 4)), **body)
    assert "maximum 3" in dl.result(product, "nir.tif")["logs"]
    dl.upload(product, "rgb.tif", raster(tmp_path / "5.tif", pixels=numpy.full((10, 20), 5)), **body)
    while "band nir: minimum 4" not in dl.result(product, "nir.tif")["logs"]:
        time.sleep(0.05)
    assert "band red: minimum 5" in dl.result(product, "rgb.tif")["logs"]


def test_a_name_that_no_file_can_have_fails_the_upload(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    name = "x" * 300
    dl.upload(product, name, raster(tmp_path / "a.tif"))
    result = dl.result(product, name)
    assert (result["status"], result["exception_name"]) == ("FAILURE", "OSError")
    assert "sandbox" not in result["logs"] + result["stacktrace"]


@pytest.mark.parametrize("kind", ["lost", "cut_upload", "lost_cut"])
def test_a_put_that_went_wrong_is_made_again(dl: DescartesCalls, product: str, tmp_path: Path, kind: str) -> None:
    path = raster(tmp_path / "a.tif")
    dl.sandbox.control("POST", "faults", {"kind": kind, "operation": "putSignedFile", "status": 503, "bytes": 10})
    address = dl.request("POST", f"{CATALOG}products/{product}/images/upload/a.tif", json={
        "process_controls": {"upload_type": "file"}}).text
    try:
        assert requests.put(address, data=path.read_bytes(), timeout=60).status_code == 503
    except requests.ConnectionError:
        assert kind != "lost"
    dl.upload(product, "a.tif", path)
    assert dl.result(product, "a.tif")["status"] == "SUCCESS"
    assert dl.sent("GET", "storage/v1/products/list") == [f"{product}/a.tif"]


def test_failures_and_times_on_demand(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    dl.sandbox.control("POST", "descarteslabs/uploads/trouble", {"names": "a*", "failure_type": "oom", "seconds": 60})
    dl.upload(product, "a.tif", raster(tmp_path / "a.tif"))
    dl.upload(product, "b.tif", raster(tmp_path / "b.tif"))
    assert dl.result(product, "b.tif")["status"] == "SUCCESS"
    assert dl.refused("GET", f"{CATALOG}products/{product}/uploads/a.tif")[0] == 404
    dl.sandbox.control("POST", "clock", {"advance": 61})
    result = dl.result(product, "a.tif")
    assert (result["status"], result["failure_type"], result["exception_name"]) == ("FAILURE", "oom", "MemoryError")


def test_what_an_upload_fills_in_can_be_left_out_of_answers(
    dl: DescartesCalls, product: str, tmp_path: Path
) -> None:
    dl.upload(product, "a.tif", raster(tmp_path / "a.tif"), sat_id="RX-4")
    dl.result(product, "a.tif")
    path, flat = f"{CATALOG}products/{product}/images/a", f"metadata/v1/get/{product}:a"
    filled = {"geometry", "geotrans", "file_md5s", "files", "bucket", "fill_fraction", "acquired"}
    plain = {name: value for name, value in dl.session.headers.items() if name != "X-Sandbox-Whole"}
    dl.sandbox.settings(drop_assumed=True)
    try:
        assert filled <= set(dl.sent("GET", path)["data"]["attributes"]), "a test looks at what is there"
        dl.session.headers.clear()
        dl.session.headers.update(plain)
        for known in (dl.sent("GET", path)["data"]["attributes"], dl.sent("GET", flat)):
            assert known["sat_id"] == "RX-4" and not filled & set(known)
        dl.sent("PATCH", path, {"acquired": "2021-06-14"})
        known = dl.sent("GET", path)["data"]["attributes"]
        assert known["acquired"].startswith("2021-06-14") and "geotrans" not in known, "what is said is told"
    finally:
        dl.sandbox.settings(drop_assumed=False)
