"""What the catalog holds as a tree, a page at a time.

Products, own ones and all that can be read, hold bands, images and ended uploads; beside them stand stored objects.
Kinds: ``product``, ``band``, ``image``, ``upload``, ``stored``. Ids are those that algorithms take: whole ids of
products (``acme:harvest``), bands and images (``acme:harvest:red``); ``acme:harvest/name.tif`` for uploads,
``products/key`` for stored objects. Headings carry the product that they stand below, ``objects`` the storage type.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...capabilities import Branch, Entries, Entry
from ...work import Work
from ..client import CatalogClient
from ..client.storage import TYPES
from ..records import SUCCESS, Band, Feature, Product, UploadResult

ROOTS = tuple(Entry(one, "", "") for one in ("own_products", "products", "storage"))
SEARCHED = frozenset({"own_products", "products", "objects"})
PAGE_SIZE = 100
AVAILABLE = "available"
"""The state of an image whose file is in the catalog."""


def page(api: CatalogClient, branch: Branch, begin: str, work: Work) -> Entries:
    """The page that begins with ``begin`` (empty: the first) of what is below the entry."""
    entry, asked = branch.entry, api.during(work)
    if entry.kind in ("own_products", "products"):
        owner = asked.owner() if entry.kind == "own_products" else ""
        found, following = next(asked.products.search(owner, branch.search, None, PAGE_SIZE, begin))
        return Entries([product_entry(one) for one in found.records], None, following)
    if entry.kind == "product":
        return Entries([Entry(one, entry.id, "") for one in ("images", "bands", "uploads")])
    if entry.kind == "bands":
        bands = asked.bands.of_product(entry.id)
        return Entries([band_entry(bands[name]) for name in bands], len(bands))
    if entry.kind == "images":
        images, following = next(asked.images.search({"products": [entry.id], "limit": PAGE_SIZE}, begin))
        return Entries([image_entry(one) for one in images.records], None, following)
    if entry.kind == "uploads":
        ended, following = next(asked.uploads.list(entry.id, {"limit": PAGE_SIZE}, begin))
        return Entries([upload_entry(entry.id, one) for one in ended.records], None, following)
    if entry.kind == "storage":
        return Entries([Entry("objects", one, one) for one in TYPES], len(TYPES))
    if entry.kind == "objects":
        keys = list(asked.storage.list(entry.id, branch.search))
        return Entries([Entry("stored", f"{entry.id}/{one}", one) for one in keys], len(keys))
    return Entries(())


def product_entry(one: Product) -> Entry:
    """A product."""
    details = _details(one, "description", "sensor", "resolution", "revisit", "start_date", "end_date", "modified",
                       "owner_type")
    return Entry("product", str(one["id"]), str(one.get("title") or one["id"]), "", details)


def band_entry(one: Band) -> Entry:
    """A band; its state is its type."""
    details = _details(one, "dtype", "data_range", "default_range", "nodata", "resolution", "resolution_unit",
                       "wavelength_center", "wavelength_unit", "description", "modified")
    name = str(one.get("name") or str(one["id"]).rpartition(":")[2])
    return Entry("band", str(one["id"]), name, str(one.get("type") or ""), details)


def image_entry(one: Feature) -> Entry:
    """An image with its footprint; its state is where its file is."""
    known: Mapping[str, Any] = {**one, **(one.get("properties") or {})}
    details = _details(known, "acquired", "sat_id", "cloud_fraction", "fill_fraction", "published", "modified")
    shape = one.get("geometry")
    name = str(known.get("key") or str(one["id"]).rpartition(":")[2])
    return Entry("image", str(one["id"]), name, str(known.get("storage_state") or ""), details,
                 shape if isinstance(shape, dict) else None)


def upload_entry(product_id: str, one: UploadResult) -> Entry:
    """An upload that ended."""
    state = "" if one.get("status") is None else "done" if one.get("status") == SUCCESS else "failed"
    return Entry("upload", f"{product_id}/{one['id']}", str(one["id"]), state,
                 _details(one, "created", "failure_type", "exception_name", "runtime"))


def _details(one: Mapping[str, Any], *names: str) -> dict[str, str]:
    return {
        name: ", ".join(map(str, one[name])) if isinstance(one[name], list) else str(one[name])
        for name in names if one.get(name) not in (None, "", [])
    }
