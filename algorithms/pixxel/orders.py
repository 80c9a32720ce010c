"""What was ordered: orders, their items and tasks, the report; and the sets of bands that tasking is ordered with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
)

from ...core.translation import tr
from ...core.whole_file import write_whole
from ...providers.pixxel.days import iso_day
from ...providers.pixxel.order_records import ITEM_STATES, ITEM_TYPES
from ...providers.work import Work
from ..parameters.plain import advanced, choice, given, helped, string
from ..tables import declare_table, write_table
from . import listers
from .common import PixxelAlgorithm, picked, project_parameter

ORDER, ITEM, TYPE, STATUS, ORDERS, ITEMS, CREATED, USER = (
    "ORDER", "ITEM", "TYPE", "STATUS", "ORDERS", "ITEMS", "CREATED", "USER"
)
ORDER_COLUMNS = [
    ("id", "text"), ("status", "text"), ("total_amount", "real"), ("paid_at", "text"), ("items", "long"),
    ("item_names", "text"), ("user_id", "text"), ("created_at", "text"), ("updated_at", "text"),
]
ITEM_COLUMNS = [
    ("id", "text"), ("order_id", "text"), ("project_id", "text"), ("name", "text"), ("type", "text"),
    ("status", "text"), ("payment_status", "text"), ("feasibility_status", "text"), ("usecase", "text"),
    ("area", "real"), ("base_amount", "real"), ("final_amount", "real"), ("tokens_used", "real"),
    ("recurrence", "text"), ("start_date", "text"), ("end_date", "text"), ("cloud_cover", "real"),
    ("off_nadir", "real"), ("image_type", "text"), ("created_at", "text"), ("updated_at", "text"),
]
TASK_COLUMNS = [
    ("id", "text"), ("type", "text"), ("status", "text"), ("delivery_status", "text"), ("start_date", "text"),
    ("end_date", "text"), ("number_of_strips", "long"), ("tokens_used", "real"), ("created_at", "text"),
    ("updated_at", "text"),
]


class _Orders(PixxelAlgorithm):
    kind = "processing"


class ListBandsets(_Orders):
    """Sets of bands."""

    called = "listbandsets"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List sets of bands")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the sets of bands that tasking is ordered with. The price is multiplied by the passes that are"
            " needed to collect a set."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "BANDSET_IDS", tr("Ids of the sets"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        columns = [("id", "text"), ("name", "text"), ("description", "text"), ("captures", "long"), ("bands", "long"),
                   ("wavelengths", "text")]
        rows = (
            {
                **one, "bands": len(one.get("bands") or ()),
                "wavelengths": ",".join(f"{band['wavelength']:g}" for band in one.get("bands") or ()
                                        if isinstance(band.get("wavelength"), (int, float))),
            }
            for one in self.platform.api.during(work).bandsets.list()
        )
        return write_table(self, parameters, context, work, rows, columns, "BANDSET_IDS")


class ListOrders(_Orders):
    """Orders of the workspace."""

    called = "listorders"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List orders")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists orders with their state and price in tokens.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(advanced(string(USER, tr("User"), tr("Id of who ordered. Empty: all."))))
        declare_table(self, "ORDER_IDS", tr("Order ids"))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        listed = entries(self.platform.api.during(work).orders.list(self.text(parameters, USER, context)))
        rows = (
            {
                **one, "items": len(one.get("order_items") or ()),
                "item_names": ", ".join(str(two.get("name") or "") for two in one.get("order_items") or ()),
            }
            for one in listed
        )
        return write_table(self, parameters, context, work, rows, ORDER_COLUMNS, "ORDER_IDS")


class GetOrder(_Orders):
    """One order, for models."""

    called = "getorder"
    hidden = True

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Get order")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives state and price of an order, and lists its items.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Id of the order. The button lists them.")
        self.addParameter(picked(ORDER, tr("Order"), listers.orders, words, "order"))
        declare_table(self, "ITEM_IDS", tr("Ids of the order items"))
        for name, title in (("ORDER_ID", tr("Order id")), ("STATUS", tr("State")), ("PAID_AT", tr("Paid"))):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, ORDER)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows.orders import tokens

        one = self.platform.api.during(work).orders.get(self.text(parameters, ORDER, context))
        items = one.get("order_items") or []
        return {
            **write_table(self, parameters, context, work, items, ITEM_COLUMNS, "ITEM_IDS"), "ORDER_ID": one["id"],
            "STATUS": one.get("status") or "", "PAID_AT": one.get("paid_at") or "", "TOKENS": tokens(one) or 0,
        }


class ListOrderItems(_Orders):
    """Items of orders, by filters."""

    called = "listorderitems"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List order items")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Lists items of orders by project, type, state and time, with area in km² and price in tokens.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.addParameter(project_parameter(optional=True, several=True, name="PROJECTS"))
        self.addParameter(choice(TYPE, tr("Type"), tr("Only items of this type."), ITEM_TYPES))
        self.addParameter(choice(STATUS, tr("State"), tr("Only items in this state."), ITEM_STATES))
        words = tr("Ids, separated by commas. The button lists them. Empty: all.")
        self.addParameter(picked(ORDERS, tr("Orders"), listers.orders, words, "order", optional=True, several=True))
        some = picked(ITEMS, tr("Items"), listers.order_items, words, optional=True, several=True)
        self.addParameter(advanced(some))
        words = tr("From and to with a slash, either of which may be two dots: 2025-01-01T00:00:00Z/..")
        self.addParameter(advanced(string(CREATED, tr("Created"), f"{words}.")))
        self.addParameter(advanced(string("AREA_RANGE", tr("Area (km²)"), tr("From and to with a slash: 100/500."))))
        self.addParameter(advanced(string(USER, tr("User"), tr("Id of whose order it is. Empty: all."))))
        self.addParameter(advanced(string("CREATED_BY", tr("Created by"), tr("Id of who ordered. Empty: all."))))
        declare_table(self, "ITEM_IDS", tr("Ids of the order items"))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.unknown(parameters, TYPE, STATUS)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.steps import entries

        filters: dict[str, Any] = {
            member: ",".join(self.ids(parameters, name, context))
            for member, name in (("project_ids", "PROJECTS"), ("order_ids", ORDERS), ("ids", ITEMS))
        }
        for member, name in (
            ("created_at", CREATED), ("area", "AREA_RANGE"), ("user_id", USER), ("created_by", "CREATED_BY")
        ):
            filters[member] = self.text(parameters, name, context)
        for member, name in (("type", TYPE), ("status", STATUS)):
            if given(parameters, name):
                filters[member] = self.parameterAsEnumString(parameters, name, context)
        listed = entries(self.platform.api.during(work).order_items.list(filters))
        return write_table(self, parameters, context, work, listed, ITEM_COLUMNS, "ITEM_IDS")


class GetOrderItem(_Orders):
    """One item with its tasks."""

    called = "getorderitem"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List tasks of an order item")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Gives state, price and feasibility of an order item, and lists its tasks: passes of the satellite, or what"
            " is copied from the archive."
        )

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Id of the order item. The button lists them.")
        self.addParameter(picked(ITEM, tr("Order item"), listers.order_items, words, "order_item"))
        declare_table(self, "TASK_IDS", tr("Task ids"))
        for name, title in (
            ("ITEM_ID", tr("Id of the order item")), ("NAME", tr("Name")), ("STATUS", tr("State")),
            ("TYPE", tr("Type")), ("FEASIBILITY", tr("Feasibility")), ("FAULTS", tr("What is wrong with it")),
            ("CATALOG_IDS", tr("Ids of the catalog entries that came of it")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, ITEM)

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import orders

        one = self.platform.api.during(work).order_items.get(self.text(parameters, ITEM, context))
        catalogs = orders.delivered(self.platform.api, [one["id"]], work)
        tasks = (
            {**task, **{name: iso_day(task.get(name)) for name in ("start_date", "end_date")}}
            for task in one.get("tasks") or ()
        )
        return {
            **write_table(self, parameters, context, work, tasks, TASK_COLUMNS, "TASK_IDS"),
            "ITEM_ID": one["id"], "NAME": one.get("name") or "", "STATUS": one.get("status") or "",
            "TYPE": one.get("type") or "", "FEASIBILITY": one.get("feasibility_status") or "",
            "FAULTS": "; ".join(orders.faults(one)), "CATALOG_IDS": ",".join(catalogs),
            "TOKENS": one.get("final_amount") or 0,
        }


class OrderReport(_Orders):
    """The report of all orders."""

    called = "orderreport"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Download order report")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Saves the platform's report of all orders of the workspace as a CSV file.")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Name of the time zone for times, such as Asia/Kolkata. Empty: that of the platform.")
        self.addParameter(string("TIME_ZONE", tr("Time zone"), words))
        file = QgsProcessingParameterFileDestination("OUTPUT", tr("Report"), tr("CSV files (*.csv)"))
        self.addParameter(helped(file, tr("Where to put it.")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        content = self.platform.api.during(work).orders.report(self.text(parameters, "TIME_ZONE", context))
        target = Path(self.parameterAsFileOutput(parameters, "OUTPUT", context))
        write_whole(target, content)
        return {"OUTPUT": str(target)}
