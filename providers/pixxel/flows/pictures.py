"""Quick looks: small pictures that STAC items point to, on hosts outside the API, where the key has no business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...errors import Cancelled, PlatformError
from ...transfer import TransferEngine
from ...transfer.document import read_document
from ...work import Work
from ..client import PixxelClient
from .imagery import quick_look

MOST_BYTES = 4 << 20
PICTURES = (b"\x89PNG", b"\xff\xd8\xff")
"""How PNG and JPEG begin."""


def fetch_picture(engine: TransferEngine, item: Mapping[str, Any], work: Work) -> bytes:
    """The quick look of an item; empty where there is none, or none that can be had: nothing depends on it."""
    return fetch_from(engine, quick_look(item), work)


def fetch_from(engine: TransferEngine, address: str, work: Work) -> bytes:
    """The same from its address."""
    if not address:
        return b""
    try:
        found = read_document(lambda: address, Work(cancelled=work.cancelled), engine, MOST_BYTES)
    except Cancelled:
        raise
    except PlatformError:
        return b""
    return found if found.startswith(PICTURES) else b""


def item_of(api: PixxelClient, kind: str, identity: str, work: Work) -> Mapping[str, Any]:
    """The STAC item of an entry of the catalog, or of a scene of the archive (``collection/item``)."""
    asked = api.during(work)
    if kind == "catalog":
        return asked.catalogs.get(identity).get("details") or {}
    collection, _, item = identity.partition("/")
    return asked.archives.item(collection, item) if collection and item else {}
