"""Cubes whose spectra are known by a formula, written by GDAL alone."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

WIDTH, HEIGHT, PIXEL = 40, 30, 5.0
LEFT, TOP = 600000.0, 1595000.0
EPSG = 32643
SCENE = "TD2_000812_20240117_L2A_20240402_01002031"
#: From blue to the short waves of the infrared, 25 nm apart.
WAVELENGTHS = tuple(450.0 + 25.0 * number for number in range(40))
NO_DATA = 65535


def truth(column: int, row: int, wavelength: float) -> int:
    """The stored value: plants in the left half (low in red, high in the near infrared), bare soil in the right."""
    if column < WIDTH // 2:
        reflectance = 0.04 if wavelength < 700 else 0.45
        reflectance += 0.05 if 530 <= wavelength <= 580 else 0.0
    else:
        reflectance = 0.1 + 0.3 * (wavelength - 450.0) / 1000.0
    return round((reflectance + row * 0.001) * 50000)


def names(count: int = len(WAVELENGTHS)) -> list[str]:
    return [f"B{number + 1:03d}" for number in range(count)]


def write_cube(
    path: Path, wavelengths: Sequence[float] = WAVELENGTHS, told: bool = False, no_data: float | None = NO_DATA
) -> Path:
    """A cube with bands B001 …; ``told``: with wavelengths in the bands' metadata. The first pixel has no data."""
    options = ["COMPRESS=DEFLATE", "INTERLEAVE=BAND"]
    data = gdal.GetDriverByName("GTiff").Create(str(path), WIDTH, HEIGHT, len(wavelengths), gdal.GDT_UInt16, options)
    system = osr.SpatialReference()
    system.ImportFromEPSG(EPSG)
    data.SetProjection(system.ExportToWkt())
    data.SetGeoTransform((LEFT, PIXEL, 0, TOP, 0, -PIXEL))
    for number, (name, wavelength) in enumerate(zip(names(len(wavelengths)), wavelengths)):
        band = data.GetRasterBand(number + 1)
        band.SetDescription(name)
        if no_data is not None:
            band.SetNoDataValue(no_data)
        if told:
            band.SetMetadataItem("wavelength", f"{wavelength:g}")
            band.SetMetadataItem("wavelength_units", "Nanometers")
        values = np.array([[truth(column, row, wavelength) for column in range(WIDTH)] for row in range(HEIGHT)])
        if no_data is not None:
            values[0, 0] = no_data
        band.WriteArray(values.astype("uint16"))
    del data
    return path


def header_text(wavelengths: Sequence[float] = WAVELENGTHS, bad: Sequence[int] = (), unit: str = "Nanometers") -> str:
    """An ENVI header; ``bad``: numbers of bands from 1."""
    factor = 0.001 if unit.startswith("Micro") else 1.0
    centres = ",\n  ".join(f"{one * factor:.6f}" for one in wavelengths)
    widths = ", ".join(f"{12.5 * factor:.6f}" for _ in wavelengths)
    good = ", ".join("0" if number + 1 in bad else "1" for number in range(len(wavelengths)))
    return (
        f"ENVI\ndescription = {{\n  Surface reflectance = scaled}}\nsamples = {WIDTH}\nlines = {HEIGHT}\n"
        f"bands = {len(wavelengths)}\nwavelength units = {unit}\nreflectance scale factor = 50000\n"
        f"data ignore value = {NO_DATA}\nwavelength = {{\n  {centres}}}\nfwhm = {{ {widths} }}\nbbl = {{ {good} }}\n"
    )


def place(column: int, row: int) -> tuple[float, float]:
    """The middle of a pixel."""
    return LEFT + (column + 0.5) * PIXEL, TOP - (row + 0.5) * PIXEL


def write_bundle(folder: Path, scene: str = SCENE, bad: Sequence[int] = ()) -> Path:
    """A bundle as the notes describe it (section 7.5), in a folder of its own inside the archive."""
    image = write_cube(folder / f"{scene}.tif", no_data=None)
    mask = folder / f"{scene}_QUALITY_MASK.tif"
    data = gdal.GetDriverByName("GTiff").Create(str(mask), WIDTH, HEIGHT, 1, gdal.GDT_Byte)
    data.SetGeoTransform((LEFT, PIXEL, 0, TOP, 0, -PIXEL))
    del data
    archive = folder / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(image, f"{scene}/{image.name}")
        packed.write(mask, f"{scene}/{mask.name}")
        packed.writestr(f"{scene}/{scene}.hdr", header_text(bad=bad))
        packed.writestr(f"{scene}/{scene}.jpg", b"\xff\xd8\xff\xd9")
        packed.writestr(f"{scene}/{scene}_footprint.geojson", '{"type": "FeatureCollection", "features": []}')
    image.unlink()
    mask.unlink()
    return archive
