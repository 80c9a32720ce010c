"""The archive of the platform's own imagery: its collections, and their items as footprints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, string
from ..tables import declare_table, polygon_of, write_table
from . import listers
from .common import PixxelAlgorithm, picked
from .footprints import CLOUD, END, FILTERS, START, FootprintAlgorithm, filters_of
from .shapes import polygons, together

COLLECTION, COLLECTIONS, ITEMS, ITEM = "COLLECTION", "COLLECTIONS", "ITEMS", "ITEM"
COLUMNS = [
    ("id", "text"), ("title", "text"), ("description", "text"), ("license", "text"), ("from", "text"), ("to", "text"),
    ("created_at", "text"), ("updated_at", "text"),
]


def collection_parameter(in_menus: bool = True) -> Any:
    """The choice of a collection of the archive."""
    return picked(
        COLLECTION, tr("Collection"), listers.archive_collections,
        tr("Id of the collection, such as pixxel-td-l2a. The button lists them."), "archive" if in_menus else "",
    )


class ListCollections(PixxelAlgorithm):
    """Collections as a layer of what they cover."""

    called = "listcollections"
    kind = "searches"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List collections of the archive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists the collections of the archive with what they cover in space and time.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Ids, separated by commas. Empty: all.")
        self.addParameter(advanced(string(COLLECTIONS, tr("Only these collections"), words)))
        declare_table(self, "COLLECTION_IDS", tr("Collection ids"), "polygon")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        found = self.platform.api.during(work).archives.collections(self.ids(parameters, COLLECTIONS, context))
        rows = ({**one, **times(one)} for one in found)
        return write_table(
            self, parameters, context, work, rows, COLUMNS, "COLLECTION_IDS", "polygon",
            lambda one: polygon_of(box(one)),
        )


class GetCollection(PixxelAlgorithm):
    """One collection, for models."""

    called = "getcollection"
    kind = "searches"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get collection of the archive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives title, description, licence and times of a collection of the archive.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        for name, title in (
            ("COLLECTION_ID", tr("Collection id")), ("TITLE", tr("Title")), ("DESCRIPTION", tr("Description")),
            ("LICENSE", tr("Licence")), ("FROM", tr("From")), ("TO", tr("To")), ("EXTENT_WKT", tr("Extent")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        one = self.platform.api.during(work).archives.collection(self.text(parameters, COLLECTION, context))
        when = times(one)
        return {
            "COLLECTION_ID": one["id"], "TITLE": one.get("title") or "", "DESCRIPTION": one.get("description") or "",
            "LICENSE": one.get("license") or "", "FROM": when["from"] or "", "TO": when["to"] or "",
            "EXTENT_WKT": polygon_of(box(one)).asWkt(),
        }


class ListCollectionItems(FootprintAlgorithm):
    """All items of a collection."""

    called = "listcollectionitems"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List items of a collection")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives the footprints of the scenes of a collection of the archive. “Search archive” gives those in an area"
            " and a time."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        self.declare_footprints("ITEM_IDS", tr("Ids of the scenes"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        collection = self.text(parameters, COLLECTION, context)
        pages = self.platform.api.during(work).archives.items(collection)
        found = (({}, one) for one in self.all_of(parameters, context, pages))
        return self.write_footprints(parameters, context, feedback, work, found, "ITEM_IDS", "archive")


class GetScene(PixxelAlgorithm):
    """One item, for models."""

    called = "getscene"
    kind = "searches"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get scene of the archive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives time, cloud cover, level and footprint of a scene of the archive.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(collection_parameter())
        words = tr("Id of the scene, such as TD2_000812_20240117_L2A_20240402_01002031.")
        self.addParameter(string(ITEM, tr("Scene"), words, optional=False))
        declare_item(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, COLLECTION, ITEM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        collection, item = self.text(parameters, COLLECTION, context), self.text(parameters, ITEM, context)
        return item_outputs(self.platform.api.during(work).archives.item(collection, item))


class SearchArchive(FootprintAlgorithm):
    """What is in the archive, by place and time."""

    called = "searcharchive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search archive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Looks for scenes in the archive of the platform's own imagery, by area, time, cloud cover, collections and"
            " ids, all of which have to fit, and gives their footprints, the newest first. Their ids can be ordered"
            " with “Order from archive”."
        )

    def words(self) -> str:
        return tr("find,imagery,footprints,stac")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_question(tr("Only scenes that lie in these polygons or touch them. Empty: everywhere."))
        self.addParameter(advanced(picked(
            COLLECTIONS, tr("Collections"), listers.archive_collections,
            tr("Ids of collections, separated by commas. Empty: all."), optional=True, several=True,
        )))
        words = tr("Ids, separated by commas. The button lists them. Empty: all.")
        only = picked(ITEMS, tr("Only these scenes"), listers.scenes, words, optional=True, several=True)
        self.addParameter(advanced(only))
        self.declare_ranges()
        self.declare_footprints("ITEM_IDS", tr("Ids of the scenes"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.question_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.imagery import archive_search

        question = archive_search(
            together(polygons(self, parameters, context)), self.moment(parameters, START, context),
            self.moment(parameters, END, context), self.real(parameters, CLOUD, context),
            self.ids(parameters, COLLECTIONS, context), self.scenes(parameters, ITEMS, context),
            filters_of(self.text(parameters, FILTERS, context)),
        )
        pages = self.platform.api.during(work).archives.search(question)
        found = (({}, one) for one in self.all_of(parameters, context, pages))
        return self.write_footprints(parameters, context, feedback, work, found, "ITEM_IDS", "archive")


# ---------------------------------------------------------------------- collections and items
def times(one: Mapping[str, Any]) -> dict[str, Any]:
    """When a collection begins and ends, as far as it says."""
    try:
        begin, end = one["extent"]["temporal"]["interval"][0]
    except (KeyError, IndexError, TypeError, ValueError):
        begin = end = None
    return {"from": begin, "to": end}


def box(one: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a collection covers, as a polygon; None where it does not say."""
    try:
        west, south, east, north = (float(value) for value in one["extent"]["spatial"]["bbox"][0])
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def declare_item(algorithm: PixxelAlgorithm) -> None:
    """The outputs of one STAC item."""
    for name, title in (
        ("ITEM_ID", tr("Scene id")), ("COLLECTION_ID", tr("Collection id")), ("DATETIME", tr("Captured")),
        ("PLATFORM", tr("Satellite")), ("LEVEL", tr("Level")), ("AREA_WKT", tr("Footprint")),
    ):
        algorithm.addOutput(QgsProcessingOutputString(name, title))
    algorithm.addOutput(QgsProcessingOutputNumber("CLOUD_COVER", tr("Cloud cover (per cent)")))


def item_outputs(item: Mapping[str, Any]) -> dict[str, Any]:
    """What :func:`declare_item` declared; a cloud cover that is not known is -1."""
    from ...core.pixxel.found import outline, row

    made, properties = row(item), item.get("properties") or {}
    return {
        "ITEM_ID": str(item.get("id") or ""), "COLLECTION_ID": str(item.get("collection") or ""),
        "DATETIME": str(properties.get("datetime") or ""), "PLATFORM": str(made["platform"] or ""),
        "LEVEL": str(made["product_level"] or ""), "AREA_WKT": outline(item).asWkt(),
        "CLOUD_COVER": -1 if made["cloud_cover"] is None else made["cloud_cover"],
    }
