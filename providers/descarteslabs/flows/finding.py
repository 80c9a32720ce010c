"""Images of own products by name, with the way to them in the tree. The service searches images by all but their names,
so that the first ones are looked through."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ...capabilities import Entry, Way
from ...search import Query
from ...work import Work
from ..client import CatalogClient
from .browse import image_entry
from .imagery import image_search, own_products

PAGES = 5
"""So many pages of images are looked through, 500 images."""


def find(api: CatalogClient, text: str, most: int, work: Work) -> Iterator[Way]:
    """Up to ``most`` images with the text in their name."""
    asked = api.during(work)
    products = own_products(asked)
    pages = islice(asked.images.search(image_search(Query(), products)), PAGES) if products else ()
    left, more = most, False
    for found, following in pages:
        work.check_cancelled()
        more = bool(following)
        for entry in map(image_entry, found.records):
            if text.casefold() not in entry.name.casefold():
                continue
            if not left:
                yield Way(None, (Entry("images", "", ""),))
                return
            left -= 1
            product = entry.id.rpartition(":")[0]
            yield Way(entry, (Entry("own_products", "", ""), Entry("product", product, product),
                              Entry("images", product, "")))
    if more:
        yield Way(None, (Entry("images", "", ""),))
