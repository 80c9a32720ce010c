"""Orders on their way: paid, fulfilled or failed; what is fulfilled becomes catalog entries (section 12.4).

Archive items are fulfilled by the clock. Tasking waits until a control call moves it on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

from shapely.geometry import shape

from .delivering import deliver
from .prices import kind_of
from .records import Entry, Json, Order, OrderItem, Task
from .satellites import ALL_BANDS, TD1, TD2
from .scenes import COLUMNS, HEIGHT, ROWS, WIDTH, Scene, by_id
from .work.cube import square_metres
from .world import World


def make_order(world: World, user: str, asked: list[tuple[Json, Json]]) -> Order:
    """An order of items, each with its price (:func:`~sandbox.pixxel.prices.priced`). Nothing is kept or paid yet."""
    now, number = world.now(), world.new_id()
    items = []
    for given, price in asked:
        one = OrderItem(world.new_id(), number, given["project_id"], user, kind_of(given), given, price, now,
                        status="DRAFT", payment_status="UNPAID", occurrences=price["occurrences"], updated=now)
        one.feasibility = "NOT_APPLICABLE" if one.type == "ARCHIVE" else "SUCCESS"
        items.append(one)
    return Order(number, user, items, sum(one.price["final"] for one in items), now, status="UNPAID")


def due(one: OrderItem) -> int:
    """Tokens that are taken when an item is placed; of a recurring item those of its first task."""
    final: float = one.price["final"]
    return round(final / len(one.occurrences)) if one.type == "RECURRING" else round(final)


def place(world: World, order: Order) -> None:
    """Pay an order, keep it and let it begin."""
    state, now = world.state, world.now()
    order.status, order.paid, order.transaction = "PAID", now, world.new_id()
    state.orders[order.id] = order
    for one in order.items:
        state.items[one.id] = one
        one.status, one.transaction, one.tokens = "ACTIVE", order.transaction, due(one)
        one.payment_status = "PARTIAL-MONTHLY" if one.type == "RECURRING" else "PAID"
        state.tokens -= one.tokens
        today = datetime.fromtimestamp(now, timezone.utc).date().isoformat()
        for window in one.occurrences or [{"start": today, "end": today}]:
            task = Task(world.new_id(), one.id, "ARCHIVE" if one.type == "ARCHIVE" else "TASKING", window["start"],
                        window["end"], now, status="DRAFT" if one.tasks else "SUBMITTED",
                        delivery_status="PENDING" if one.asked.get("cloud_delivery") else "NOT_APPLICABLE", updated=now)
            if not one.tasks:
                task.tokens, task.transaction = one.tokens, one.transaction
            one.tasks.append(task)
        if one.type == "ARCHIVE":
            _begin(world, one)
        else:
            one.tasks[0].status = "IN_PROGRESS"


def _begin(world: World, one: OrderItem) -> None:
    task = one.tasks[0]
    task.status = "IN_PROGRESS"

    def finish(outcome: Any) -> None:
        fulfil(world, one, task)

    def failed(words: str) -> None:
        fail(world, one, task)

    world.start("order", world.settings.pixxel_order_seconds, finish=finish, fail=failed)


def fulfil(world: World, one: OrderItem, task: Task, partly: bool = False) -> list[Entry]:
    """Put the imagery of a task into the catalog; deliver it where the order says so."""
    now, made = world.now(), []
    task.status, task.updated = "PARTIALLY_FULFILLED" if partly else "FULFILLED", now
    for scene, area in _scenes(one, task):
        made.append(add_entry(world, scene, area, one, task))
    _settle_item(one, now)
    wanted = one.asked.get("cloud_delivery")
    if wanted:
        deliver(world, made, wanted["config"], wanted.get("path", ""), one.user, task)
    return made


def fail(world: World, one: OrderItem, task: Task, status: str = "FAILED") -> None:
    """End a task without imagery and give its tokens back."""
    task.status, task.updated = status, world.now()
    if task.delivery_status == "PENDING":
        task.delivery_status = "NOT_APPLICABLE"
    world.state.tokens += task.tokens
    one.payment_status = "REFUND" if len(one.tasks) == 1 else "PARTIAL-REFUND"
    _settle_item(one, world.now())
    order = world.state.orders[one.order]
    if all(each.payment_status == "REFUND" for each in order.items):
        order.status = "REFUND"


def _settle_item(one: OrderItem, now: float) -> None:
    """A recurring item stays active until all its tasks have ended."""
    one.updated = now
    states = {each.status for each in one.tasks}
    if states & {"DRAFT", "SUBMITTED", "IN_PROGRESS"}:
        one.status = "ACTIVE"
    elif states == {"FULFILLED"}:
        one.status = "FULFILLED"
    elif states & {"FULFILLED", "PARTIALLY_FULFILLED"}:
        one.status = "PARTIALLY_FULFILLED"
    else:
        one.status = "CANCELLED" if states == {"CANCELLED"} else "FAILED"


def _scenes(one: OrderItem, task: Task) -> list[tuple[Scene, Json]]:
    if one.type == "ARCHIVE":
        found = [(by_id(each["item_id"], date.max), each["geometry"]) for each in one.price["images"]]
        return [(scene, area) for scene, area in found if scene is not None]
    middle = shape(one.price["shape"]).centroid
    column, row = int((middle.x + 180) // WIDTH) % COLUMNS, min(ROWS - 1, int((middle.y + 90) // HEIGHT))
    day = date.fromisoformat(task.start)
    for _ in range(12):
        for satellite in (TD2, TD1):
            scene = Scene(satellite, "pixxel-td-l2a", column, row, day)
            if by_id(scene.id, date.max) is not None:
                return [(scene, one.price["shape"])]
        day += timedelta(days=1)
    return []


def add_entry(world: World, scene: Scene, area: Json, one: OrderItem, task: Task) -> Entry:
    """A new catalog entry."""
    bandset = (one.asked.get("bandset") or {}).get("bandset_id", ALL_BANDS)
    entry = Entry(world.new_id(), task.id, one.order, one.id, one.project, one.asked["usecase"], bandset, area,
                  round(square_metres(area)[0] / 1e6, 3), scene, world.now(), one.user)
    world.state.entries[entry.id] = entry
    return entry
