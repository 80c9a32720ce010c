"""The order desk: priced, placed, listed, shown, reported (section 12)."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ...platform import Answer, Call
from .. import order_answers, ordering
from ..prices import Mistakes, priced
from ..records import Json, Order, OrderItem
from ..refusals import bad, refusal
from ..registry import control, operation
from ..searching import interval
from ..world import World

COLUMNS = ("order_id", "order_item_id", "type", "status", "area_sq_km", "total_amount", "created_at")
"""P15."""


@operation("createOrder")
def create_order(world: World, call: Call) -> Answer:
    """Price an order, and place it unless it is a dry run, of which nothing is kept (P11)."""
    asked, mistakes = [], []
    for place, given in enumerate(call.body["order_items"]):
        given = {**given, "project_id": world.admitted(call, given["project_id"])}
        try:
            asked.append((given, priced(world, given)))
        except Mistakes as error:
            mistakes += [{"field": f"order_items[{place}].{one['field']}", "issue": one["issue"]}
                         for one in error.found]
    if mistakes:
        raise refusal(400, "; ".join(f"{one['field']}: {one['issue']}" for one in mistakes), mistakes)
    order = ordering.make_order(world, world.key(call).user, asked)
    if not call.body.get("dry_run", False):
        needed = sum(ordering.due(one) for one in order.items)
        if needed > world.state.tokens:
            raise refusal(403, f"{needed} tokens are needed, {world.state.tokens} are left", None,
                          "insufficient_tokens")
        ordering.place(world, order)
    return Answer(201, order_answers.order(world, order))


@operation("listOrders")
def list_orders(world: World, call: Call) -> Answer:
    """The newest first."""
    user = call.query.get("user_id")
    found = [one for one in reversed(world.state.orders.values()) if _may(world, call, one)
             and user in (None, one.user)]
    rows, pages = world.page(call.query, found)
    return Answer(200, {"orders": [order_answers.order(world, one) for one in rows], "pagination": pages})


@operation("getOrder")
def get_order(world: World, call: Call) -> Answer:
    """One order."""
    one = world.found(world.state.orders, call.path["id"], "order")
    if not _may(world, call, one):
        raise refusal(403, "the key has no access to this project")
    return Answer(200, order_answers.order(world, one))


def _may(world: World, call: Call, one: Order) -> bool:
    return any(world.may(call, each.project) for each in one.items)


@operation("listOrderItems")
def list_order_items(world: World, call: Call) -> Answer:
    """The newest first, by eleven filters (P14)."""
    found = [one for one in reversed(world.state.items.values())
             if world.may(call, one.project) and all(_passes(world, call.query, one))]
    rows, pages = world.page(call.query, found)
    return Answer(200, {"order_items": [order_answers.detail(world, one) for one in rows], "pagination": pages})


def _passes(world: World, query: Json, one: OrderItem) -> list[bool]:
    lists = {"type": one.type.lower(), "status": one.status.lower(), "order_ids": one.order,
             "project_ids": one.project, "ids": one.id, "user_id": one.user, "created_by": one.created_by}
    good = [value in (world.ids(query.get(name)) or {value}) for name, value in lists.items()]
    if query.get("created_at"):
        first, last = interval(query["created_at"], "created_at")
        good.append(first.timestamp() <= one.created <= last.timestamp())
    if query.get("area"):
        low, high = _numbers(query["area"])
        good.append(low <= one.price["area"] <= high)
    return good


def _numbers(text: str) -> tuple[float, float]:
    low, slash, high = text.partition("/")
    try:
        first = float("-inf") if low.strip() in ("", "..") else float(low)
        if not slash:
            return first, first
        return first, float("inf") if high.strip() in ("", "..") else float(high)
    except ValueError:
        raise bad("area", "must be a number, or a/b with .. for an open end") from None


@operation("getOrderItem")
def get_order_item(world: World, call: Call) -> Answer:
    """One item with its tasks; 404 for one that is not there (P16)."""
    one = world.found(world.state.items, call.path["id"], "order item")
    world.admitted(call, one.project)
    return Answer(200, order_answers.detail(world, one))


@operation("downloadOrderReport")
def download_order_report(world: World, call: Call) -> Answer:
    """All orders of the workspace as CSV, times in the zone that was asked for (P15)."""
    try:
        place = ZoneInfo(call.query.get("tz") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise bad("tz", "must be the name of a time zone such as Asia/Kolkata") from None
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in world.state.items.values():
        rows.writerow([one.order, one.id, one.type, one.status, one.price["area"], one.price["final"],
                       datetime.fromtimestamp(one.created, place).isoformat(timespec="seconds")])
    return Answer(200, text.getvalue(), media_type="text/csv")


@control("POST order-items/{id}")
def move_on(world: World, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """``{"status": "FULFILLED" | "PARTIALLY_FULFILLED" | "FAILED" | "CANCELLED" | "EXPIRED", "task"?: id}``: end a
    task of tasking, the first that has not ended unless one is named."""
    one = world.state.items[query["id"]]
    open_tasks = [each for each in one.tasks if each.status in ("DRAFT", "SUBMITTED", "IN_PROGRESS")
                  and body.get("task", each.id) == each.id]
    status = body.get("status", "FULFILLED")
    if status in ("FULFILLED", "PARTIALLY_FULFILLED"):
        made = ordering.fulfil(world, one, open_tasks[0], status != "FULFILLED")
    elif status in ("FAILED", "CANCELLED", "EXPIRED"):
        made = []
        ordering.fail(world, one, open_tasks[0], status)
    else:
        raise ValueError("Give a status in which a task can end.")
    following = next((each for each in one.tasks if each.status == "DRAFT"), None)
    if following is not None:
        following.status = "IN_PROGRESS"
    return {"status": one.status, "catalogs": [each.id for each in made]}
