"""A layer as a product: bands derived from it, shown, and added when they are right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterRasterLayer,
)

from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.descarteslabs import band_tables, properties
from ...providers.work import Work
from ..imagery import raster_file, raster_problems, require_readable
from ..parameters.catalog_bands import bands_parameter, bands_problems, text_of
from ..parameters.plain import given, helped, string
from .uploads import IMAGE_ID, SUFFIXES, Upload

INPUT, BANDS, SEND, UPLOAD = "INPUT", "BANDS", "SEND", "UPLOAD"
TOLD = ("srcband", "dtype", "data_range", "type", "nodata", "default_range", "color", "colormap_name",
        "colormap", "wavelength_center", "resolution", "resolution_unit")


class LayerToProduct(Upload):
    """A layer as a product with its bands and, where wanted, its first image."""

    called = "layertoproduct"
    kind = "projects"
    answers = {"product/add": Answer("PRODUCT_ID"), "band */add": Answer()}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Add layer as a product")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Derives the bands of a product from a raster layer: data type, no-data value, range, range for showing,"
            " colour map, wavelength and resolution. They are shown in a table, where they can be changed; nothing is"
            " sent. Then tick the box to add product and bands, and to upload the layer as its first image."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        layer = QgsProcessingParameterRasterLayer(INPUT, tr("Raster layer"))
        self.addParameter(helped(layer, tr("A file on this computer, with the style that it is shown in.")))
        self.addParameter(string("ID", tr("Id"), tr("As in harvest, or acme:harvest with its namespace."),
                                 optional=False))
        self.addParameter(string("TITLE", tr("Title"), tr("Empty: the name of the layer.")))
        self.addParameter(string("DESCRIPTION", tr("Description"), tr("Empty: the title.")))
        self.addParameter(bands_parameter(BANDS, INPUT))
        send = QgsProcessingParameterBoolean(SEND, tr("The bands are right: add the product"), False)
        self.addParameter(helped(send, tr("Without this the bands are only told, in the log and as an output.")))
        upload = QgsProcessingParameterBoolean(UPLOAD, tr("Upload the layer as the first image"), True)
        self.addParameter(helped(upload, tr("Its file is sent as it is.")))
        self.addParameter(string(IMAGE_ID, tr("Id of the image"), tr("Empty: the name of the file.")))
        self.declare_rest()
        self.addOutput(QgsProcessingOutputString("PRODUCT_ID", tr("Product id")))
        self.addOutput(QgsProcessingOutputString("BANDS_JSON", tr("Bands")))
        self.addOutput(QgsProcessingOutputString("BAND_IDS", tr("Band ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        from ...core.rasters import band_facts

        yield from self.required(parameters, context, "ID")
        if self.text(parameters, "ID", context):
            properties.check_id(self.text(parameters, "ID", context))
        wanted = self.parameterAsBoolean(parameters, UPLOAD, context)
        path = raster_file(self, parameters, INPUT, context)
        wrong = list(raster_problems(path, SUFFIXES if wanted else ()))
        yield from wrong
        yield from self.property_problems(parameters, context)
        if given(parameters, BANDS):
            bands = self._given_bands(parameters, context)
            types = band_facts.types(path) if wanted and path is not None and not wrong else ()
            yield from bands_problems(bands, types)
            if not bands:
                band_tables.checked(bands)

    def gather(self, parameters: dict[str, Any], context: QgsProcessingContext) -> None:
        from ...core.rasters.band_facts import Shown, shown

        layer = self.parameterAsRasterLayer(parameters, INPUT, context)
        self._shown = Shown() if layer is None else shown(layer)
        self._path = raster_file(self, parameters, INPUT, context) or Path()
        self._title = self.text(parameters, "TITLE", context) or (self._path.stem if layer is None else layer.name())

    def _given_bands(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[dict[str, Any]]:
        """Corrected bands, unchecked; none where those of the layer are meant."""
        if not given(parameters, BANDS):
            return []
        value = parameters[BANDS]
        return band_tables.parse(
            text_of(value) if isinstance(value, (list, tuple)) else self.text(parameters, BANDS, context))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.rasters import band_facts

        bands = self._given_bands(parameters, context)
        if not bands:
            require_readable(self._path)
            bands = band_facts.derive(self._path, self._shown)
        bands = band_tables.checked(bands)
        for one in bands:
            about = ", ".join(f"{name} {_shown(one[name])}" for name in TOLD if one.get(name) is not None)
            feedback.pushInfo(f"{one['name']}: {about}")
        text = json.dumps(bands, ensure_ascii=False)
        empty = {"PRODUCT_ID": "", "BAND_IDS": "", "UPLOAD_IDS": "", "IMAGE_IDS": "", "COUNT": 0, "FAILED": 0}
        if not self.parameterAsBoolean(parameters, SEND, context):
            feedback.pushInfo(tr("Nothing was sent. Tick “{title}” when the bands are right.").format(
                title=self.parameterDefinition(SEND).description()))
            return {**empty, "BANDS_JSON": text}
        return {**empty, **self._send(parameters, context, feedback, work, bands), "BANDS_JSON": text}

    def _send(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        bands: list[dict[str, Any]],
    ) -> dict[str, Any]:
        from ...providers.descarteslabs.flows import entries, uploads

        api = self.platform.api
        details: Any = {
            "id": self.text(parameters, "ID", context), "title": self._title,
            "description": self.text(parameters, "DESCRIPTION", context) or self._title,
            "spectral_bands": sum(one["type"] == "spectral" for one in bands),
            "native_bands": [one["name"] for one in bands],
        }
        product = entries.add_product(api, details, work.part("product"))
        ids = []
        for number, band in enumerate(bands, 1):
            work.progress(0.3 * number / len(bands), "descarteslabs_bands", done=str(number), total=str(len(bands)))
            one: Any = band
            ids.append(entries.add_band(api, product, one, work.part(f"band {band['name']}")))
        outputs: dict[str, Any] = {"PRODUCT_ID": product, "BAND_IDS": ",".join(ids)}
        if self.parameterAsBoolean(parameters, UPLOAD, context):
            request = self.image_details(parameters, context)
            sending = uploads.of_files(product, [self._path], request, self.text(parameters, IMAGE_ID, context))
            outputs.update(self.sent(parameters, context, feedback, work.part("image", (0.3, 1.0)), sending, product))
        return outputs


def _shown(value: Any) -> str:
    """A property as it is told: ranges by their ends, colour maps by their length."""
    if isinstance(value, list) and value and isinstance(value[0], list):
        return tr("{count} colours").format(count=len(value))
    return tr("{low} to {high}").format(low=value[0], high=value[1]) if isinstance(value, list) else str(value)
