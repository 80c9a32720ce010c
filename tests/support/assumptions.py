"""What of the platforms is only assumed, to check the marker ``needs_assumed`` against."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml
from sandbox_process import ROOT

ROW = re.compile(r"A([1-9]|[1-3][0-9]|4[0-6]|9b)")
"""A row of the table in section 17 of the Picterra notes."""
PIX4D = "pix4d "
"""Begins a fact of PIX4D cloud: ``pix4d A35``, ``pix4d Detail``."""
PIX4D_ROW = re.compile(r"A(0[1-9]|[1-6][0-9])")
"""A row of the table in section 27 of the PIX4D notes."""
PIXEL = "pixel "
"""Begins a fact of Geodata Pixel: ``pixel A7``, ``pixel Image.download_url``."""
PIXEL_ROW = re.compile(r"A([1-9]|1[0-9]|2[0-5])")
"""A row of the table in section 19 of the Pixel notes."""
DESCARTESLABS_ROW = re.compile(r"D(0[1-9]|[12][0-9]|30)")
"""A row of the table in section 18 of the Descartes Labs notes, written ``descarteslabs D11``."""
PIXXEL_ROW = re.compile(r"P(0[1-9]|[12][0-9]|30)")
"""A row of the table in section 22 of the Pixxel notes, written ``pixxel P07``."""
_ROWS = {"descarteslabs": DESCARTESLABS_ROW, "picterra": ROW, "pix4d": PIX4D_ROW, "pixel": PIXEL_ROW,
         "pixxel": PIXXEL_ROW}


def is_assumed(fact: str) -> bool:
    """Whether ``fact`` is a row of the notes, or a member (``Marker.text``) or schema marked ``x-assumed``."""
    first, _, rest = fact.partition(" ")
    platform, fact = (first, rest) if first in _ROWS else ("picterra", fact)
    if _ROWS[platform].fullmatch(fact):
        return True
    schema, _, member = fact.partition(".")
    node = _schemas(platform).get(schema, {})
    return bool(node.get("properties", {}).get(member, {}).get("x-assumed") if member else node.get("x-assumed"))


@lru_cache(maxsize=8)
def _schemas(platform: str) -> dict[str, Any]:
    document = yaml.safe_load((ROOT / f"sandbox/contract/{platform}.openapi.yaml").read_text("utf-8"))
    schemas: dict[str, Any] = document["components"]["schemas"]
    return schemas
