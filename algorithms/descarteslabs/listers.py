"""What the dialogs' choice widgets ask the catalog for; run in the background. Each takes the platform's object, what
is searched for, and the values of other parameters, and gives choices lazily."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...core.choices import Choice
from ...core.moments import shown


def own_products(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Products of the user."""
    return _products(platform, search, platform.api.owner())


def products(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Products that can be read."""
    return _products(platform, search, "")


def _products(platform: Any, search: str, owner: str) -> Iterator[Choice]:
    for page, _ in platform.api.products.search(owner, search):
        for one in page.records:
            yield Choice(str(one["id"]), str(one.get("title") or one["id"]), str(one["id"]))


def bands(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Bands of the product chosen beside it, else of all own ones."""
    chosen = [values["PRODUCT"]] if values.get("PRODUCT") else [one.id for one in own_products(platform, "", {})]
    for product in chosen:
        for name, one in platform.api.bands.of_product(product).items():
            if search.casefold() in name.casefold():
                yield Choice(name, str(one.get("name") or name), ", ".join(filter(None, (product, one.get("dtype")))))


def images(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Images of the product chosen beside it, else of all own ones."""
    chosen = [values["PRODUCT"]] if values.get("PRODUCT") else [one.id for one in own_products(platform, "", {})]
    if not chosen:
        return
    for page, _ in platform.api.images.search({"products": chosen, "limit": 100}):
        for one in page.records:
            if search.casefold() in str(one["id"]).casefold():
                acquired = (one.get("properties") or {}).get("acquired")
                yield Choice(str(one["id"]), str(one.get("key") or one["id"]), shown(acquired))


def uploads(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Ended uploads into the product chosen beside it, else into all own ones."""
    chosen = [values["PRODUCT"]] if values.get("PRODUCT") else [one.id for one in own_products(platform, "", {})]
    for product in chosen:
        for page, _ in platform.api.uploads.list(product):
            for one in page.records:
                if search.casefold() in str(one["id"]).casefold():
                    yield Choice(f"{product}/{one['id']}", str(one["id"]), str(one.get("status") or ""))


def derived_bands(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Bands that are computed of others."""
    for one in platform.api.bands.derived():
        if search.casefold() in str(one["id"]).casefold():
            yield Choice(str(one["id"]), str(one.get("name") or one["id"]), ", ".join(one.get("bands") or []))


def stored(platform: Any, search: str, values: Mapping[str, str]) -> Iterator[Choice]:
    """Stored files of products, and the user's own objects."""
    for kind in ("products", "data"):
        for key in platform.api.storage.list(kind, search):
            yield Choice(f"{kind}/{key}", key, kind)
