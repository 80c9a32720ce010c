"""Hyperspectral rasters: bands by wavelength, the picture, profiles of pixels, bundles, styles as SLD."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import hyperspectral_cubes as cubes
import numpy as np
import pytest
from imagery_hub.core.layers import bundle, hyperspectral, sld, spectra
from imagery_hub.core.layers.wavelengths import Band, bands_of, header, listed, nanometres, nearest, of_header
from imagery_hub.core.problems import Problem
from osgeo import gdal, osr
from qgis.core import (
    QgsApplication,
    QgsMultiBandColorRenderer,
    QgsPointXY,
    QgsRasterLayer,
    QgsRectangle,
    QgsSingleBandGrayRenderer,
)
from qgis.PyQt.QtGui import QColor

pytestmark = pytest.mark.usefixtures("qgis_app")


# ---------------------------------------------------------------------- Wavelengths
@pytest.mark.parametrize(("value", "unit", "wanted"), [
    ("672.5", "Nanometers", 672.5), ("0.6725", "Micrometers", 672.5), ("0.6725", "", 672.5), ("672.5", "", 672.5),
    ("0.6725", "µm", 672.5), ("672.5", "Unknown", 672.5), ("-1", "", None), ("nan", "", None), ("green", "", None),
])
def test_wavelengths_are_nanometres(value: str, unit: str, wanted: float | None) -> None:
    assert nanometres(value, unit) == (wanted if wanted is None else pytest.approx(wanted))


@pytest.mark.parametrize("unit", ["Nanometers", "Micrometers"])
def test_a_header_tells_wavelengths_widths_and_bad_bands(unit: str) -> None:
    items = header(cubes.header_text(bad=(3, 40), unit=unit))
    assert items["samples"] == str(cubes.WIDTH) and len(listed(items["wavelength"])) == 40
    bands = of_header(items, 40)
    assert [one.wavelength for one in bands] == pytest.approx(list(cubes.WAVELENGTHS))
    assert {one.width for one in bands} == {12.5}
    assert [one.number for one in bands if one.bad] == [3, 40]
    assert all(one.wavelength is None for one in of_header(items, 39)), "lists of another length tell nothing"


def test_widths_without_a_unit_are_in_that_of_the_centres() -> None:
    micro = of_header({"wavelength": "{0.45, 0.65}", "fwhm": "{0.01, 0.02}"}, 2)
    assert [one.width for one in micro] == [10.0, 20.0]
    nano = of_header({"wavelength": "{450, 650}", "fwhm": "{10, 20}"}, 2)
    assert [one.width for one in nano] == [10.0, 20.0]


def test_what_a_raster_of_envi_says_is_read_as_gdal_gives_it(tmp_path: Path) -> None:
    path = tmp_path / "cube.img"
    data = gdal.GetDriverByName("ENVI").Create(str(path), 4, 4, 3, gdal.GDT_UInt16)
    del data
    text = (tmp_path / "cube.hdr").read_text()
    (tmp_path / "cube.hdr").write_text(text + "wavelength units = Micrometers\nwavelength = {0.47, 0.55, 0.66}\n"
                                       "bbl = {1, 0, 1}\nreflectance scale factor = 10000\n")
    cube = hyperspectral.read_cube(path)
    assert [one.wavelength for one in cube.bands] == pytest.approx([470, 550, 660])
    assert [one.bad for one in cube.bands] == [False, True, False]
    assert cube.scale == 10000 and cube.has_wavelengths


@pytest.mark.parametrize(("description", "name", "wavelength"), [
    ("B001 (452.3 nm)", "B001", 452.3), ("Band 7: 0.66 micrometers", "", 660.0), ("Red", "Red", None),
    ("NIR reflectance", "NIR reflectance", None), ("", "", None), ("850 nm", "", 850.0), ("B031", "B031", None),
])
def test_names_and_wavelengths_in_descriptions(description: str, name: str, wavelength: float | None) -> None:
    data = gdal.GetDriverByName("MEM").Create("", 2, 2, 1, gdal.GDT_Byte)
    data.GetRasterBand(1).SetDescription(description)
    (band,) = bands_of(data)
    assert band.wavelength == (wavelength if wavelength is None else pytest.approx(wavelength))
    if name:
        assert band.name == name


def test_the_terms_of_stac_and_of_gdal() -> None:
    data = gdal.GetDriverByName("MEM").Create("", 2, 2, 2, gdal.GDT_Byte)
    data.GetRasterBand(1).SetMetadata({"CENTRAL_WAVELENGTH_UM": "0.665", "FWHM_UM": "0.03"}, "IMAGERY")
    data.GetRasterBand(2).SetMetadata({"center_wavelength": "0.842", "fwhm": "0.1"})
    one, two = bands_of(data)
    assert (one.wavelength, one.width) == (665.0, 30.0)
    assert (two.wavelength, two.width) == (842.0, 100.0)


def test_titles_are_read_again() -> None:
    data = gdal.GetDriverByName("MEM").Create("", 2, 2, 1, gdal.GDT_Byte)
    data.GetRasterBand(1).SetDescription(Band(1, "B031", 672.4999).title)
    assert bands_of(data) == (Band(1, "B031", 672.5),)


# ---------------------------------------------------------------------- Which bands are shown
def made(*wavelengths: float | None, bad: tuple[int, ...] = ()) -> list[Band]:
    return [Band(number + 1, "", one, None, number + 1 in bad) for number, one in enumerate(wavelengths)]


def test_natural_colours_where_the_sensor_sees_them() -> None:
    bands = made(*cubes.WAVELENGTHS)
    chosen = [cubes.WAVELENGTHS[number - 1] for number in hyperspectral.default_bands(bands)]
    assert chosen == [650.0, 550.0, 475.0]
    assert hyperspectral.default_bands(made(*cubes.WAVELENGTHS, bad=(9,)))[0] in (8, 10), "a bad band is not shown"


def test_other_sensors_get_three_bands_well_apart() -> None:
    infrared = made(*[1000.0 + 50 * number for number in range(30)])
    assert [infrared[number - 1].wavelength for number in hyperspectral.default_bands(infrared)] == [2200, 1650, 1250]
    assert len(set(hyperspectral.default_bands(made(*[None] * 6)))) == 3
    assert hyperspectral.default_bands(made(None)) == (1, 1, 1)
    assert hyperspectral.default_bands([]) == (1, 1, 1)
    assert nearest(made(500.0), 900.0, 50) is None


# ---------------------------------------------------------------------- A file made ours
def test_a_cube_gets_its_wavelengths_names_scale_and_no_data_and_keeps_its_pixels(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / f"{cubes.SCENE}.tif", no_data=None)
    before = gdal.Open(str(path)).ReadAsArray()
    cube = hyperspectral.adopt(path, header(cubes.header_text(bad=(5,))))
    again = hyperspectral.read_cube(path)
    assert cube == again and again.has_wavelengths
    assert again.bands[8] == Band(9, "B009", 650.0, 12.5, False) and again.bands[4].bad
    assert (again.scale, again.no_data) == (50000.0, cubes.NO_DATA)
    data = gdal.Open(str(path))
    assert np.array_equal(data.ReadAsArray(), before)
    assert data.GetRasterBand(9).GetDescription() == "B009 (650 nm)"
    layer = QgsRasterLayer(str(path), "cube", "gdal")
    assert "B009 (650 nm)" in layer.bandName(9)
    written = path.stat().st_mtime_ns
    assert hyperspectral.adopt(path, header(cubes.header_text(bad=(5,)))) == cube
    assert path.stat().st_mtime_ns == written, "what the file tells already is not written again"


def test_bands_that_a_platform_lists_are_taken_by_name(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif", (450.0, 550.0, 650.0))
    told = [Band(3, "B003", 651.0), Band(1, "B001", 451.0), Band(2, "B002", 551.0), Band(4, "B004", 700.0)]
    assert [one.wavelength for one in hyperspectral.adopt(path, {}, told).bands] == [451.0, 551.0, 651.0]
    assert hyperspectral.read_cube(path).scale is None, "the name says no level"


def test_levels_are_read_from_names() -> None:
    assert hyperspectral.level_of(cubes.SCENE) == "L2A"
    assert hyperspectral.level_of("TD1_000001_20240117_L1B_20240402_01002031") == "L1B"
    assert hyperspectral.level_of("orthophoto") == ""


def test_plants_are_green_in_the_picture_that_is_saved_with_the_file(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif", told=True)
    layer = hyperspectral.open_layer(path, "Cube")
    renderer = layer.renderer()
    assert isinstance(renderer, QgsMultiBandColorRenderer)
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (9, 5, 2)
    block = renderer.block(1, QgsRectangle(layer.extent()), cubes.WIDTH, cubes.HEIGHT)
    plant, soil = QColor(block.color(15, 5)), QColor(block.color(15, 30))
    assert soil.red() > plant.red() and soil.value() > 200
    assert QColor.fromRgba(block.color(0, 0)).alpha() == 0, "no data"
    again = QgsRasterLayer(str(path), "again", "gdal")
    assert isinstance(again.renderer(), QgsMultiBandColorRenderer) and again.renderer().redBand() == 9


# ---------------------------------------------------------------------- Profiles
@pytest.mark.parametrize(("column", "row"), [(5, 7), (25, 20), (39, 29)])
def test_a_profile_is_that_of_the_pixel(tmp_path: Path, column: int, row: int) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif", told=True)
    found = spectra.read(str(path), *cubes.place(column, row))
    assert (found.column, found.row) == (column, row)
    assert list(found.values) == [cubes.truth(column, row, one) for one in cubes.WAVELENGTHS]
    assert [one.wavelength for one in found.bands] == list(cubes.WAVELENGTHS)
    assert not found.is_empty


def test_reflectance_where_its_scale_is_known(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / f"{cubes.SCENE}.tif", told=True)
    hyperspectral.adopt(path)
    found = spectra.read(str(path), *cubes.place(30, 0))
    assert found.is_reflectance and found.values[0] == pytest.approx(0.1)
    data = gdal.Open(str(path), gdal.GA_Update)
    data.GetRasterBand(1).SetScale(1 / 50000)
    del data
    again = spectra.read(str(path), *cubes.place(30, 0))
    assert again.values == pytest.approx(found.values), "a scale of the band and that of the header are not both taken"
    layer = QgsRasterLayer(str(path), "scaled", "gdal")
    seen = layer.dataProvider().sample(QgsPointXY(*cubes.place(30, 0)), 1)
    assert again.values[0] == pytest.approx(seen[0])


def test_a_pixel_without_data_has_no_values(tmp_path: Path) -> None:
    found = spectra.read(str(cubes.write_cube(tmp_path / "cube.tif")), *cubes.place(0, 0))
    assert found.is_empty and set(found.values) == {None}


def test_a_turned_raster_is_read_at_its_place(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif", told=True)
    data = gdal.Open(str(path), gdal.GA_Update)
    turned = (LEFT_TURNED, 3.0, 4.0, TOP_TURNED, 4.0, -3.0)
    data.SetGeoTransform(turned)
    del data
    found = spectra.read(str(path), *gdal.ApplyGeoTransform(turned, 12.5, 20.5))
    assert (found.column, found.row) == (12, 20)


LEFT_TURNED, TOP_TURNED = 500000.0, 100000.0


def test_what_has_no_pixel_is_said(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif")
    for x, y in ((cubes.LEFT - 0.01, cubes.TOP - 1), (cubes.LEFT + 1, cubes.TOP - cubes.HEIGHT * cubes.PIXEL - 0.01)):
        with pytest.raises(Problem, match="no pixel"):
            spectra.read(str(path), x, y)
    with pytest.raises(Problem, match="no longer there"):
        spectra.read(str(tmp_path / "missing.tif"), 0, 0)
    (tmp_path / "cut.tif").write_bytes(path.read_bytes()[:2000])
    with pytest.raises(Problem):
        spectra.read(str(tmp_path / "cut.tif"), *cubes.place(39, 29))


def test_control_points_alone_are_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "points.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(path), 4, 4, 3, gdal.GDT_Byte)
    system = osr.SpatialReference()
    system.ImportFromEPSG(4326)
    data.SetGCPs([gdal.GCP(x, y, 0, x, 4 - y) for x in (0, 4) for y in (0, 4)], system.ExportToWkt())
    del data
    with pytest.raises(Problem, match="Warp it first"):
        spectra.read(str(path), 1, 1)


def test_profiles_as_a_table(tmp_path: Path) -> None:
    path = cubes.write_cube(tmp_path / "cube.tif", told=True)
    other = cubes.write_cube(tmp_path / "other.tif", (455.0, 475.0), told=True)
    found = [("=1+1", spectra.read(str(path), *cubes.place(5, 7))), ("soil, dry", spectra.read(str(other),
             *cubes.place(30, 7))), ("empty", spectra.read(str(path), *cubes.place(0, 0)))]
    rows = list(csv.reader(io.StringIO(spectra.table(found))))
    assert rows[0] == ["band", "wavelength_nm", "bad", "'=1+1", "soil, dry", "empty"]
    assert rows[1] == ["B001", "450", "", str(cubes.truth(5, 7, 450)), "", ""]
    assert [row[1] for row in rows[1:4]] == ["450", "455", "475"]
    assert rows[3][3:5] == [str(cubes.truth(5, 7, 475)), str(cubes.truth(30, 7, 475))], "B002 in both"
    assert len(rows) == 1 + len(cubes.WAVELENGTHS) + 1


# ---------------------------------------------------------------------- Bundles
def test_a_bundle_becomes_a_layer(tmp_path: Path) -> None:
    archive = cubes.write_bundle(tmp_path, bad=(7,))
    told: list[tuple[int, int]] = []
    found = bundle.unpack(archive, tmp_path / "out", lambda done, total: told.append((done, total)))
    assert [one.name for one in found.images] == [f"{cubes.SCENE}.tif"]
    assert [one.name for one in found.masks] == [f"{cubes.SCENE}_QUALITY_MASK.tif"]
    assert [one.suffix for one in (*found.pictures, *found.shapes, *found.others)] == [".jpg", ".geojson", ".hdr"]
    assert told[-1][0] == told[-1][1] > 0
    (layer,) = bundle.layers(found)
    assert layer.isValid() and layer.name() == cubes.SCENE and layer.bandCount() == len(cubes.WAVELENGTHS)
    profile = spectra.read(layer.source(), *cubes.place(3, 2))
    assert profile.is_reflectance and profile.bands[6].bad
    assert profile.values[0] == pytest.approx(0.042)


def test_names_in_a_bundle_never_say_where_a_file_goes(tmp_path: Path) -> None:
    archive = tmp_path / "evil.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ("../../up.txt", "/etc/root.txt", "a/same.txt", "b/same.txt", "..", "C:\\dir\\win:x.txt", "e/.hid"):
            packed.writestr(name, name)
    found = bundle.unpack(archive, tmp_path / "out")
    assert {one.parent for one in found.files} == {tmp_path / "out"}
    assert sorted(one.name for one in found.files) == [
        "b_same.txt", "file", "hid", "root.txt", "same.txt", "up.txt", "win_x.txt"]
    assert not (tmp_path / "up.txt").exists()


def test_a_damaged_bundle_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    archive = cubes.write_bundle(tmp_path)
    content = bytearray(archive.read_bytes())
    content[200:400] = b"\0" * 200
    archive.write_bytes(content)
    with pytest.raises(Problem, match="damaged"):
        bundle.unpack(archive, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    archive.write_bytes(b"no zip")
    with pytest.raises(Problem, match="damaged"):
        bundle.unpack(archive, tmp_path / "out")


def test_unpacking_can_be_stopped(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        bundle.unpack(cubes.write_bundle(tmp_path), tmp_path / "out", stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_bundle_without_an_image_is_said(tmp_path: Path) -> None:
    archive = tmp_path / "empty.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("readme.txt", "x")
    with pytest.raises(Problem, match="no GeoTIFF"):
        bundle.layers(bundle.unpack(archive, tmp_path / "out"))


# ---------------------------------------------------------------------- Styles
MAP = """<?xml version="1.0" encoding="UTF-8"?>
<StyledLayerDescriptor version="1.0.0" xmlns="http://www.opengis.net/sld"><NamedLayer><Name>x</Name><UserStyle>
<FeatureTypeStyle><Rule><RasterSymbolizer><Opacity>0.75</Opacity>{channels}<ColorMap type="{kind}">
<ColorMapEntry color="#ff0000" quantity="-0.5" label="bare"/><ColorMapEntry color="#00ff00" quantity="0.5"/>
<ColorMapEntry color="#0000ff" quantity="1" opacity="0"/></ColorMap></RasterSymbolizer></Rule></FeatureTypeStyle>
</UserStyle></NamedLayer></StyledLayerDescriptor>"""


@pytest.fixture
def index(tmp_path: Path) -> QgsRasterLayer:
    """From -0.5 at the left to 0.5 at the right, and 1 in the last column."""
    path = tmp_path / "index.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(path), 102, 4, 1, gdal.GDT_Float32)
    data.SetGeoTransform((0, 1, 0, 4, 0, -1))
    data.GetRasterBand(1).WriteArray(np.tile(np.append(np.linspace(-0.5, 0.5, 101), 1), (4, 1)).astype("float32"))
    del data
    return QgsRasterLayer(str(path), "index", "gdal")


def colour(layer: QgsRasterLayer, column: int) -> str:
    color = QColor.fromRgba(layer.renderer().block(1, layer.extent(), layer.width(), layer.height()).color(1, column))
    return color.name() if color.alpha() else ""


@pytest.mark.parametrize(("kind", "middle"), [("ramp", "#807f00 #7f7f00"), ("intervals", "#00ff00"), ("values", "")])
def test_colour_maps_are_drawn_as_the_style_says(index: QgsRasterLayer, kind: str, middle: str) -> None:
    prefixed = MAP.replace("<", "<sld:").replace("<sld:/", "</sld:").replace("<sld:?", "<?")
    for text in (MAP, prefixed.replace("xmlns=", "xmlns:sld=")):
        sld.apply(index, text.format(kind=kind, channels=""))
        assert index.opacity() == 0.75
        index.setOpacity(1)  # what is drawn has its colours multiplied with it
        assert colour(index, 0) == "#ff0000" and colour(index, 100) == "#00ff00" and colour(index, 101) == ""
        assert colour(index, 50) in middle.split(" ")
    labels = [one.label for one in index.renderer().shader().rasterShaderFunction().colorRampItemList()]
    assert labels == ["bare", "0.5", "1"]


@pytest.mark.parametrize("kind", ["ramp", "intervals"])
def test_qgis_writes_styles_of_rasters_and_does_not_read_them(index: QgsRasterLayer, tmp_path: Path, kind: str) -> None:
    """Why the reader is there; and what QGIS wrote of a layer, the reader puts on another one."""
    sld.apply(index, MAP.format(kind=kind, channels=""))
    path, given = tmp_path / "style.sld", tmp_path / "given.sld"
    given.write_text(MAP.format(kind=kind, channels=""), "utf-8")
    assert index.saveSldStyle(str(path))[1]
    other = QgsRasterLayer(index.source(), "other", "gdal")
    assert other.loadSldStyle(str(given)) == (
        f"Loading style file {given} failed because:\nLayer type 1 not supported", False)
    assert not other.loadSldStyle(str(path))[1]
    assert other.renderer().type() == "singlebandgray"
    sld.apply(other, path.read_text("utf-8"))
    index.setOpacity(1)
    other.setOpacity(1)
    assert [colour(other, column) for column in range(102)] == [colour(index, column) for column in range(102)]


def test_channels_are_found_by_name_and_by_number(tmp_path: Path) -> None:
    layer = QgsRasterLayer(str(cubes.write_cube(tmp_path / "cube.tif")), "cube", "gdal")
    channel = "<{0}><SourceChannelName>{1}</SourceChannelName></{0}>"
    three = "".join(channel.format(*one) for one in ((sld.RED, "B020"), (sld.GREEN, "9"), (sld.BLUE, "B002")))
    text = f"<a><RasterSymbolizer><ChannelSelection>{three}</ChannelSelection></RasterSymbolizer></a>"
    sld.apply(layer, text)
    renderer = layer.renderer()
    assert (renderer.redBand(), renderer.greenBand(), renderer.blueBand()) == (20, 9, 2)
    gray = channel.format(sld.GRAY, "B011")
    sld.apply(layer, f"<RasterSymbolizer><ChannelSelection>{gray}</ChannelSelection></RasterSymbolizer>")
    assert isinstance(layer.renderer(), QgsSingleBandGrayRenderer) and layer.renderer().grayBand() == 11
    with pytest.raises(Problem, match="B099"):
        sld.apply(layer, text.replace("B020", "B099"))


@pytest.mark.parametrize(("text", "words"), [
    ("", "damaged"), ("<a>", "damaged"), ("<a/>", "nothing of rasters"), ("<RasterSymbolizer/>", "neither"),
    ("<RasterSymbolizer><ColorMap>", "damaged"),
    ('<!DOCTYPE a [<!ENTITY x "y">]><RasterSymbolizer/>', "document type"),
])
def test_a_style_that_does_not_serve_leaves_the_layer_as_it_was(index: QgsRasterLayer, text: str, words: str) -> None:
    before = type(index.renderer())
    with pytest.raises(Problem, match=words):
        sld.apply(index, text)
    assert type(index.renderer()) is before


def test_the_look_of_a_cube_without_wavelengths(qgis_app: QgsApplication, tmp_path: Path) -> None:
    layer = hyperspectral.open_layer(cubes.write_cube(tmp_path / "plain.tif"), "Plain")
    assert len({layer.renderer().redBand(), layer.renderer().greenBand(), layer.renderer().blueBand()}) == 3


@pytest.mark.parametrize(("values", "kind"), [(3, "paletted"), (16, "paletted"), (17, "singlebandgray")])
def test_classes_have_a_colour_each_and_shades_stay_grey(tmp_path: Path, values: int, kind: str) -> None:
    path = tmp_path / "classes.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(path), 34, 4, 1, gdal.GDT_Byte)
    data.GetRasterBand(1).SetNoDataValue(0)
    data.GetRasterBand(1).WriteArray(np.tile(np.arange(34) % values + 1, (4, 1)).astype("uint8"))
    del data
    layer = hyperspectral.open_layer(path, "Classes")
    assert layer.renderer().type() == kind
    if kind == "paletted":
        assert [one.value for one in layer.renderer().classes()] == list(range(1, values + 1))
        assert len({one.color.name() for one in layer.renderer().classes()}) == values


def test_the_platform_is_asked_before_the_name_of_a_file() -> None:
    told = {"TD2_000812_20240117": "2024-01-18", "before": "2023-05-01", "": "2022-02-02"}
    assert bundle.capture_of("TD2_000812_20240117_L2A", told) == "2024-01-18"
    assert bundle.capture_of("insight_Before", told) == "2023-05-01", "of several files of one name: below its folder"
    assert bundle.capture_of("beforehand_20210304", told) == "2021-03-04", "a part of a word is no name"
    assert bundle.capture_of("classes_image", told) == "2022-02-02"
    assert bundle.capture_of("classes_image", {"before": "2023-05-01"}) == ""
