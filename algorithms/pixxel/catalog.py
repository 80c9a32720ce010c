"""The catalog: what was delivered to the workspace, looked for, read and fetched."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingOutputNumber, QgsProcessingOutputString

from ...core.translation import tr
from ...providers.work import Work
from ..parameters.plain import advanced, string
from . import listers
from .archive import declare_item, item_outputs
from .common import PROJECT, PixxelAlgorithm, picked, project_parameter
from .footprints import CLOUD, END, FILTERS, START, FootprintAlgorithm, filters_of
from .shapes import polygons, together
from .waiting import declare_bundle, take_bundle

CATALOG, CATALOGS, ORDERS, ORDER_ITEMS, ITEMS = "CATALOG", "CATALOGS", "ORDERS", "ORDER_ITEMS", "ITEMS"
COLLECTIONS, USECASE = "COLLECTIONS", "USECASE"
OWN = [("catalog_id", "text"), ("area", "real"), ("delivery_status", "text"), ("task_id", "text"),
       ("created_at", "text")]


def catalogs_parameter(optional: bool = False, several: bool = True, in_menus: bool = True) -> Any:
    """The choice of entries of the catalog."""
    words = tr("Ids, separated by commas. The button lists them.") if several else tr("Its id. The button lists them.")
    return picked(
        CATALOGS if several else CATALOG, tr("Catalog entries") if several else tr("Catalog entry"), listers.catalogs,
        words, "catalog" if in_menus else "", optional=optional, several=several,
    )


def order_items_parameter(in_menus: bool = True) -> Any:
    """The choice of order items in the place of entries."""
    return picked(
        ORDER_ITEMS, tr("Order items"), listers.order_items,
        tr("Ids of order items, separated by commas, in the place of catalog entries."),
        "order_item" if in_menus else "", optional=True, several=True,
    )


class SearchCatalog(FootprintAlgorithm):
    """What was delivered, as footprints."""

    called = "searchcatalog"
    kind = "collections"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Search catalog")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Looks for imagery that was delivered to the workspace, by area, time, cloud cover, collections, ids,"
            " orders, project and use case, all of which have to fit, and gives the footprints, the newest first. All"
            " empty: everything."
        )

    def words(self) -> str:
        return tr("find,delivered,footprints,stac")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True, words=tr("Id of the project. Empty: all.")))
        self.declare_question(tr("Only what lies in these polygons or touches them. Empty: everywhere."))
        ids = tr("Ids, separated by commas. The button lists them. Empty: all.")
        for name, title, lister, words, kind in (
            (ORDERS, tr("Orders"), listers.orders, tr("Only what came of these orders."), "order"),
            (ORDER_ITEMS, tr("Order items"), listers.order_items, tr("Only what came of these order items."),
             "order_item"),
            (COLLECTIONS, tr("Collections"), listers.archive_collections, tr("Only what is of these collections."), ""),
            (CATALOGS, tr("Catalog entries"), listers.catalogs, tr("Only these."), ""),
            (ITEMS, tr("Scenes"), listers.catalog_scenes, tr("Only what is of these scenes."), ""),
        ):
            one = picked(name, title, lister, " ".join((words, ids)), kind, optional=True, several=True)
            self.addParameter(one if kind else advanced(one))  # what a menu filled in is seen
        words = tr("Only what was ordered for it, such as agriculture.")
        self.addParameter(advanced(string(USECASE, tr("Use case"), words)))
        self.declare_ranges()
        self.declare_footprints("CATALOG_IDS", tr("Ids of the catalog entries"))
        self.addOutput(QgsProcessingOutputString("ITEM_IDS", tr("Ids of the scenes")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.question_problems(parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        scenes: list[str] = []

        def found() -> Iterator[tuple[dict[str, Any], Any]]:
            pages = self.platform.api.during(work).catalogs.search(self.question(parameters, context))
            for one in self.all_of(parameters, context, pages):
                item = one.get("details") or {}
                scenes.append(str(item.get("id") or ""))
                yield {**{name: one.get(name) for name, _ in OWN}, "catalog_id": one["id"]}, item

        made = self.write_footprints(
            parameters, context, feedback, work, found(), "CATALOG_IDS", "catalog", OWN, "catalog_id"
        )
        return {**made, "ITEM_IDS": ",".join(scenes[:made["COUNT"]])}

    def question(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """What is looked for. Values of ``query`` are objects with an operator, as the reference has them."""
        from ...providers.pixxel.flows.imagery import archive_search

        asked: dict[str, Any] = dict(archive_search(
            together(polygons(self, parameters, context)), self.moment(parameters, START, context),
            self.moment(parameters, END, context), self.real(parameters, CLOUD, context),
            self.ids(parameters, COLLECTIONS, context), self.ids(parameters, CATALOGS, context),
            filters_of(self.text(parameters, FILTERS, context)),
        ))
        asked["sort_by"] = asked.pop("sortby")
        for member, name in (("order_ids", ORDERS), ("order_item_ids", ORDER_ITEMS)):
            asked[member] = self.ids(parameters, name, context)
        asked["item_ids"] = self.scenes(parameters, ITEMS, context)
        for member, name in (("project_id", PROJECT), ("usecase", USECASE)):
            value = self.text(parameters, name, context)
            if value:
                asked["query"] = {**asked.get("query", {}), member: {"eq": value}}
        return asked


class GetCatalogEntry(PixxelAlgorithm):
    """One entry, for models."""

    called = "getcatalogentry"
    kind = "collections"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get catalog entry")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives scene, time, cloud cover, footprint and delivery of an entry of the catalog.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(catalogs_parameter(several=False))
        declare_item(self)
        for name, title in (
            ("CATALOG_ID", tr("Id of the catalog entry")), ("TASK_ID", tr("Id of the order task")),
            ("DELIVERY_STATUS", tr("Delivery to a store")), ("CREATED_AT", tr("Created")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("AREA_KM2", tr("Area (km²)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, CATALOG)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        one = self.platform.api.during(work).catalogs.get(self.text(parameters, CATALOG, context))
        return {
            **item_outputs(one.get("details") or {}), "CATALOG_ID": one["id"], "TASK_ID": one.get("task_id") or "",
            "DELIVERY_STATUS": one.get("delivery_status") or "", "CREATED_AT": one.get("created_at") or "",
            "AREA_KM2": one.get("area") or 0,
        }


class DownloadCatalog(PixxelAlgorithm):
    """Entries as one bundle."""

    called = "downloadcatalog"
    kind = "collections"
    journaled = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download from catalog")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Has the platform pack imagery that was delivered into one bundle, waits for it and downloads it. What was"
            " cut goes on where it stopped. Its images come onto the map with bands named by their wavelengths."
        )

    def words(self) -> str:
        return tr("pull,fetch,zip,hyperspectral,bundle")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(catalogs_parameter(optional=True))
        self.addParameter(order_items_parameter())
        declare_bundle(self)

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from selection_problems(self, parameters, context)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import bundles, captures

        selection = selection_of(self, parameters, context)
        resource = bundles.of_catalog(self.platform.api, selection, work)
        ids = {"catalog": ",".join(selection.get("catalog_ids", ())),
               "order_item": ",".join(selection.get("order_item_ids", ()))}
        return take_bundle(self, parameters, context, feedback, work, resource, "catalog", ids,
                           lambda: captures.of_catalog(self.platform.api, selection, work))


def selection_problems(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """The platform takes catalog entries or order items, never both (section 3.6)."""
    if bool(algorithm.ids(parameters, CATALOGS, context)) == bool(algorithm.ids(parameters, ORDER_ITEMS, context)):
        yield tr("Give catalog entries or order items, one of both.")


def selection_of(
    algorithm: PixxelAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Any:
    """What is chosen, the empty one of both left out."""
    chosen = {"catalog_ids": algorithm.ids(parameters, CATALOGS, context),
              "order_item_ids": algorithm.ids(parameters, ORDER_ITEMS, context)}
    return {name: ids for name, ids in chosen.items() if ids}
