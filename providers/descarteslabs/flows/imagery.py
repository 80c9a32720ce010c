"""Images of own products looked for, as other platforms are searched (notes, section 11)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ...search import AREA, CAPTURED, CLOUD, FURTHER, Hit, Hits, Query
from ...work import Work
from ..client import CatalogClient
from ..records import Feature, ImageSearch
from .browse import image_entry

NARROWS = frozenset({AREA, CAPTURED, CLOUD, FURTHER})
PRODUCT = "product"
"""In ``Query.further``: the whole id of the only product that is searched."""
PAGE_SIZE = 100
PERCENT = 100.0


def page(api: CatalogClient, query: Query, begin: str, work: Work) -> Hits:
    """A page of what fits, of one product or of all own ones. The service wants products named; it tells no total."""
    asked = api.during(work)
    chosen = query.further.get(PRODUCT, "")
    products = [chosen] if chosen else own_products(asked)
    if not products:
        return Hits([], 0)
    found, following = next(asked.images.search(image_search(query, products), begin))
    return Hits([hit_of(one) for one in found.records], None, following)


def own_products(api: CatalogClient) -> list[str]:
    """The whole ids of the user's products."""
    return [str(one["id"]) for some, _ in api.products.search(api.owner()) for one in some.records]


def image_search(query: Query, products: list[str]) -> ImageSearch:
    """The question as the service reads it. Its clouds are a share of 0 to 1."""
    asked: ImageSearch = {"products": products, "limit": PAGE_SIZE}
    if query.area is not None:
        asked["geom"] = json.dumps(query.area)
    if query.captured_after:
        asked["start_datetime"] = query.captured_after
    if query.captured_before:
        asked["end_datetime"] = query.captured_before
    if query.max_cloud is not None:
        asked["cloud_fraction"] = query.max_cloud / PERCENT
    return asked


def hit_of(one: Feature) -> Hit:
    """A found image."""
    known: Mapping[str, Any] = {**one, **(one.get("properties") or {})}
    cloud, acquired = known.get("cloud_fraction"), known.get("acquired")
    share = float(cloud) if isinstance(cloud, (int, float)) and not isinstance(cloud, bool) else None
    return Hit(
        image_entry(one), acquired if isinstance(acquired, str) else "",
        None if share is None else round(PERCENT * share, 6),
    )
