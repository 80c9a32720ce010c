"""Arrays into products: the values of a layer, or an array that was saved by NumPy."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFile,
    QgsProcessingParameterRasterLayer,
)

from ...core.problems import Problem
from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.work import Work
from ..imagery import raster_file, raster_problems
from ..parameters.plain import advanced, choice, given, helped, string
from .common import PRODUCT, product_parameter
from .fields import properties_of
from .uploads import IMAGE_ID, Upload

LAYER, ARRAY, META, OVERVIEWS, RESAMPLER = "INPUT", "ARRAY", "RASTER_META", "OVERVIEWS", "RESAMPLER"
RESAMPLERS = ("nearest", "average", "gauss", "cubic", "cubicspline", "lanczos", "average_mp", "average_magphase",
              "mode")
MOST_OVERVIEWS = 16


class UploadArray(Upload):
    """The values of a layer, or of a file of NumPy's, as an array."""

    called = "uploadarray"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Upload array")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Sends the values of a raster layer of any format, or an array that NumPy saved, with its place, which the"
            " catalog makes an image of, with overviews where wanted. An array that was calculated from a layer takes"
            " its place from that layer."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(product_parameter())
        layer = QgsProcessingParameterRasterLayer(LAYER, tr("Raster layer"), optional=True)
        self.addParameter(helped(layer, tr("All its bands are sent. With an array file, only its place is.")))
        array = QgsProcessingParameterFile(ARRAY, tr("Array file"), extension="npy", optional=True)
        self.addParameter(helped(array, tr(
            "Saved by numpy.save: rows, columns and, where there are several, bands last. It is sent instead of the"
            " layer's values.")))
        self.addParameter(string(IMAGE_ID, tr("Id of the image"), tr("As in june, without the product."),
                                 optional=False))
        self.addParameter(string(
            OVERVIEWS, tr("Overviews"), tr("Factors separated by commas, as in 2,4,8; at most 16 of them.")))
        self.addParameter(choice(RESAMPLER, tr("Overviews are made by"), tr("How pixels are put together."),
                                 RESAMPLERS))
        self.addParameter(advanced(string(
            META, tr("Metadata of a raster call"),
            tr("JSON with “geoTransform” and “coordinateSystem”, instead of the layer's place."))))
        self.declare_rest()

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...core.rasters.array_file import array_file_problem, array_problem

        yield from self.required(parameters, context, PRODUCT, IMAGE_ID)
        array, layer = self._array(parameters, context), raster_file(self, parameters, LAYER, context)
        # An array with the metadata of a call needs nothing of the layer, which its own menu fills in.
        needed = array is None or not self._meta(parameters, context)
        wrong = list(raster_problems(layer)) if needed and given(parameters, LAYER) else []
        yield from wrong
        if array is not None:
            yield from filter(None, [array_file_problem(array, layer if needed and not wrong else None)])
            if needed and not given(parameters, LAYER):
                yield tr("An array file does not tell its place. Choose the layer that it was made of as well, or give"
                         " the metadata of a raster call.")
        elif not given(parameters, LAYER):
            yield tr("There is nothing to send. Choose a raster layer or an array file.")
        elif layer is not None and not wrong:
            yield from filter(None, [array_problem(layer)])
        yield from self.unknown(parameters, RESAMPLER)
        yield from self.property_problems(parameters, context)
        if len(self._overviews(parameters, context)) > MOST_OVERVIEWS:
            yield tr("There are more than 16 overviews. Give fewer.")

    def _array(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Path | None:
        named = self.parameterAsFile(parameters, ARRAY, context) if given(parameters, ARRAY) else ""
        return Path(named) if named else None

    def _overviews(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[int]:
        if not given(parameters, OVERVIEWS):
            return []
        value = parameters[OVERVIEWS]
        text = value if isinstance(value, list) else self.text(parameters, OVERVIEWS, context)
        found: list[int] = properties.value_of(properties.Rule("integers", low=2), "overviews", text)
        return found

    def _meta(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The place out of the metadata of a raster call; nothing where none is given."""
        if not given(parameters, META):
            return {}
        value = parameters[META]
        text = json.dumps(value) if isinstance(value, dict) else self.text(parameters, META, context)
        known = properties.value_of(properties.Rule("object"), "raster_meta", text)
        system = known.get("coordinateSystem")
        wkt = system.get("wkt") if isinstance(system, dict) else None
        rule = properties.Rule("numbers", count=6)
        return {"geotrans": properties.value_of(rule, "geoTransform", known.get("geoTransform") or ""),
                "wkt_srs": properties.value_of(properties.Rule("text"), "wkt", wkt or "")}

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.rasters.array_file import Placed, place_of, write_array
        from ...providers.descarteslabs.flows import uploads

        layer, array = raster_file(self, parameters, LAYER, context), self._array(parameters, context)
        product, image_id = self.text(parameters, PRODUCT, context), self.text(parameters, IMAGE_ID, context)
        folder = Path(tempfile.mkdtemp(prefix="imageryhub-"))
        try:
            if array is None:
                array = folder / f"{uploads.image_name(image_id).replace(':', '_')}.npy"
                placed = write_array(Path(layer or ""), array, work.check_cancelled)
            else:
                placed = Placed((), "") if layer is None else place_of(layer)
            place = self._meta(parameters, context) or {
                "geotrans": list(placed.geotransform), "wkt_srs": placed.system}
            if not all(place.values()):
                words = tr("The layer has no place on the earth. Georeference it first, or give the metadata of a"
                           " raster call.")
                raise Problem(words)
            request: Any = {**properties_of(self, "image", parameters, context), **place}
            one = uploads.of_array(
                product, array, request, image_id, self._overviews(parameters, context),
                self.parameterAsEnumString(parameters, RESAMPLER, context))
            return self.sent(parameters, context, feedback, work, [one], product)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
