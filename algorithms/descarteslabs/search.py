"""Looking for images: as footprints, and how many there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
)

from ...core.area_input import INTEREST
from ...core.translation import tr
from ...providers.descarteslabs import properties
from ...providers.work import Work
from ..parameters import split_ids
from ..parameters.area import area_parameter
from ..parameters.plain import advanced, choice, given, helped, moment, number, string
from ..polygons import single_polygon, single_problems
from ..tables import declare_table, write_table
from .common import IMAGE, PRODUCT, CatalogAlgorithm, image_parameter, product_parameter

AREA, SORT, ORDER, DATE, IGNORE = "AREA", "SORT", "SORT_ORDER", "DATE", "IGNORE_NOT_FOUND"
PAGE_SIZE = 1000
COLUMNS = [
    ("id", "text"), ("key", "text"), ("product", "text"), ("acquired", "text"), ("sat_id", "text"),
    ("cloud_fraction", "real"), ("cloud_fraction_0", "real"), ("fill_fraction", "real"), ("storage_state", "text"),
    ("published", "text"), ("processed", "text"), ("identifier", "text"), ("modified", "text"),
]
INTERVALS = ("product", "year", "quarter", "month", "week", "day", "hour", "minute")
SUMMED = [("date", "text"), ("count", "long"), ("bytes", "long"), ("pixels", "long"), ("timestamp", "real")]
MOMENTS = ("acquired", "archived", "processed", "published")
ORDERS = ("asc", "desc")
SORTS = ("acquired", "cloud_fraction", "cloud_fraction_0", "fill_fraction", "processed", "published", "sat_id")


class _Search(CatalogAlgorithm):
    kind = "rasters"

    def declare_query(self) -> None:
        """Declare what is looked for."""
        words = tr("Whole ids of products, separated by commas. Empty: your own products.")
        self.addParameter(product_parameter(optional=True, several=True, own=False, words=words))
        self.addParameter(area_parameter(
            AREA, tr("Area"), purpose=INTEREST, optional=True,
            help=tr("Only images that touch this polygon, drawn or from a layer."),
        ))
        self.addParameter(moment("FROM", tr("Acquired from")))
        self.addParameter(moment("TO", tr("Acquired until")))
        self.addParameter(advanced(choice(
            DATE, tr("Moment"), tr("Which moment of an image the two times are about. Empty: when it was acquired."),
            MOMENTS)))
        self.addParameter(number("CLOUD", tr("Greatest share of clouds"), tr("0 to 1."), 0, 1))
        self.addParameter(advanced(number(
            "CLOUD_0", tr("Greatest share of clouds (data provider)"), tr("0 to 1, “cloud_fraction_0”."), 0, 1)))
        self.addParameter(number("FILL", tr("Least share of filled pixels"), tr("0 to 1."), 0, 1))
        self.addParameter(string("SATELLITES", tr("Satellites"), tr("Their ids, separated by commas.")))
        self.addParameter(advanced(choice(
            "STORAGE_STATE", tr("Storage state"), tr("Only those that are there, or stored elsewhere."),
            properties.STATES)))
        self.addParameter(advanced(string(
            "QUERY", tr("Further conditions"),
            tr('A condition of the catalog as JSON, such as {"range": {"cloud_fraction": {"lt": 0.2}}} .'))))

    def query_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with it."""
        if given(parameters, AREA):
            source = self.parameterAsSource(parameters, AREA, context)
            yield from single_problems(source, self.parameterDefinition(AREA).description())
        yield from self.unreadable(parameters, context, "FROM", "TO")
        yield from self.unknown(parameters, "STORAGE_STATE", DATE)
        if given(parameters, "QUERY"):
            properties.value_of(properties.Rule("object"), "query_expr", self._condition(parameters, context))

    def _condition(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        value = parameters["QUERY"]
        return value if isinstance(value, dict) else self.text(parameters, "QUERY", context)

    def query(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """What is looked for, as the service reads it; an empty list of products when there is none."""
        from . import listers

        products = split_ids(self.text(parameters, PRODUCT, context))
        asked: dict[str, Any] = {
            "products": products or [one.id for one in listers.own_products(self.platform, "", {})],
            "start_datetime": self.moment(parameters, "FROM", context),
            "end_datetime": self.moment(parameters, "TO", context),
            "date": self.parameterAsEnumString(parameters, DATE, context),
            "cloud_fraction": self.real(parameters, "CLOUD", context),
            "cloud_fraction_0": self.real(parameters, "CLOUD_0", context),
            "fill_fraction": self.real(parameters, "FILL", context),
            "sat_ids": split_ids(self.text(parameters, "SATELLITES", context)),
            "storage_state": self.parameterAsEnumString(parameters, "STORAGE_STATE", context),
        }
        if given(parameters, AREA):
            asked["geom"] = json.dumps(single_polygon(self, parameters, AREA, context))
        if given(parameters, "QUERY"):
            condition = properties.value_of(
                properties.Rule("object"), "query_expr", self._condition(parameters, context))
            asked["query_expr"] = condition if {"and", "or"} & set(condition) else {"and": [condition]}
        return {name: value for name, value in asked.items() if name == "products" or value not in ("", None, [])}


class SearchImages(_Search):
    """Images as footprints."""

    called = "searchimages"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Looks for images of products by area, time, clouds and satellite, and gives their footprints.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_query()
        self.addParameter(advanced(choice(
            SORT, tr("Sorted by"), tr("Empty: as the catalog gives them, or with an order by when they were acquired."),
            SORTS)))
        self.addParameter(advanced(choice(
            ORDER, tr("Order"), tr("Rising (asc), the oldest or least first, or falling (desc)."), ORDERS)))
        declare_table(self, "IMAGE_IDS", tr("Image ids"), "polygon")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.query_problems(parameters, context)
        yield from self.unknown(parameters, SORT, ORDER)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers.footprints import shape_of

        query = self.query(parameters, context)
        sort = self.parameterAsEnumString(parameters, SORT, context)
        order = self.parameterAsEnumString(parameters, ORDER, context)
        more: dict[str, Any] = {"limit": PAGE_SIZE}
        if sort or order:
            more.update(sort_field=sort or SORTS[0], sort_order=order or ORDERS[0])
        pages = self.platform.api.during(work).images.search({**query, **more}) if query["products"] else ()
        found = ({**(one.get("properties") or {}), **one} for page, _ in pages for one in page.records)
        return write_table(
            self, parameters, context, work, found, COLUMNS, "IMAGE_IDS", "polygon",
            lambda one: shape_of(one.get("geometry")),
        )


class GetImages(_Search):
    """Images by their ids as footprints."""

    called = "getimages"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the footprints and properties of images by their ids, in that order.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(image_parameter(several=True))
        box = QgsProcessingParameterBoolean(IGNORE, tr("Leave out those that are not there"), False)
        self.addParameter(helped(box, tr("Without this, one that is not there is a failure.")))
        declare_table(self, "IMAGE_IDS", tr("Image ids"), "polygon")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, IMAGE)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...core.layers.footprints import shape_of

        ids = split_ids(self.text(parameters, IMAGE, context))
        ignore = self.parameterAsBoolean(parameters, IGNORE, context)
        images = self.platform.api.during(work).images
        blocks = (images.batch(ids[start:start + PAGE_SIZE], ignore) for start in range(0, len(ids), PAGE_SIZE))
        return write_table(
            self, parameters, context, work, (one for block in blocks for one in block), COLUMNS, "IMAGE_IDS",
            "polygon", lambda one: shape_of(one.get("geometry")),
        )


class SummariseImages(_Search):
    """How many images there are."""

    called = "summariseimages"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Summarise images")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Counts images of products by time or by product, with their bytes and pixels.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_query()
        self.addParameter(choice("INTERVAL", tr("Counted by"), tr("The length of the intervals."), INTERVALS))
        box = QgsProcessingParameterBoolean("COUNT_PIXELS", tr("Count pixels, too"), False)
        self.addParameter(helped(box, tr("Takes longer.")))
        declare_table(self, "DATES", tr("Beginnings of the intervals"))
        self.addOutput(QgsProcessingOutputNumber("IMAGES", tr("Number of images")))
        self.addOutput(QgsProcessingOutputNumber("BYTES", tr("Bytes")))
        self.addOutput(QgsProcessingOutputNumber("PIXELS", tr("Pixels")))
        self.addOutput(QgsProcessingOutputString("PRODUCT_IDS", tr("Product ids")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.query_problems(parameters, context)
        yield from self.unknown(parameters, "INTERVAL")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        query: Any = self.query(parameters, context)
        interval = self.parameterAsEnumString(parameters, "INTERVAL", context)
        pixels = self.parameterAsBoolean(parameters, "COUNT_PIXELS", context)
        known: Any = self.platform.api.during(work).images.summary(query, interval, pixels) if query["products"] else {}
        outputs = write_table(
            self, parameters, context, work, known.get("items") or [], SUMMED, "DATES", identity="date")
        return {**outputs, "IMAGES": known.get("count") or 0, "BYTES": known.get("bytes") or 0,
                "PIXELS": known.get("pixels") or 0, "PRODUCT_IDS": ",".join(known.get("products") or [])}
