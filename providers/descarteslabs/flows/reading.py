"""What is known of a product, band or image: by the catalog where it is the user's, else by the metadata service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ...errors import Kind, PlatformError
from ...work import Work
from ..client import CatalogClient
from ..places import Inside
from ..records import Band, Image, Product

Result = TypeVar("Result")


def product(api: CatalogClient, product_id: str, work: Work, as_reader: bool = False) -> Product:
    """A product."""
    asked = api.during(work)
    return _either(lambda: asked.products.get(product_id), lambda: asked.products.read(product_id), as_reader)


def band(api: CatalogClient, place: Inside, work: Work, as_reader: bool = False) -> Band:
    """A band."""
    asked = api.during(work)
    return _either(lambda: asked.bands.get(place.product, place.name), lambda: asked.bands.read(place.whole), as_reader)


def image(api: CatalogClient, place: Inside, work: Work, as_reader: bool = False) -> Image:
    """An image."""
    images = api.during(work).images
    return _either(lambda: images.get(place.product, place.name), lambda: images.read(place.whole), as_reader)


def _either(first: Callable[[], Result], second: Callable[[], Result], as_reader: bool) -> Result:
    """What the first gives; what the second gives where the first is not for this user, or not wanted."""
    if as_reader:
        return second()
    try:
        return first()
    except PlatformError as error:
        if error.kind not in (Kind.NOT_FOUND, Kind.FORBIDDEN):
            raise
    return second()


def as_json(one: Mapping[str, Any]) -> str:
    """All that is known, for reading."""
    return json.dumps(dict(one), ensure_ascii=False, indent=1, sort_keys=True)
