"""The order desk: sets of bands, orders, their items, the report (notes, section 12)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ...errors import Kind, ServerFault
from ...http.answers import Page, record
from ...http.operation import Repeat
from ...http.session import HttpSession
from ..order_records import Bandset, NewOrderItem, Order, OrderItem, OrderItemFilters
from ..paths import PATHS
from .answers import PAGE_SIZE, listed, pages, queried, query_of


class Bandsets:
    """Operations on sets of bands."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self) -> list[Bandset]:
        """``listBandsets``: the usual ones and those of the workspace."""
        return listed(self._http.json(PATHS["listBandsets"]), Bandset, "bandsets")


class Orders:
    """Operations on orders, which cannot be changed or taken back."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, user_id: str = "", offset: int = 0, size: int = PAGE_SIZE) -> Iterator[Page[Order]]:
        """``listOrders``, from an offset on."""
        ask = queried(self._http, PATHS["listOrders"], {"user_id": user_id})
        return pages(ask, Order, "orders", offset=offset, size=size)

    def get(self, order_id: str) -> Order:
        """``getOrder``: with its items, without their tasks."""
        return record(self._http.json(PATHS["getOrder"], id=order_id), Order, "id")

    def price(self, items: Sequence[NewOrderItem]) -> Order:
        """``createOrder`` as a dry run: what it would be and cost. Spends nothing, so it may be repeated."""
        body = {"dry_run": True, "order_items": list(items)}
        return record(self._http.json(replace(PATHS["createOrder"], repeat=Repeat.SAFE), body=body), Order)

    def place(self, items: Sequence[NewOrderItem]) -> Order:
        """``createOrder``: spends tokens."""
        body = {"dry_run": False, "order_items": list(items)}
        return record(self._http.json(PATHS["createOrder"], body=body), Order, "id")

    def report(self, time_zone: str = "") -> bytes:
        """``downloadOrderReport``: CSV of all orders of the workspace; its columns are ASSUMED (P15).

        Raises :class:`ServerFault` (BAD_ANSWER) for what is no table, or ends in the middle of a row.
        """
        content = self._http.content(PATHS["downloadOrderReport"], query=query_of({"tz": time_zone}))
        try:
            rows = [row for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True) if row]
        except (UnicodeDecodeError, csv.Error) as error:
            raise ServerFault(Kind.BAD_ANSWER) from error
        if rows and (len(rows[0]) < 2 or any(len(row) != len(rows[0]) for row in rows)):
            raise ServerFault(Kind.BAD_ANSWER)
        return content


class OrderItems:
    """Operations on items of orders."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(
        self, filters: OrderItemFilters | None = None, offset: int = 0, size: int = PAGE_SIZE
    ) -> Iterator[Page[OrderItem]]:
        """``listOrderItems``, from an offset on."""
        ask = queried(self._http, PATHS["listOrderItems"], filters)
        return pages(ask, OrderItem, "order_items", offset=offset, size=size)

    def get(self, item_id: str) -> OrderItem:
        """``getOrderItem``: with its tasks and what is wrong with it."""
        return record(self._http.json(PATHS["getOrderItem"], id=item_id), OrderItem, "id")
