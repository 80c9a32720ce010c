"""Optimised rasters, held against GDAL's validator, Pillow's reading of the tags, and arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from osgeo import gdal, osr
from osgeo_utils.samples.validate_cloud_optimized_geotiff import validate
from PIL import Image
from scipy import ndimage

from sandbox.jobs import WorkFailed
from sandbox.pixel.work import nearblack
from sandbox.pixel.work.optimise import Options, Plan, optimise

gdal.UseExceptions()

COMPRESSION, JPEG, DEFLATE = 259, 7, 8
ROWS, COLUMNS = 600, 900


def write(path: Path, bands: np.ndarray, system: int | None = 25833, nodata: float | None = None) -> Path:
    """A GeoTIFF of an array of bands x rows x columns, without compression."""
    kind = gdal.GDT_Byte if bands.dtype == np.uint8 else gdal.GDT_Float32
    made = gdal.GetDriverByName("GTiff").Create(str(path), bands.shape[2], bands.shape[1], bands.shape[0], kind)
    made.SetGeoTransform((600000.0, 0.5, 0.0, 6650000.0, 0.0, -0.5))
    if system is not None:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(system)
        made.SetProjection(reference.ExportToWkt())
    for number, band in enumerate(bands, 1):
        made.GetRasterBand(number).WriteArray(band)
        if nodata is not None:
            made.GetRasterBand(number).SetNoDataValue(nodata)
    return path


def picture(bands: int = 3) -> np.ndarray:
    """Smooth colours, as JPEG likes them, none of them near black or white."""
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    waves = [120 + 60 * np.sin(x / (60 + 20 * band)) * np.cos(y / 80) for band in range(bands)]
    return np.stack(waves).astype(np.uint8)


def made(tmp_path: Path, source: Path, options: Options, srid: int | None = None) -> Path:
    target = tmp_path / "made" / "copy.tif"
    assert optimise(Plan(source, target, options, srid)) == target.stat().st_size
    assert [one.name for one in target.parent.iterdir()] == ["copy.tif"]
    return target


def compression(path: Path) -> int:
    with Image.open(path) as picture:
        return int(picture.tag_v2[COMPRESSION])  # type: ignore[attr-defined]


def read(path: Path) -> np.ndarray:
    dataset = gdal.Open(str(path))
    return np.asarray(dataset.ReadAsArray())


def mask(path: Path) -> np.ndarray:
    dataset = gdal.Open(str(path))
    return np.asarray(dataset.GetRasterBand(1).GetMaskBand().ReadAsArray())


def test_a_copy_of_three_bands_is_a_valid_cloud_optimised_jpeg(tmp_path: Path) -> None:
    bands = picture()
    target = made(tmp_path, write(tmp_path / "a.tif", bands), Options("rgb"))
    _warnings, errors, _details = validate(str(target), full_check=True)
    assert errors == []
    assert compression(target) == JPEG
    assert np.abs(read(target).astype(int) - bands).mean() < 2.0
    dataset = gdal.Open(str(target))
    assert dataset.GetGeoTransform() == (600000.0, 0.5, 0.0, 6650000.0, 0.0, -0.5)
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "25833"
    assert target.stat().st_size < bands.nbytes / 5


def test_a_fourth_band_is_kept_without_loss(tmp_path: Path) -> None:
    bands = picture(4)
    target = made(tmp_path, write(tmp_path / "a.tif", bands), Options("rgb"))
    assert compression(target) == DEFLATE
    assert np.array_equal(read(target), bands)
    assert validate(str(target), full_check=True)[1] == []


def test_heights_are_kept_to_the_last_bit_with_what_is_absent(tmp_path: Path) -> None:
    heights = np.random.default_rng(5).normal(200, 40, (1, ROWS, COLUMNS)).astype(np.float32)
    heights[0, :50, :70] = -9999
    target = made(tmp_path, write(tmp_path / "a.tif", heights, nodata=-9999), Options("terrain"))
    assert compression(target) == DEFLATE
    assert np.array_equal(read(target), heights[0])
    dataset = gdal.Open(str(target))
    assert dataset.GetRasterBand(1).GetNoDataValue() == -9999
    assert validate(str(target), full_check=True)[1] == []


# ---------------------------------------------------------------------- overviews
def blocks(bands: np.ndarray) -> np.ndarray:
    """The four pixels under each of an overview's, last."""
    rows, columns = bands.shape
    return bands.reshape(rows // 2, 2, columns // 2, 2).transpose(0, 2, 1, 3).reshape(rows // 2, columns // 2, 4)


def overview(path: Path) -> np.ndarray:
    dataset = gdal.Open(str(path))
    return np.asarray(dataset.GetRasterBand(1).GetOverview(0).ReadAsArray())


@pytest.mark.parametrize(("resampling", "of_four"), [
    ("average", lambda four: four.mean(axis=2)),
    ("rms", lambda four: np.sqrt((four.astype(float) ** 2).mean(axis=2))),
    ("nearest", lambda four: four[:, :, 0]),
])
def test_an_overview_is_what_its_resampling_says(tmp_path: Path, resampling: str, of_four: Any) -> None:
    heights = np.random.default_rng(7).uniform(100, 400, (1, ROWS, COLUMNS)).astype(np.float32)
    target = made(tmp_path, write(tmp_path / "a.tif", heights), Options("terrain", resampling=resampling))
    expected = of_four(blocks(heights[0]))
    found = overview(target)
    if resampling == "nearest":
        assert np.isin(found, heights[0]).all()
    else:
        assert np.allclose(found, expected, rtol=1e-5)


def test_mode_is_the_most_frequent_of_the_four(tmp_path: Path) -> None:
    classes = np.kron(np.random.default_rng(9).integers(1, 6, (ROWS // 2, COLUMNS // 2)), np.ones((2, 2)))
    spoilt = classes.copy()
    spoilt[::2, ::2] = 9
    target = made(tmp_path, write(tmp_path / "a.tif", spoilt[None].astype(np.float32)),
                  Options("terrain", resampling="mode"))
    assert np.array_equal(overview(target), classes[::2, ::2])


@pytest.mark.parametrize("resampling", ["bilinear", "cubic", "cubic_spline", "lanczos"])
def test_symmetric_kernels_keep_a_slope(tmp_path: Path, resampling: str) -> None:
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    slope = (100 + 0.25 * x - 0.125 * y)[None].astype(np.float32)
    target = made(tmp_path, write(tmp_path / "a.tif", slope), Options("terrain", resampling=resampling))
    inside = np.s_[10:-10, 10:-10]
    assert np.allclose(overview(target)[inside], blocks(slope[0]).mean(axis=2)[inside], atol=0.01)


def test_gauss_smooths_more_than_the_mean(tmp_path: Path) -> None:
    noise = np.random.default_rng(11).normal(0, 10, (1, ROWS, COLUMNS)).astype(np.float32)
    found = overview(made(tmp_path, write(tmp_path / "a.tif", noise), Options("terrain", resampling="gauss")))
    assert abs(float(found.mean())) < 0.2
    assert found.std() < blocks(noise[0]).mean(axis=2).std()


# ---------------------------------------------------------------------- nearblack
BODY = np.s_[80:520, 100:800]
BLOT = np.s_[300:340, 400:460]
SHAFT = (np.s_[80:200, 200:220], np.s_[180:200, 220:360])
BAY = np.s_[110:180, 340:360]


def scene(value: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """A picture in a collar of about one value. A shaft leads from the collar down into the picture, bends off and
    turns upwards again into a bay; a blot of the same value stands alone. Which pixels belong to what, by name."""
    bands = picture()
    bands[:, (bands > value - 20).all(axis=0) & (bands < value + 20).all(axis=0)] = 200 if value < 128 else 60
    parts = {name: np.zeros((ROWS, COLUMNS), dtype=bool) for name in ("collar", "shaft", "bay", "blot")}
    parts["collar"][:] = True
    parts["collar"][BODY] = False
    for piece in SHAFT:
        parts["shaft"][piece] = True
    parts["bay"][BAY], parts["blot"][BLOT] = True, True
    dark = np.logical_or.reduce(list(parts.values()))
    noise = np.random.default_rng(3).integers(-12, 13, bands.shape)
    return np.where(dark, np.clip(value + noise, 0, 255), bands).astype(np.uint8), parts


@pytest.mark.parametrize(("color", "value"), [("black", 0), ("white", 255), (100, 100)])
def test_floodfill_takes_off_all_that_hangs_together_with_the_edge(
        tmp_path: Path, color: str | int, value: int) -> None:
    bands, parts = scene(value)
    target = made(tmp_path, write(tmp_path / "a.tif", bands), Options("rgb", True, color, "floodfill"))
    gone = parts["collar"] | parts["shaft"] | parts["bay"]
    assert np.array_equal(mask(target) == 0, gone)
    assert compression(target) == JPEG
    assert validate(str(target), full_check=True)[1] == []


def test_two_passes_do_not_see_around_corners(tmp_path: Path) -> None:
    bands, parts = scene(0)
    target = made(tmp_path, write(tmp_path / "a.tif", bands), Options("rgb", True, "black", "twopasses"))
    gone = mask(target) == 0
    assert gone[parts["collar"]].all()
    assert gone[parts["shaft"]].mean() > 0.95
    assert gone[parts["bay"]].mean() < 0.05
    assert not gone[parts["blot"]].any()
    # GDAL takes up to two pixels along, in case that compression has blurred the border.
    near = ndimage.binary_dilation(parts["collar"] | parts["shaft"], np.ones((3, 3)), 2)
    assert not (gone & ~near).any()


@pytest.mark.parametrize("algorithm", ["twopasses", "floodfill"])
def test_a_collar_gets_exactly_its_colour(tmp_path: Path, algorithm: str) -> None:
    bands, parts = scene(0)
    source = gdal.Open(str(write(tmp_path / "a.tif", bands)))
    nearblack.clean(source, tmp_path / "clean.tif", "black", algorithm)
    assert bands[:, parts["collar"]].any()
    assert not read(tmp_path / "clean.tif")[:, parts["collar"]].any()
    assert np.array_equal(read(tmp_path / "clean.tif")[:, parts["blot"]], bands[:, parts["blot"]])


def test_without_nearblack_the_collar_stays(tmp_path: Path) -> None:
    bands, _parts = scene(0)
    target = made(tmp_path, write(tmp_path / "a.tif", bands), Options("rgb"))
    assert (mask(target) == 255).all()


@pytest.mark.parametrize("algorithm", ["", "twopasses", "floodfill"])
def test_what_a_no_data_value_leaves_out_is_masked_before_it_is_compressed(tmp_path: Path, algorithm: str) -> None:
    bands = picture()
    bands[:, 200:300, 200:350] = 77
    expected = np.zeros((ROWS, COLUMNS), dtype=bool)
    expected[200:300, 200:350] = True
    expected |= (bands == 77).all(axis=0)
    options = Options("rgb", bool(algorithm), "black", algorithm or "twopasses")
    target = made(tmp_path, write(tmp_path / "a.tif", bands, nodata=77), options)
    assert np.array_equal(mask(target) == 0, expected)


# ---------------------------------------------------------------------- what a file tells
def test_a_system_that_only_the_collection_knows_is_written(tmp_path: Path) -> None:
    source = tmp_path / "tile.jpg"
    Image.fromarray(picture().transpose(1, 2, 0)).save(source, quality=95)
    (tmp_path / "tile.wld").write_text("0.5\n0\n0\n-0.5\n600000.25\n6649999.75\n", "ascii")
    dataset = gdal.Open(str(made(tmp_path, source, Options("rgb"), 25832)))
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "25832"
    assert dataset.GetGeoTransform() == (600000.0, 0.5, 0.0, 6650000.0, 0.0, -0.5)


@pytest.mark.parametrize(("content", "words"), [(b"no raster at all", "cannot be optimised"), (None, "has no coord")])
def test_what_cannot_be_optimised_fails_with_a_sentence_and_leaves_nothing(
        tmp_path: Path, content: bytes | None, words: str) -> None:
    source = tmp_path / "a.tif"
    write(source, picture(), None)
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(WorkFailed, match=words):
        optimise(Plan(source, tmp_path / "made" / "copy.tif", Options("rgb")))
    assert list((tmp_path / "made").iterdir()) == []
