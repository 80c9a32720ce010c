"""Ordering: tasking of the satellites, and scenes of the archive. The platform prices every order before it is placed.

An order is placed only when that is ticked and, where a greatest price is given, the price is not above it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
)
from qgis.PyQt.QtCore import QDateTime, Qt

from ...core.jobs.answer import Answer
from ...core.problems import Problem
from ...core.translation import tr
from ...providers.pixxel.order_records import CLOUD_COVER, FARTHEST_PARTS, MOST_TIMES, OFF_NADIR, RECURRENCES
from ...providers.work import Work
from ..parameters.plain import CONFIRM, advanced, choice, confirm, given, helped, integer, number, string
from . import listers, order_files, order_price
from .common import PROJECT, PixxelAlgorithm, picked, project_parameter, scenes_parameter
from .shapes import area_problems, declare_area, polygons
from .waiting import declare_waiting, waits

NAME, USECASE, STORE, PATH, MOST = "NAME", "USECASE", "STORE", "PATH", "GREATEST_PRICE"
RECURRENCE, START, END, OCCURRENCES = "RECURRENCE", "START", "END", "OCCURRENCES"
BANDSET, CLOUD, NADIR, ITEMS, EACH = "BANDSET", "CLOUD", "OFF_NADIR", "ITEMS", "EACH"
ONCE = RECURRENCES[0]
ROUNDED = 1.01
"""On a sphere and on the ellipsoid the same way differs by up to half a per cent; what is near the limit the platform
judges."""


class Ordering(PixxelAlgorithm):
    """What both sorts of orders share."""

    kind = "processing"
    journaled = True
    goes_on = True
    answers = {order_files.ORDER: Answer("ORDER_ID")}

    def declare_order(self, wait: str) -> None:
        """Project, name, use case, area before what is particular."""
        self.addParameter(project_parameter())
        declare_area(self, tr("What is ordered, as polygons. At least 100 km² are charged."), optional=False)
        self.addParameter(string(NAME, tr("Name"), tr("What the order item is called.")))
        words = tr("What the imagery is for, such as agriculture. The platform wants to know.")
        self.addParameter(string(USECASE, tr("Use case"), words, optional=False))
        self._wait = wait

    def declare_end(self) -> None:
        """Delivery, price and confirmation after it."""
        words = tr("Id of the store that the imagery is sent to, too. Empty: none.")
        self.addParameter(advanced(picked(STORE, tr("Store"), listers.stores, words, optional=True)))
        self.addParameter(advanced(string(PATH, tr("Path in the store"), tr("A folder, such as pixxel/plots."))))
        order_files.declare(self)
        words = tr("Nothing is ordered where the price is higher. Empty: any price.")
        self.addParameter(number(MOST, tr("Greatest price (tokens)"), words, 0, 1e12))
        words = tr(
            "Spends tokens, and cannot be taken back. Not ticked: the platform only tells the price, and nothing is"
            " ordered."
        )
        self.addParameter(confirm(tr("Order it for the price that the platform tells"), words))
        declare_waiting(self, self._wait, wait=False)
        for name, title in (
            ("ORDER_ID", tr("Order id")), ("ITEM_IDS", tr("Ids of the order items")), ("STATUS", tr("State")),
            ("CATALOG_IDS", tr("Ids of the catalog entries that came of it")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("TOKENS", tr("Price (tokens)")))
        self.addOutput(QgsProcessingOutputNumber("AREA_KM2", tr("Area (km²)")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        if self.has_begun(order_files.ORDER, parameters, context):
            return iter(())  # and is followed, whatever has become of area and days
        return self.order_problems(parameters, context)

    def order_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """What is wrong with an order that was not placed yet."""
        yield from self.required(parameters, context, PROJECT, USECASE)
        yield from area_problems(self, parameters, context, needed=True)
        if given(parameters, PATH) and not given(parameters, STORE):
            yield tr("A path in a store is given, and no store. Choose the store, or leave the path empty.")
        yield from order_files.problems(self, parameters, context)

    def particulars(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        """The members of the order item that are of its sort."""
        raise NotImplementedError

    def areas(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[list[dict[str, Any]]]:
        """The polygons of each order item."""
        return [polygons(self, parameters, context)]

    def items(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[Any]:
        """The order items of this run as they are sent."""
        from ...core.geometry.apart import widest_gap_m
        from ...providers.pixxel.flows.orders import feature_collection

        areas = self.areas(parameters, context)
        if not areas or not all(areas):
            raise Problem(tr("The area holds no polygon. Draw at least one."))
        gap = max(map(widest_gap_m, areas)) / 1000
        if gap > FARTHEST_PARTS * ROUNDED:
            words = tr(
                "Parts of the area are {gap} km apart, and {most} km is the most. Make them order items of their own."
            )
            raise Problem(words.format(gap=f"{gap:.0f}", most=f"{FARTHEST_PARTS:g}"))
        name = self.text(parameters, NAME, context)
        made: dict[str, Any] = {
            "project_id": self.text(parameters, PROJECT, context), "usecase": self.text(parameters, USECASE, context),
            **self.particulars(parameters, context),
        }
        if given(parameters, STORE):
            delivery = {"config": self.text(parameters, STORE, context), "path": self.text(parameters, PATH, context)}
            made["cloud_delivery"] = {name: value for name, value in delivery.items() if value}
        told = {name: value for name, value in made.items() if value not in ("", None)}
        names = [f"{name} {number}" if name and len(areas) > 1 else name for number in range(1, len(areas) + 1)]
        return [
            {**told, **({"name": called} if called else {}), "geometry": feature_collection(area)}
            for called, area in zip(names, areas)
        ]

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixxel.flows import orders

        api = self.platform.api
        told: dict[str, Any] = {"ORDER_ID": "", "ITEM_IDS": "", "STATUS": "", "CATALOG_IDS": "", "TOKENS": 0,
                                "AREA_KM2": 0}
        with order_files.held(self, parameters, context, work) as files:
            items = []
            if work.noted(order_files.ORDER) is None:  # else it was priced, and agreed to, before
                items, tokens = self._priced(parameters, context, feedback, work, told)
                if not self.parameterAsBoolean(parameters, CONFIRM, context):
                    words = tr("Nothing was ordered. Tick “{title}” to order.")
                    feedback.pushInfo(words.format(title=self.parameterDefinition(CONFIRM).description()))
                    return told
                order_price.check(tokens, self.real(parameters, MOST, context))
                files.take()
            order_id = orders.place(api, items, work)
            order = api.during(work).orders.get(order_id)
            files.mark(order_id)
        minutes = waits(self, parameters, context)
        if minutes:
            orders.follow(api, order_id, work, minutes)
            order = api.during(work).orders.get(order_id)
        ids = [str(one["id"]) for one in order.get("order_items") or () if one.get("id")]
        came = orders.delivered(api, ids, work) if minutes else []
        return {
            **told, "ORDER_ID": order_id, "ITEM_IDS": ",".join(ids), "STATUS": order.get("status") or "",
            "CATALOG_IDS": ",".join(came), "TOKENS": orders.tokens(order) or told["TOKENS"],
            "AREA_KM2": order_price.area_of(order) or told["AREA_KM2"],
        }

    def _priced(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work,
        told: dict[str, Any],
    ) -> tuple[list[Any], float | None]:
        """All items of the order and their price, after that was told; into ``told`` what the platform says of them."""
        from ...providers.pixxel.flows import orders

        own = self.items(parameters, context)
        items = order_files.with_others(self, parameters, context, own, work)
        priced = orders.price(self.platform.api, items, work)
        tokens = orders.tokens(priced)
        told.update(TOKENS=tokens or 0, AREA_KM2=order_price.area_of(priced), STATUS=priced.get("status") or "")
        order_price.tell(priced, tokens, feedback)
        told.update(order_files.keep(self, parameters, context, own))
        return items, tokens


class OrderTasking(Ordering):
    """New imagery, once or again and again."""

    called = "ordertasking"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Order tasking")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Orders new imagery of an area, once or again and again. The platform tells the price in tokens first, with"
            " uplifts for what is urgent; nothing is ordered until that is ticked. An order cannot be changed or taken"
            " back. It can hold several items: see “Order together with” among the advanced parameters. Imagery"
            " that was delivered is in the catalog."
        )

    def words(self) -> str:
        return tr("buy,price,new imagery,recurring,monthly")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_order(tr("Until all is delivered, which takes days. Not ticked: it goes on by itself."))
        words = tr("Id of the set of bands. The button lists them.")
        self.addParameter(picked(BANDSET, tr("Set of bands"), listers.bandsets, words, "bandset"))
        words = tr("Once, or again and again.")
        self.addParameter(choice(RECURRENCE, tr("How often"), words, RECURRENCES, ONCE))
        self.addParameter(_day(START, tr("From (first day, UTC)")))
        self.addParameter(_day(END, tr("To (day after the last, UTC)")))
        words = tr("For what is ordered again and again, in the place of the last day.")
        self.addParameter(integer(OCCURRENCES, tr("Number of times"), words, 1, 1000))
        words = tr("Per cent at most.")
        self.addParameter(advanced(integer(CLOUD, tr("Cloud cover"), words, 0, 100, CLOUD_COVER)))
        words = tr("Degrees at most that the satellite looks to the side.")
        self.addParameter(advanced(integer(NADIR, tr("Off-nadir angle"), words, 0, 90, OFF_NADIR)))
        words = tr("The features of a layer become items of one order, each with a price and imagery of its own.")
        each = QgsProcessingParameterBoolean(EACH, tr("An order item for each feature"), False)
        self.addParameter(advanced(helped(each, words)))
        self.declare_end()

    def order_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().order_problems(parameters, context)
        yield from self.required(parameters, context, BANDSET)
        yield from self.unknown(parameters, RECURRENCE)
        yield from self.unreadable(parameters, context, START, END)
        start, end = self.day(parameters, START, context), self.day(parameters, END, context)
        count = given(parameters, OCCURRENCES)
        recurrence = self.parameterAsEnumString(parameters, RECURRENCE, context)
        once = recurrence == ONCE
        if not start:
            yield tr("“{parameter}” is empty. Give a value.").format(
                parameter=self.parameterDefinition(START).description()
            )
        if once and (not end or count):
            yield tr("What is ordered once needs its last day, and no number of times.")
        if not once and bool(end) == count:
            yield tr("What is ordered again and again needs its last day or a number of times, one of both.")
        if start and end and start >= end:
            yield tr("The time ends before it begins. Change the first or the last day.")
        if end and datetime.fromisoformat(end.replace("Z", "+00:00")) <= datetime.now(timezone.utc):
            yield tr("The time is over, and imagery can be taken from now on only. Change the last day.")
        if not once and start and end and end > f"{int(start[:4]) + 2:04}{start[4:]}":
            yield tr("What is ordered again and again lasts two years at most. Choose an earlier last day.")
        most = MOST_TIMES.get(recurrence)
        if count and most and (self.whole(parameters, OCCURRENCES, context) or 0) > most:
            words = tr("What is ordered again and again lasts two years at most, which is {most} times.")
            yield words.format(most=most)

    def areas(self, parameters: dict[str, Any], context: QgsProcessingContext) -> list[list[dict[str, Any]]]:
        shapes = polygons(self, parameters, context)
        each = self.parameterAsBoolean(parameters, EACH, context)
        return [[one] for one in shapes] if each else [shapes]

    def day(self, parameters: dict[str, Any], name: str, context: QgsProcessingContext) -> str:
        """A day as the platform counts it, from midnight UTC: the one that is written, wherever the user is. What has
        a time zone is brought to UTC before."""
        if not given(parameters, name):
            return ""
        value: QDateTime = self.parameterAsDateTime(parameters, name, context)
        written = value if value.timeSpec() == Qt.TimeSpec.LocalTime else value.toUTC()
        return written.date().toString("yyyy-MM-dd") + "T00:00:00Z" if written.isValid() else ""

    def particulars(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        return {
            "recurrence": self.parameterAsEnumString(parameters, RECURRENCE, context),
            "start_date": self.day(parameters, START, context),
            "end_date": self.day(parameters, END, context),
            "no_of_occurrences": self.whole(parameters, OCCURRENCES, context),
            "cloud_cover": self.parameterAsInt(parameters, CLOUD, context),
            "off_nadir": self.parameterAsInt(parameters, NADIR, context),
            "bandset": {"bandset_id": self.text(parameters, BANDSET, context)},
            "delivery_speed": "STANDARD",
        }


def _day(name: str, title: str) -> Any:
    kind = QgsProcessingParameterDateTime.Type.Date
    return helped(QgsProcessingParameterDateTime(name, title, kind, optional=True), tr("A day, from midnight UTC on."))


class OrderArchive(Ordering):
    """Imagery that was taken before."""

    called = "orderarchive"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Order from archive")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Orders scenes of the archive over an area. The platform tells the price in tokens first; nothing is"
            " ordered until that is ticked. An order cannot be changed or taken back. It can hold several items: see"
            " “Order together with” among the advanced parameters. “Search archive” gives the ids of scenes; what was"
            " delivered is in the catalog."
        )

    def words(self) -> str:
        return tr("buy,price,scenes")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        self.declare_order(tr("Until all is delivered, and give its catalog entries."))
        words = tr("Ids of scenes, separated by commas, as “Search archive” gives them.")
        self.addParameter(scenes_parameter(ITEMS, words))
        self.declare_end()

    def order_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from super().order_problems(parameters, context)
        yield from self.required(parameters, context, ITEMS)

    def particulars(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        return {"item_ids": self.scenes(parameters, ITEMS, context)}
