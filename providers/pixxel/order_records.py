"""Orders, the catalog of what was delivered, downloads, deliveries and stores (notes, sections 12 to 14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from .records import Band, Item

ORDER_STATES = ("UNPAID", "PAYMENT_IN_PROGRESS", "PAID", "REFUND")
ITEM_STATES = ("DRAFT", "ACTIVE", "FULFILLED", "PARTIALLY_FULFILLED", "CANCELLED", "FAILED")
ITEM_TYPES = ("TASKING", "ARCHIVE", "RECURRING")
RECURRENCES = ("ONCE", "MONTHLY", "BIMONTHLY", "QUARTERLY")
DELIVERED = ("SUCCESS", "SUCCESSFUL")
"""Samples print the second one (section 13.1)."""
SMALLEST_AREA = 100.0
"""Square kilometres that are billed at least (section 12.2)."""
FARTHEST_PARTS = 200.0
"""Kilometres between the nearest boundaries of the parts of an order, at most (section 19)."""
MOST_TIMES = {"MONTHLY": 24, "QUARTERLY": 8}
"""How often in two years, which a recurring order lasts at most (section 19). Whether BIMONTHLY is every second month
or twice a month is not told, so the platform judges that."""
CLOUD_COVER, OFF_NADIR = 20, 20
"""What holds when an order does not say: per cent, and degrees."""
BUCKETS: dict[str, tuple[str, ...]] = {
    "S3": ("access_key_id", "secret_access_key"),
    "AZBLOB": ("account_name", "tenant_id", "client_id", "client_secret"),
    "GCS": ("project_id", "service_account_credentials"),
}
"""The members of ``secrets`` by the type of a store (section 14)."""


class Bandset(TypedDict, total=False):
    """``captures`` passes are needed to collect it, by which the price of tasking is multiplied."""

    id: str
    name: str
    description: str
    captures: int
    bands: list[Band]


class CloudDelivery(TypedDict, total=False):
    """A store and a path in it."""

    config: str
    path: str


class NewOrderItem(TypedDict, total=False):
    """``project_id``, ``usecase`` and ``geometry`` (a feature collection of polygons) are mandatory; what else is, goes
    by the table of section 12.2. With ``item_ids`` it is an archive order (ASSUMED P12)."""

    project_id: str
    name: str
    usecase: str
    geometry: Mapping[str, Any]
    recurrence: str
    start_date: str
    end_date: str
    no_of_occurrences: int
    cloud_cover: int
    off_nadir: int
    bandset: Mapping[str, str]
    delivery_speed: str
    item_ids: Sequence[str]
    cloud_delivery: CloudDelivery


class Uplift(TypedDict, total=False):
    title: str
    subtitle: str
    percentage: float
    amount: float
    item_id: str


class OrderTask(TypedDict, total=False):
    """A pass of the satellite, or the copying from the archive; not a task of a workflow's job."""

    id: str
    order_item_id: str
    type: str
    status: str
    delivery_status: str
    start_date: str
    end_date: str
    number_of_strips: int
    tokens_used: float
    transaction_id: str
    created_at: str
    updated_at: str


class OrderItem(TypedDict, total=False):
    """``area`` in square kilometres; amounts are tokens; ``tasks`` and ``validation_errors`` of a single one only."""

    id: str
    order_id: str
    project_id: str
    user_id: str
    name: str
    type: str
    status: str
    payment_status: str
    usecase: str
    area: float
    bandset: Mapping[str, Any]
    number_of_bands: int
    image_type: str
    images: list[Mapping[str, Any]]
    recurrence: str
    start_date: str
    end_date: str
    no_of_occurrences: int
    cloud_cover: float
    off_nadir: float
    delivery_speed: str
    feasibility_status: str
    base_amount: float
    final_amount: float
    uplifts: list[Uplift]
    tokens_used: float
    transaction_id: str
    cloud_delivery: CloudDelivery
    created_at: str
    updated_at: str
    tasks: list[OrderTask]
    validation_errors: list[Mapping[str, Any]]


class Order(TypedDict, total=False):
    """``status`` is one of ``ORDER_STATES``; an empty ``paid_at`` is not yet."""

    id: str
    org_id: str
    user_id: str
    status: str
    total_amount: float
    paid_at: str
    transaction_id: str
    order_items: list[OrderItem]
    created_at: str
    updated_at: str


class OrderItemFilters(TypedDict, total=False):
    """All plain texts; lists with commas, ranges with a slash (ASSUMED P14)."""

    user_id: str
    type: str
    status: str
    order_ids: str
    created_by: str
    created_at: str
    project_ids: str
    ids: str
    area: str


class CatalogEntry(TypedDict, total=False):
    """What was delivered: ``details`` is a STAC item, ``area`` in square kilometres; ``delivery_status`` is about a
    delivery to a store only."""

    id: str
    org_id: str
    task_id: str
    bandset_id: str
    area: float
    delivery_status: str
    details: Item
    created_at: str
    created_by: str
    updated_at: str
    updated_by: str


class CatalogSearch(TypedDict, total=False):
    """All optional (section 13.1); the limit is always sent, as the platform's own is two."""

    bbox: Sequence[float]
    collections: Sequence[str]
    datetime: str
    ids: Sequence[str]
    item_ids: Sequence[str]
    order_ids: Sequence[str]
    order_item_ids: Sequence[str]
    intersects: Mapping[str, Any]
    query: Mapping[str, Any]
    sort_by: Sequence[Mapping[str, Any]]


class Selection(TypedDict, total=False):
    """Entries of the catalog, or order items: one of both, never both (section 3.6)."""

    catalog_ids: Sequence[str]
    order_item_ids: Sequence[str]


class CatalogDownload(TypedDict, total=False):
    """``signed_url`` is filled when ``status`` is ``success``."""

    id: str
    status: str
    signed_url: str


class NewDelivery(Selection, total=False):
    """What is to go where."""

    cloud_info: CloudDelivery


class Delivery(TypedDict, total=False):
    """``task_id`` is null for those that were asked for by hand; ``target_path`` lies below the store's own path."""

    delivery_id: str
    catalog_id: str
    task_id: str | None
    status: str
    cloud_delivery: CloudDelivery
    target_path: str
    created_at: str
    updated_at: str


class DeliveryFilters(TypedDict, total=False):
    delivery_id: str
    catalog_id: str
    task_id: str
    order_item_id: str


class StoreConfigs(TypedDict, total=False):
    """``bucket`` and ``region`` are mandatory."""

    bucket: str
    region: str
    path_prefix: str


class Store(TypedDict, total=False):
    """A bucket of one's own; its secrets never come back."""

    id: str
    name: str
    type: str
    configs: StoreConfigs
    labels: Mapping[str, str]
    created_at: str
    updated_at: str
    created_by: str


class NewStore(TypedDict, total=False):
    """All mandatory but ``labels``; ``secrets`` by ``BUCKETS``."""

    name: str
    type: str
    configs: StoreConfigs
    secrets: Mapping[str, str]
    labels: Mapping[str, str]
