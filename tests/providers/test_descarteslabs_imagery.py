"""The common question as the Descartes Labs catalog reads it, and its images as hits."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from imagery_hub.providers.descarteslabs.flows import imagery
from imagery_hub.providers.search import Query
from imagery_hub.providers.work import Work

AREA = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}


class Catalog:
    """Two own products, and what the search was asked."""

    def __init__(self, *products: str) -> None:
        self.asked: list[tuple[Any, str]] = []
        listed = [(SimpleNamespace(records=[{"id": one}]), "") for one in products]
        self.products = SimpleNamespace(search=lambda owner: iter(listed) if owner == "google-oauth2|7" else iter(()))
        self.images = SimpleNamespace(search=self._search)

    def during(self, work: Work) -> Catalog:
        return self

    def owner(self) -> str:
        return "google-oauth2|7"

    def _search(self, query: Any, begin: str) -> Any:
        self.asked.append((query, begin))
        image = {"id": "acme:a:x", "key": "x", "geometry": AREA,
                 "properties": {"acquired": "2024-01-01T00:00:00Z", "cloud_fraction": 0.07}}
        bare = {"id": "acme:a:y", "properties": {"cloud_fraction": True}}
        return iter([(SimpleNamespace(records=[image, bare]), "next")])


def test_all_members_of_a_question_are_sent() -> None:
    catalog: Any = Catalog("acme:a", "acme:b")
    query = Query(area=AREA, captured_after="2024-01-01T00:00:00Z", captured_before="2024-02-01T00:00:00Z",
                  max_cloud=20)
    found = imagery.page(catalog, query, "here", Work())
    ((asked, begin),) = catalog.asked
    assert json.loads(asked.pop("geom")) == AREA
    assert begin == "here"
    assert asked == {"products": ["acme:a", "acme:b"], "limit": 100, "cloud_fraction": 0.2,
                     "start_datetime": "2024-01-01T00:00:00Z", "end_datetime": "2024-02-01T00:00:00Z"}
    assert found.following == "next"
    known, bare = found.hits
    assert (known.entry.id, known.entry.name, known.entry.footprint) == ("acme:a:x", "x", AREA)
    assert (known.captured, known.cloud) == ("2024-01-01T00:00:00Z", 7.0)
    assert (bare.entry.name, bare.captured, bare.cloud) == ("y", "", None)


def test_one_product_is_searched_alone_and_without_any_nothing_is_asked() -> None:
    catalog: Any = Catalog()
    assert imagery.page(catalog, Query(), "", Work()).hits == []
    assert catalog.asked == []
    imagery.page(catalog, Query(further={imagery.PRODUCT: "acme:b"}), "", Work())
    assert catalog.asked == [({"products": ["acme:b"], "limit": 100}, "")]
