"""The pixels of a photo for the screen. In the background: a large photo takes a second."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from osgeo import gdal
from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QImage, QImageReader

from ..layers.gdal_calls import GdalFailed, gdal_errors

#: Pixels on the longer side of what is shown until the whole photo is read.
PREVIEW = 1600
#: Of 16 bits Qt would show the upper eight, which for cameras of 12 bits is almost black.
TIFF = (".tif", ".tiff")


def picture(path: Path, longest: int = 0) -> QImage | None:
    """The photo as it lies in the file, not turned by its orientation tag: marks count the file's pixels (notes,
    section 13.3). ``longest``: made smaller to so many pixels, which is much faster for JPEG; 0 for all of it. None
    when it cannot be read.
    """
    if path.suffix.lower() in TIFF:
        return _by_gdal(path, longest)
    reader = QImageReader(str(path))
    reader.setAutoTransform(False)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if longest and size.isValid() and max(size.width(), size.height()) > longest:
        reader.setScaledSize(size.scaled(QSize(longest, longest), Qt.AspectRatioMode.KeepAspectRatio))
    with _any_size():
        image = reader.read()
    return _by_gdal(path, longest) if image.isNull() else image


@contextmanager
def _any_size() -> Iterator[None]:
    """Qt 6 refuses images of more than some hundred megabytes; cameras for surveys make larger ones."""
    if not hasattr(QImageReader, "setAllocationLimit"):
        yield
        return
    before = QImageReader.allocationLimit()
    QImageReader.setAllocationLimit(0)
    try:
        yield
    finally:
        QImageReader.setAllocationLimit(before)


def _by_gdal(path: Path, longest: int) -> QImage | None:
    """TIFF photos, those of more than 8 bits stretched to what can be seen."""
    try:
        with gdal_errors():
            dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
            if dataset is None:
                return None
            bands = [1, 2, 3] if dataset.RasterCount >= 3 else [1]
            share = min(1.0, longest / max(dataset.RasterXSize, dataset.RasterYSize)) if longest else 1.0
            name = f"/vsimem/imageryhub_photo_{id(dataset)}.bmp"
            gdal.Translate(
                name, dataset, format="BMP", outputType=gdal.GDT_Byte, bandList=bands,
                width=max(1, round(dataset.RasterXSize * share)), height=max(1, round(dataset.RasterYSize * share)),
                scaleParams=[] if dataset.GetRasterBand(1).DataType == gdal.GDT_Byte else [[]],
            )  # fmt: skip
            try:
                return _from_memory(name)
            finally:
                gdal.Unlink(name)
    except GdalFailed:
        return None


def _from_memory(name: str) -> QImage | None:
    size = gdal.VSIStatL(name).size
    handle = gdal.VSIFOpenL(name, "rb")
    try:
        image = QImage.fromData(bytes(gdal.VSIFReadL(1, size, handle)))
    finally:
        gdal.VSIFCloseL(handle)
    return None if image.isNull() else image
