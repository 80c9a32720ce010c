"""Orders, their items and tasks as the API shows them (sections 12.2 to 12.4)."""

from __future__ import annotations

from typing import Any

from .records import Json, Order, OrderItem, Task
from .satellites import ALL_BANDS, BANDSETS, band_answer
from .state import WORKSPACE
from .world import World


def order(world: World, one: Order) -> Json:
    """An order with its items, without tasks."""
    moment = world.moment(one.created)
    return {"id": one.id, "org_id": WORKSPACE, "user_id": one.user, "status": one.status, "total_amount": one.total,
            "paid_at": world.moment(one.paid), "transaction_id": one.transaction,
            "order_items": [item(world, each) for each in one.items], "created_at": moment, "created_by": one.user,
            "updated_at": moment, "updated_by": one.user}


def item(world: World, one: OrderItem) -> Json:
    """An order item; what does not apply to its type is left out or says so."""
    asked, price = one.asked, one.price
    tasked = one.type != "ARCHIVE"
    bandset = BANDSETS[(asked.get("bandset") or {}).get("bandset_id", ALL_BANDS)]
    shown: dict[str, Any] = {
        "id": one.id, "order_id": one.order, "org_id": WORKSPACE, "project_id": one.project, "user_id": one.user,
        "name": asked.get("name", ""), "type": one.type, "status": one.status, "payment_status": one.payment_status,
        "usecase": asked["usecase"], "area": price["area"], "number_of_bands": len(bandset.bands),
        "bandset": {"bandset_id": bandset.id, "bands": [band_answer(each) for each in bandset.bands]},
        "image_type": "VNIR",
        "images": [{"item_id": each["item_id"], "geometry": each["geometry"]} for each in price["images"]],
        "recurrence": asked.get("recurrence", "ONCE") if tasked else "NOT_APPLICABLE",
        "delivery_speed": asked.get("delivery_speed", "STANDARD") if tasked else "NOT_APPLICABLE",
        "feasibility_status": one.feasibility, "base_amount": price["base"], "final_amount": price["final"],
        "uplifts": price["uplifts"], "tokens_used": one.tokens, "transaction_id": one.transaction,
        "created_at": world.moment(one.created), "created_by": one.created_by, "updated_at": world.moment(one.updated),
        "updated_by": one.user}
    if tasked:
        shown.update({
            "start_date": asked["start_date"], "end_date": asked.get("end_date") or f"{one.occurrences[-1]['end']}"
            "T00:00:00Z", "no_of_occurrences": len(one.occurrences), "occurrences": one.occurrences,
            "cloud_cover": asked.get("cloud_cover", 20), "off_nadir": asked.get("off_nadir", 20),
            "last_feasibility_check": world.moment(one.created)})
    if asked.get("cloud_delivery"):
        shown["cloud_delivery"] = asked["cloud_delivery"]
    return shown


def detail(world: World, one: OrderItem) -> Json:
    """An order item with its tasks."""
    return {**item(world, one), "tasks": [task(world, one, each) for each in one.tasks],
            "validation_errors": one.errors}


def task(world: World, item: OrderItem, one: Task) -> Json:
    """A task; its dates are ``DD-MM-YYYY`` (section 3.4)."""
    return {"id": one.id, "order_item_id": one.item, "type": one.type, "status": one.status,
            "delivery_status": one.delivery_status, "start_date": _day(one.start), "end_date": _day(one.end),
            "number_of_strips": one.strips, "tokens_used": one.tokens, "transaction_id": one.transaction,
            "created_at": world.moment(one.created), "created_by": item.user, "updated_at": world.moment(one.updated),
            "updated_by": item.user}


def _day(text: str) -> str:
    year, month, day = text[:10].split("-")
    return f"{day}-{month}-{year}"
