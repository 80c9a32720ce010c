"""Adding products, bands and images so that there is one of each whatever happens in between.

An addition whose answer was lost may be repeated: the catalog refuses the second as taken. What is there then is ours
when it is equal to what was sent (notes, section 4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ... import steps
from ...errors import Kind, PlatformError
from ...work import NOT_THERE, Work
from ..client import CatalogClient
from ..places import Inside
from ..properties import AS_ASKED
from ..records import BandDetails, ImageDetails, ProductDetails

AS_TOLD = {asked: told for told, asked in AS_ASKED.items()}
FREE = ("id", "read", "writers", "owners")
"""What the catalog may put another way."""


def add_product(
    api: CatalogClient, details: ProductDetails, work: Work, core: bool = False, part: str = "add"
) -> str:
    """Add a product and give its whole id."""
    asked = api.during(work)
    add = asked.products.add_core if core else asked.products.add
    given = details["id"]

    def there() -> Any:
        for one in candidates(asked, given):
            found = _found(partial(asked.products.get, one))
            if found is not NOT_THERE:
                return found["id"] if _equal(found, details) else None
        return NOT_THERE

    return str(steps.settle(work, part, lambda: str(add(details)["id"]), there))


def candidates(api: CatalogClient, given: str) -> list[str]:
    """The ids that a product may have got: as given, or behind the organization's or the user's name (ASSUMED D14)."""
    organization = str(api.claims().get("org") or "")
    named = [f"{name}:{given}" for name in (organization, api.namespace()) if name]
    return [given, *named] if ":" in given else named


def add_band(
    api: CatalogClient, product_id: str, details: BandDetails, work: Work, core: bool = False, part: str = "add"
) -> str:
    """Add a band and give its whole id."""
    asked = api.during(work)
    add = asked.bands.add_core if core else asked.bands.add
    name = details["name"]

    def there() -> Any:
        found = _found(lambda: asked.bands.get(product_id, name))
        if found is NOT_THERE:
            return NOT_THERE
        return Inside(product_id, name).whole if _equal(found, details) else None

    return str(steps.settle(work, part, lambda: str(add(product_id, details)["id"]), there))


def add_image(
    api: CatalogClient, product_id: str, details: ImageDetails, work: Work, core: bool = False, part: str = "add"
) -> str:
    """Add the entry of an image and give its whole id."""
    asked = api.during(work)
    add = asked.images.add_core if core else asked.images.add
    return str(steps.settle(work, part, lambda: str(add(product_id, details)["id"]),
                            lambda: image_there(asked, product_id, details)))


def image_there(api: CatalogClient, product_id: str, details: ImageDetails, whole: bool = False) -> Any:
    """The whole id of the image of that id where it is equal to what is sent, None where it is another one, or
    ``NOT_THERE``. ``whole``: it has to tell all that is sent."""
    name = details["id"]
    found = _found(lambda: api.images.get(product_id, name))
    if found is NOT_THERE:
        return NOT_THERE
    return Inside(product_id, name).whole if _equal(found, details, whole) else None


def _found(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:
            return NOT_THERE
        raise


def _equal(found: Mapping[str, Any], sent: Mapping[str, Any], whole: bool = False) -> bool:
    """Whether something of the catalog is what was sent. Dates are compared by their days; what it does not tell does
    not count, unless it has to be there as a ``whole``."""
    for name, value in sent.items():
        if name in FREE:
            continue
        known = found.get(AS_TOLD.get(name, name))
        if value is None or (known is None and not whole):
            continue
        if isinstance(value, str) and value[:4].isdigit() and isinstance(known, str):
            known, value = known[:10], value[:10]
        if isinstance(known, list) and isinstance(value, str):
            value = [value] * len(known)  # one text for all files
        if known != value:
            return False
    return True
