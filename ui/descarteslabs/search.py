"""Where images of the Descartes Labs catalog are looked for."""

from __future__ import annotations

from typing import Any

from ...core.translation import tr
from ..search.filters import PlatformFilter


def _products() -> Any:
    from ...algorithms.descarteslabs import listers

    return listers.products


FILTERS = (
    PlatformFilter(
        "product",
        lambda: tr("Product"),
        lambda: tr("Only images of this product. Empty: of all your own products."),
        lister=_products,
    ),
)

#: The catalog's own search takes its area from a layer only: the search of all platforms lists what was found.
LISTS = ""
