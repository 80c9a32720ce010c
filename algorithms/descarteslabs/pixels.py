"""Pixels of images as a layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterRasterDestination,
)

from ...core.area_input import INTEREST
from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.errors import Kind, PlatformError
from ...providers.work import Work
from ..capture_time import capture_time
from ..own_look import own_look
from ..parameters import split_ids
from ..parameters.area import area_parameter
from ..parameters.plain import advanced, choice, given, helped, integer, number, string
from ..polygons import single_polygon, single_problems
from .common import IMAGE, CatalogAlgorithm, image_parameter

BANDS, AREA, EXTENT, CRS, RESOLUTION, WIDTH, HEIGHT = (
    "BANDS", "AREA", "EXTENT", "CRS", "RESOLUTION", "WIDTH", "HEIGHT")
DATA_TYPE, SCALES, RESAMPLING, LEVEL, ALIGNED, WAY, OUTPUT = (
    "DATA_TYPE", "SCALES", "RESAMPLING", "PROCESSING_LEVEL", "ALIGNED", "WAY", "OUTPUT")
FILES, BLOCKS, ARCHIVE = range(3)
TYPES = ("Byte", "UInt16", "Int16", "UInt32", "Int32", "Float32", "Float64")
METHODS = ("near", "bilinear", "cubic", "cubicsplice", "lanczos", "average", "mode", "max", "min", "med", "q1", "q3")
MOST = 1_000_000


class FetchPixels(CatalogAlgorithm):
    """Pixels into a raster file."""

    called = "fetchpixels"
    kind = "results"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Fetch pixels of images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Fetches the pixels of images as a raster layer, shown by the default range and colour map of the bands."
            " Of several images the later ones lie on top. Bands may be computed ones, such as derived:ndvi."
        )

    def words(self) -> str:
        return tr("download,raster,mosaic,clip,view")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(image_parameter(several=True))
        self.addParameter(string(BANDS, tr("Bands"), tr("Names separated by commas, as in red,nir. Empty: all.")))
        extent = QgsProcessingParameterExtent(EXTENT, tr("Extent"), optional=True)
        self.addParameter(helped(extent, tr("Empty: all of the images.")))
        self.addParameter(area_parameter(
            AREA, tr("Cut along"), purpose=INTEREST, optional=True, help=tr("Pixels outside of it are left out.")))
        crs = QgsProcessingParameterCrs(CRS, tr("Reference system"), optional=True)
        self.addParameter(helped(crs, tr("Empty: that of the first image.")))
        self.addParameter(number(
            RESOLUTION, tr("Resolution"), tr("In units of the reference system. Empty: that of the image."), 0, 1e9))
        for name, title in ((WIDTH, tr("Width in pixels")), (HEIGHT, tr("Height in pixels"))):
            self.addParameter(advanced(integer(name, title, tr("Instead of a resolution; both or none."), 1, MOST)))
        self.addParameter(advanced(choice(DATA_TYPE, tr("Data type"), tr("Empty: that of the bands."), TYPES)))
        self.addParameter(advanced(string(
            SCALES, tr("Scales"), tr("For each band from and to values as JSON, as in [[0, 10000, 0, 255]]."))))
        self.addParameter(advanced(choice(RESAMPLING, tr("Resampling"), tr("How new pixels are made."), METHODS)))
        self.addParameter(advanced(choice(
            LEVEL, tr("Processing level"), tr("Where the product has several."), ("toa", "surface"))))
        box = QgsProcessingParameterBoolean(ALIGNED, tr("Align pixels to the resolution"), False)
        self.addParameter(advanced(helped(box, tr("So that layers of the same resolution lie on each other."))))
        ways = [tr("Whole files"), tr("Blocks of an array, as newer clients"), tr("An archive of NumPy")]
        self.addParameter(advanced(helped(
            QgsProcessingParameterEnum(WAY, tr("How to ask"), ways, defaultValue=FILES),
            tr("Servers may know only some of them."))))
        target = QgsProcessingParameterRasterDestination(OUTPUT, tr("Pixels"))
        self.addParameter(helped(target, tr("A GeoTIFF.")))
        self.addOutput(QgsProcessingOutputString("IMAGE_IDS", tr("Image ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, IMAGE)
        if given(parameters, AREA):
            source = self.parameterAsSource(parameters, AREA, context)
            yield from single_problems(source, self.parameterDefinition(AREA).description())
        yield from self.unknown(parameters, DATA_TYPE, RESAMPLING, LEVEL)
        if given(parameters, WIDTH) != given(parameters, HEIGHT):
            yield tr("Give both width and height, or none.")
        if given(parameters, WIDTH) and given(parameters, RESOLUTION):
            yield tr("Give a resolution, or width and height, but not both.")
        self._scales(parameters, context)

    def _scales(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Any] | None:
        if not given(parameters, SCALES):
            return None
        value = parameters[SCALES]
        text = json.dumps(value) if isinstance(value, list) else self.text(parameters, SCALES, context)
        found = properties.value_of(properties.Rule("object"), "scales", f'{{"scales": {text}}}')["scales"]
        return found if isinstance(found, list) else None

    def request(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """What the raster service is asked for; all members, null where nothing is said."""
        width, height = self.whole(parameters, WIDTH, context), self.whole(parameters, HEIGHT, context)
        crs = self.parameterAsCrs(parameters, CRS, context)
        asked: dict[str, Any] = {
            "ids": split_ids(self.text(parameters, IMAGE, context)),
            "bands": split_ids(self.text(parameters, BANDS, context)) or None,
            "scales": self._scales(parameters, context),
            "ot": self.parameterAsEnumString(parameters, DATA_TYPE, context) or None,
            "srs": (crs.authid() or crs.toWkt()) if crs.isValid() else None,
            "resolution": self.real(parameters, RESOLUTION, context),
            "shape": json.dumps(single_polygon(self, parameters, AREA, context)) if given(parameters, AREA) else None,
            "outputBounds": None, "outputBoundsSRS": None,
            "outsize": [width, height] if width and height else None,
            "targetAlignedPixels": self.parameterAsBoolean(parameters, ALIGNED, context),
            "resampleAlg": self.parameterAsEnumString(parameters, RESAMPLING, context) or None,
            "processing_level": self.parameterAsEnumString(parameters, LEVEL, context) or None,
        }
        if given(parameters, EXTENT):
            box = self.parameterAsExtent(parameters, EXTENT, context)
            place = self.parameterAsExtentCrs(parameters, EXTENT, context)
            asked["outputBounds"] = [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
            asked["outputBoundsSRS"] = place.authid() or place.toWkt()
        return asked

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.rasters import catalog_look

        request = self.request(parameters, context)
        target = Path(self.parameterAsOutputLayer(parameters, OUTPUT, context))
        self._fetch(request, self.parameterAsEnum(parameters, WAY, context), target, work)
        if request["scales"] is None:
            catalog_look.dress(target, self._definitions(request, work))
            own_look(context, str(target))
        capture_time(context, str(target), self._acquired(request["ids"], work))
        return {OUTPUT: str(target), "IMAGE_IDS": ",".join(request["ids"])}

    def _acquired(self, ids: Sequence[str], work: Work) -> str:
        """When the image was acquired; of several, only where it was the same day for all."""
        from ...core.layers import time

        try:
            images = self.platform.api.during(work).images.batch(ids, ignore_not_found=True)
        except PlatformError as error:  # the pixels are here, and are shown always then
            if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN, Kind.REFUSED):
                raise
            return ""
        moments = [str(one.get("acquired") or "") for one in images]
        days = {found.toString("yyyy-MM-dd") for found in map(time.moment, moments) if found is not None}
        return moments[0] if len(days) == 1 and len(moments) == len(set(ids)) else ""

    def _fetch(self, request: dict[str, Any], way: int, target: Path, work: Work) -> None:
        from ...core.folder_beside import folder_beside
        from ...core.rasters import pixel_blocks
        from ...providers.descarteslabs.flows import pixels

        api = self.platform.api
        asked: Any = request
        work.progress(None, "descarteslabs_pixels")
        with folder_beside(target) as folder:
            if way == ARCHIVE:
                archive = pixels.fetch_archive(api, {**asked, "of": "npz"}, folder / "pixels.npz", work)
                made = folder / "made.tif"
                pixel_blocks.write_archive(archive, made)
            elif way == BLOCKS:
                made = folder / "made.tif"
                self._blocks(asked, made, work)
            else:
                made = pixels.fetch_files(api, {**asked, "of": "GTiff"}, folder, work)[0]
            pixel_blocks.require_image(made)
            made.replace(target)

    def _blocks(self, request: Any, target: Path, work: Work) -> None:
        from ...core.rasters.pixel_blocks import BlockWriter
        from ...providers.descarteslabs.flows import pixels

        writers: list[BlockWriter] = []

        def begin(head: pixels.Head) -> Any:
            writers[:] = [BlockWriter(target, head.metadata, head.shape, head.dtype)]
            return lambda block: writers[0].write(block.offset, block.shape, block.pixels, block.mask)

        pixels.fetch_blocks(self.platform.api, {**request, "output_window": None, "of": "blosc"}, begin, work)
        writers[0].close()

    def _definitions(self, request: dict[str, Any], work: Work) -> Sequence[Mapping[str, Any]]:
        """The definitions of the bands in the order of the file; what is not known says nothing."""
        from ...providers.descarteslabs.band_looks import in_file_order

        known = self.platform.api.during(work).bands.of_image(request["ids"][0])
        by_name = {str(one.get("name") or name): one for name, one in known.items()}
        if request["bands"]:
            return [by_name.get(one) or known.get(one) or {} for one in request["bands"]]
        return in_file_order(known)
