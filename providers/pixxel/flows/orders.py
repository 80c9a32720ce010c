"""Orders: priced by a dry run, placed once, and followed (notes, section 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import InputProblem
from ...steps import entries
from ...work import Work
from ..client import PixxelClient
from ..client.answers import listed
from ..order_records import DeliveryFilters, NewDelivery, NewOrderItem, Order, OrderItem
from .following import MINUTES, costly, costly_several, failed, until

ENDED = ("FULFILLED", "PARTIALLY_FULFILLED", "CANCELLED", "FAILED")
NOT_DELIVERED = ("CANCELLED", "FAILED")


def feature_collection(polygons: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """GeoJSON polygons as an order wants them."""
    features = [{"type": "Feature", "properties": {}, "geometry": dict(one)} for one in polygons]
    return {"type": "FeatureCollection", "features": features}


def price(api: PixxelClient, items: Sequence[NewOrderItem], work: Work) -> Order:
    """What it would cost. Raises what the platform refuses, and :class:`InputProblem` (``order_invalid``) for what it
    finds wrong with an item."""
    found = api.during(work).orders.price(items)
    wrong = [words for one in found.get("order_items") or () for words in faults(one)]
    if wrong:
        raise InputProblem("order_invalid", faults="; ".join(wrong))
    return found


def faults(item: Mapping[str, Any]) -> list[str]:
    """What is wrong with an item: maps of a field to its messages (section 12.2)."""
    found = []
    for one in item.get("validation_errors") or ():
        if isinstance(one, Mapping):
            for name, words in one.items():
                text = ", ".join(map(str, words)) if isinstance(words, (list, tuple)) else str(words)
                found.append(f"{name}: {text}")
    return found


def tokens(order: Mapping[str, Any]) -> float | None:
    """What an order costs; None where it is not told."""
    total = order.get("total_amount")
    if isinstance(total, (int, float)) and not isinstance(total, bool):
        return float(total)
    amounts = [one.get("final_amount") for one in order.get("order_items") or () if isinstance(one, Mapping)]
    known = [float(one) for one in amounts if isinstance(one, (int, float)) and not isinstance(one, bool)]
    return sum(known) if known and len(known) == len(amounts) else None


def place(api: PixxelClient, items: Sequence[NewOrderItem], work: Work) -> str:
    """Order, and give the order's id. Spends tokens; one whose answer was lost is looked for and never placed again by
    itself."""
    asked, ordering = api.during(work), api.during(work, to_the_end=True)
    return costly(
        work, "order", lambda: ordering.orders.place(items)["id"],
        lambda: {one["id"] for one in entries(asked.orders.list())},
    )


def follow(api: PixxelClient, order_id: str, work: Work, minutes: float = MINUTES) -> list[OrderItem]:
    """Wait until all items of an order have ended, well or badly, and give them. Tasking takes days."""
    asked = api.during(work)

    def read() -> list[OrderItem]:
        found = listed(asked.orders.get(order_id), OrderItem, "order_items")
        done = sum(1 for one in found if one.get("status") in ENDED)
        work.progress(done / len(found) if found else None, "pixxel_ordered", done=str(done), total=str(len(found)))
        return found

    found = until(work, read, lambda one: bool(one) and all(two.get("status") in ENDED for two in one), minutes)
    if all(one.get("status") in NOT_DELIVERED for one in found):
        raise failed("order")
    return found


def delivered(api: PixxelClient, item_ids: Sequence[str], work: Work) -> list[str]:
    """The entries of the catalog that came of order items."""
    if not item_ids:
        return []
    return [one["id"] for one in entries(api.during(work).catalogs.search({"order_item_ids": list(item_ids)}))]


def deliver(api: PixxelClient, deliveries: Sequence[NewDelivery], work: Work) -> list[str]:
    """Have entries sent to a store, and give the deliveries' ids. Moves data, so it is never sent again by itself."""
    asked, sending = api.during(work), api.during(work, to_the_end=True)
    return costly_several(
        work, "deliver", lambda: [one["delivery_id"] for one in sending.deliveries.create(deliveries)],
        lambda: {one["delivery_id"] for one in asked.deliveries.list()},
    )


def follow_deliveries(
    api: PixxelClient, ids: Sequence[str], work: Work, minutes: float = MINUTES
) -> dict[str, str]:
    """Wait until deliveries have ended; their last states by id."""
    asked = api.during(work)

    def read() -> dict[str, str]:
        found: dict[str, str] = {}
        for one in ids:
            filters: DeliveryFilters = {"delivery_id": one}
            for delivery in asked.deliveries.list(filters):
                if delivery["delivery_id"] == one:
                    found[one] = str(delivery.get("status") or "")
        done = sum(1 for one in found.values() if _over(one))
        work.progress(done / max(1, len(ids)), "pixxel_delivering", done=str(done), total=str(len(ids)))
        return found

    return until(work, read, lambda found: len(found) == len(ids) and all(map(_over, found.values())), minutes)


def _over(status: str) -> bool:
    return status.upper() in ("SUCCESS", "SUCCESSFUL", "FAILED")
