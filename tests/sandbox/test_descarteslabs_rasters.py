"""Pixels by plain HTTP, held against what was uploaded and against GDAL's own warping (section 12)."""

from __future__ import annotations

import io
import json
import struct
from pathlib import Path
from typing import Any

import numpy
import pytest
from descarteslabs_calls import CATALOG, DescartesCalls
from osgeo import gdal
from sandbox_process import SandboxProcess

PLACE = [500000, 10, 0, 5000000, 0, -10]
SYSTEM = "+proj=utm +zone=32 +datum=WGS84 +units=m +no_defs"
SHADE = numpy.arange(1, 601, dtype="uint16").reshape(20, 30)


@pytest.fixture
def dl(sandbox: SandboxProcess) -> DescartesCalls:
    return DescartesCalls(sandbox)


@pytest.fixture
def product(dl: DescartesCalls) -> str:
    """A product with red and nir and an image ``fields``: nir is three times red."""
    found = dl.product()
    dl.band(found)
    dl.band(found, name="nir", srcband=2, color="Gray")
    send(dl, found, "fields", numpy.dstack([SHADE, SHADE * 3]))
    return found


def send(dl: DescartesCalls, product: str, name: str, array: Any, place: Any = None) -> None:
    target = io.BytesIO()
    numpy.save(target, array)
    dl.upload(product, name, target.getvalue(), geotrans=place or PLACE, proj4=SYSTEM,
              process_controls={"upload_type": "ndarray"})
    result = dl.result(product, f"{name}.tif")
    assert result["status"] == "SUCCESS", result["stacktrace"]


def pixels(dl: DescartesCalls, *ids: str, **members: Any) -> tuple[dict[str, Any], Any, Any]:
    """Metadata, values and mask of the stream of the second version, read by hand."""
    answer = dl.request("POST", "raster/v2/npz", json={"ids": list(ids), "of": "blosc", **members})
    assert answer.status_code == 200, answer.text
    source = io.BytesIO(answer.content)
    about, head = json.loads(source.readline()), json.loads(source.readline())
    values, mask = numpy.zeros(head["shape"], head["dtype"]), numpy.ones(head["shape"], bool)
    for _ in range(head["chunks"]):
        chunk = json.loads(source.readline())
        band, row, column = chunk["offset"]
        _, rows, columns = chunk["shape"]
        part = (slice(band, None), slice(row, row + rows), slice(column, column + columns))
        values[part] = numpy.frombuffer(frame(source), head["dtype"]).reshape(chunk["shape"])
        mask[part] = numpy.frombuffer(frame(source), "uint8").reshape(chunk["shape"])
    assert source.read() == b""
    return about, values, mask


def frame(source: io.BytesIO) -> bytes:
    """The content of an uncompressed blosc frame."""
    head = source.read(16)
    version, inner, flags, _ = head[:4]
    size, block, length = struct.unpack("<III", head[4:])
    assert (version, inner, flags, block, length) == (2, 1, 2, size, size + 16)
    return source.read(size)


def tiff(dl: DescartesCalls, folder: Path, *ids: str, **members: Any) -> gdal.Dataset:
    """The file of the first version."""
    answer = dl.request("POST", "raster/v1/raster", json={"ids": list(ids), "of": "GTiff", **members})
    assert answer.status_code == 200, answer.text
    source = io.BytesIO(answer.content)
    head, each = json.loads(source.readline()), json.loads(source.readline())
    content = source.read()
    assert (head["files"], each["length"]) == (1, len(content)) and each["name"].endswith(".tif")
    (folder / "answer.tif").write_bytes(content)
    return gdal.Open(str(folder / "answer.tif"))


def test_all_bands_as_they_were(dl: DescartesCalls, product: str) -> None:
    about, values, mask = pixels(dl, f"{product}:fields")
    assert numpy.array_equal(values, [SHADE, SHADE * 3]) and not mask.any()
    assert (about["geoTransform"], about["size"], about["id"]) == (PLACE, [30, 20], f"{product}:fields")
    assert [one["description"]["name"] for one in about["bands"]] == ["red", "nir"]
    assert about["bands"][0]["colorInterpretation"] == "Red" and about["coordinateSystem"]["epsg"] == 32632


def test_many_chunks(dl: DescartesCalls, product: str) -> None:
    about, values, mask = pixels(dl, f"{product}:fields", bands=["red"], resolution=0.25)
    assert about["size"] == [1200, 800] and not mask.any()
    assert numpy.array_equal(values[0], SHADE.repeat(40, 0).repeat(40, 1))


def test_a_window_that_reaches_beyond(dl: DescartesCalls, product: str) -> None:
    _, values, mask = pixels(dl, f"{product}:fields", bands=["nir"], outputBounds=[499950, 4999900, 500100, 5000000])
    assert values.shape == (1, 10, 15)
    assert mask[0, :, :5].all() and not mask[0, :, 5:].any()
    assert numpy.array_equal(values[0, :, 5:], SHADE[:10, :10] * 3)


def test_warped_as_gdal_warps(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    (tmp_path / "whole.tif").write_bytes(dl.request("GET", f"storage/v1/products/get/{product}/fields.tif").content)
    found = tiff(dl, tmp_path, f"{product}:fields", bands=["red"], srs="EPSG:4326", resolution=0.0002,
                 resampleAlg="bilinear", outputBounds=[9.0004, 45.152, 9.0034, 45.1534], ot="Float32")
    wanted = gdal.Warp("", gdal.Open(str(tmp_path / "whole.tif")), format="MEM", dstSRS="EPSG:4326",
                       outputBounds=[9.0004, 45.152, 9.0034, 45.1534], width=15, height=7, resampleAlg="bilinear")
    assert (found.RasterXSize, found.RasterYSize) == (15, 7)
    assert numpy.array_equal(found.GetRasterBand(1).ReadAsArray(), wanted.GetRasterBand(1).ReadAsArray())
    assert found.GetSpatialRef().GetAuthorityCode(None) == "4326"


def test_bounds_in_another_system_and_a_size_to_fit(dl: DescartesCalls, product: str) -> None:
    about, _, _ = pixels(dl, f"{product}:fields", bands=["red"], outsize=[15, 15],
                         outputBounds=[9.0, 45.1517, 9.0038, 45.15347], outputBoundsSRS="EPSG:4326")
    assert about["size"][0] == 15 and about["size"][1] < 15
    assert about["geoTransform"][1] == pytest.approx(-about["geoTransform"][5])


def test_scales_and_types(dl: DescartesCalls, product: str) -> None:
    _, values, _ = pixels(dl, f"{product}:fields", bands=["red", "nir"], scales=[[0, 510], [0, 1800, 0, 180]],
                          ot="Byte")
    assert values.dtype == numpy.uint8
    assert numpy.array_equal(values[0], numpy.clip(numpy.rint(SHADE / 2), 0, 255))
    assert numpy.array_equal(values[1], numpy.rint(SHADE * 3 / 10))


def test_a_cutline(dl: DescartesCalls, product: str) -> None:
    half = {"type": "Polygon", "coordinates": [[[8.99, 45.1], [9.0019085, 45.1], [9.0019085, 45.2], [8.99, 45.2],
                                                [8.99, 45.1]]]}
    _, values, mask = pixels(dl, f"{product}:fields", bands=["red"], shape=json.dumps(half),
                             outputBounds=[500000, 4999800, 500300, 5000000])
    assert mask[0, :, 16:].all() and not mask[0, :, :14].any()
    assert numpy.array_equal(values[0, :, :14], SHADE[:, :14])


def test_later_images_lie_on_top_and_nodata_lets_through(dl: DescartesCalls, product: str) -> None:
    over = numpy.full((20, 30, 2), 7, "uint16")
    over[:, 15:] = 0
    send(dl, product, "over", over)
    _, values, mask = pixels(dl, f"{product}:fields", f"{product}:over", bands=["red"])
    assert (values[0, :, :15] == 7).all() and numpy.array_equal(values[0, :, 15:], SHADE[:, 15:]) and not mask.any()
    _, values, mask = pixels(dl, f"{product}:over", bands=["red"])
    assert mask[0, :, 15:].all() and not mask[0, :, :15].any()


def test_an_alpha_band_decides_what_is_used(dl: DescartesCalls) -> None:
    product = dl.product("masked")
    dl.band(product)
    dl.band(product, name="alpha", srcband=2, type="mask", color="Alpha", data_range=[0, 1], default_range=[0, 1])
    alpha = numpy.zeros_like(SHADE)
    alpha[:10] = 1
    send(dl, product, "one", numpy.dstack([SHADE, alpha]))
    _, values, mask = pixels(dl, f"{product}:one", bands=["red", "alpha"])
    assert numpy.array_equal(values[0, :10], SHADE[:10]) and not mask[0, :10].any()
    assert mask[0, 10:].all() and not values[:, 10:].any()


def test_masked_pixels_of_a_file(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    beyond = {"bands": ["red"], "outputBounds": [499900, 4999800, 500300, 5000000]}
    dataset = tiff(dl, tmp_path, f"{product}:fields", **beyond)
    assert dataset.GetRasterBand(1).GetNoDataValue() == 0 and dataset.GetRasterBand(1).GetDescription() == "red"
    dl.sent("PUT", f"{CATALOG}products/{product}/bands/red", {"srcband": 1, "dtype": "UInt16", "type": "spectral",
                                                              "data_range": [0, 10000]})
    dataset = tiff(dl, tmp_path, f"{product}:fields", **beyond)
    mask = dataset.GetRasterBand(1).GetMaskBand().ReadAsArray()
    assert dataset.GetRasterBand(1).GetNoDataValue() is None and not mask[:, :10].any() and mask[:, 10:].all()


def test_a_derived_band_is_computed(dl: DescartesCalls, product: str) -> None:
    about, values, mask = pixels(dl, f"{product}:fields", bands=["derived:ndvi", "red"])
    assert (values[0] == round((0.5 + 1) / 2 * 65535)).all() and numpy.array_equal(values[1], SHADE)
    assert about["bands"][0]["description"]["name"] == "derived:ndvi" and not mask.any()


def test_pictures_and_arrays_of_the_first_version(dl: DescartesCalls, product: str, tmp_path: Path) -> None:
    for form, ending in (("PNG", "png"), ("JPEG", "jpeg")):
        body = {"ids": [f"{product}:fields"], "bands": ["red"], "of": form, "scales": [[0, 600]], "ot": "Byte"}
        answer = dl.request("POST", "raster/v1/raster", json=body)
        _, each, content = answer.content.split(b"\n", 2)
        assert json.loads(each)["name"].endswith(ending)
        (tmp_path / f"picture.{ending}").write_bytes(content)
        found = gdal.Open(str(tmp_path / f"picture.{ending}"))
        assert found.GetDriver().ShortName == form and (found.RasterXSize, found.RasterYSize) == (30, 20)
    answer = dl.request("POST", "raster/v1/npz", json={"ids": [f"{product}:fields"], "of": "npz"})
    archive = numpy.load(io.BytesIO(answer.content))
    assert numpy.array_equal(archive["data"], [SHADE, SHADE * 3])
    assert json.loads(archive["metadata"].tobytes())["size"] == [30, 20]
    answer = dl.request("POST", "raster/v1/npz", json={"ids": [f"{product}:fields"], "of": "blosc"})
    source = io.BytesIO(answer.content)
    source.readline()
    assert json.loads(source.readline())["chunks"] == [[1, 20, 30]] * 2
    assert frame(source) == SHADE.tobytes() and frame(source) == (SHADE * 3).tobytes()


@pytest.mark.parametrize(("members", "words"), [
    ({"bands": ["green"]}, "no band green"), ({"resolution": 10, "outsize": [5, 5]}, "either"),
    ({"resolution": -1}, "above 0"), ({"srs": "nowhere"}, "srs"), ({"outputBounds": [2, 2, 1, 1]}, "minx"),
    ({"shape": "{}"}, "shape"), ({"scales": [[1, 1]]}, "scale"), ({"resolution": 0.001}, "too many"),
    ({"resampleAlg": "best"}, "resampleAlg"), ({"ot": "Int8"}, "ot"), ({"dltile": "1:2"}, "dltile"),
    ({"ids": []}, "ids"), ({"outsize": [0, 0]}, "outsize"), ({"outsize": [5]}, "outsize"),
    ({"outputBounds": [1, 2]}, "outputBounds")])
def test_requests_that_are_refused(dl: DescartesCalls, product: str, members: dict[str, Any], words: str) -> None:
    status, told = dl.refused("POST", "raster/v2/npz", {"ids": [f"{product}:fields"], **members})
    assert status == 400 and words in told


def test_images_without_pixels_and_those_of_others(dl: DescartesCalls, product: str, sandbox: SandboxProcess) -> None:
    dl.image(product, "bare")
    assert dl.refused("POST", "raster/v2/npz", {"ids": [f"{product}:bare"]})[0] == 400
    assert dl.refused("POST", "raster/v2/npz", {"ids": [f"{product}:none"]})[0] == 404
    other = DescartesCalls(sandbox, "other")
    assert other.refused("POST", "raster/v2/npz", {"ids": [f"{product}:fields"]})[0] == 404
