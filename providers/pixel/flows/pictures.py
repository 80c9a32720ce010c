"""Pictures of images in the Hub: the stored file itself, as the platform tells of no smaller one."""

from __future__ import annotations

from ...transfer import TransferEngine
from ...transfer.document import read_document
from ...work import Work
from ..client import PixelClient
from ..places import Place

MOST_BYTES = 12 << 20


def image_picture(api: PixelClient, engine: TransferEngine, place: Place, image_id: str, work: Work) -> bytes:
    """The file of an image; empty where the platform gives no address (ASSUMED A10) or it is too large for a look."""
    asked = api.during(work)
    found = asked.images.get(place, image_id)
    size = found.get("file_size")
    if not found.get("download_url") or (isinstance(size, int) and size > MOST_BYTES):
        return b""
    first = [str(found["download_url"])]

    def address() -> str:
        return first.pop() if first else str(asked.images.get(place, image_id).get("download_url") or "")

    return read_document(address, work, engine, MOST_BYTES)
