"""How things are named: a product by its whole id, bands and images by the product's and their own behind a colon."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InputProblem


@dataclass(frozen=True)
class Inside:
    """Something in a product: a band, an image, an upload."""

    product: str
    name: str

    @property
    def whole(self) -> str:
        """Its whole id."""
        return f"{self.product}:{self.name}"


def inside_of(text: str) -> Inside:
    """``acme:harvest:red``, or ``acme:harvest/red``, which is needed where the name itself holds a colon.

    Raises :class:`InputProblem` (``not_inside_a_product``) for anything else.
    """
    given = text.strip()
    product, _, name = given.partition("/") if "/" in given else given.rpartition(":")
    if not product or not name or "/" in name:
        raise InputProblem("not_inside_a_product", text=text)
    return Inside(product, name)
