"""The storage service (section 13). Files of products are read by those who may read the product."""

from __future__ import annotations

from urllib.parse import quote, unquote

from ...errors import detail, invalid, not_found
from ...platform import Answer, Call
from ...segments import Content
from ..records import Stored
from ..registry import operation
from ..world import KEYS, World, visible
from .products import gone

TYPES = ("data", "tmp", "result", "logs", "products")
OWN = ("data", "tmp", "result")
"""Types that users write."""
PAGE = 1000


@operation("signedDownloadUrl")
def signed_download_url(world: World, call: Call) -> Answer:
    """A signed address for a GET."""
    return Answer(200, world.address(_stored(world, call).path, call.host), media_type="text/plain")


@operation("signedUploadUrl")
def signed_upload_url(world: World, call: Call) -> Answer:
    """A signed address for a PUT."""
    _require_own(_kind(call))
    slot = world.services.blobs.open_slot(KEYS.rstrip("/"))
    world.state.incoming.append((slot, _kind(call), call.account.user, call.path["key"]))
    address = world.services.blobs.address("PUT", slot.key, call.host, world.settings.descarteslabs_signed_seconds)
    return Answer(200, address, media_type="text/plain")


@operation("getObject")
def get_object(world: World, call: Call) -> Answer:
    """The bytes."""
    media_type = "application/octet-stream"
    return Answer(200, Content.of_file(_stored(world, call).path, media_type), media_type=media_type)


@operation("headObject")
def head_object(world: World, call: Call) -> Answer:
    """Whether it is there, and its length."""
    return get_object(world, call)


@operation("deleteObject")
def delete_object(world: World, call: Call) -> Answer:
    """Gone. Files of products go with their image."""
    _require_own(_kind(call))
    found = _stored(world, call)
    del world.state.objects[_kind(call), call.account.user, call.path["key"]]
    world.remove_file(found.path)
    return gone()


@operation("listObjects")
def list_objects(world: World, call: Call) -> Answer:
    """A page of keys; ``X-NEXT`` tells where the next one begins, and is sent back as a header."""
    kind, prefix, after = _kind(call), call.query.get("prefix", ""), unquote(call.headers.get("x-next", ""))
    owner = _owner(call, kind)
    keys = sorted(key for (of, owned, key), stored in world.state.objects.items()
                  if of == kind and owned == owner and key.startswith(prefix) and key > after
                  and _readable(world, call, stored))
    headers = {"X-NEXT": quote(keys[PAGE - 1])} if len(keys) > PAGE else {}
    return Answer(200, keys[:PAGE], headers)


def _kind(call: Call) -> str:
    kind = call.path["storage_type"]
    if kind not in TYPES:
        raise invalid("storage_type", f"Must be one of: {', '.join(TYPES)}.") if call.operation.id == "listObjects" \
            else not_found(f"There is no storage of type {kind}.")
    return kind


def _require_own(kind: str) -> None:
    if kind not in OWN:
        raise detail(403, f"The storage of type {kind} cannot be written to.")


def _owner(call: Call, kind: str) -> str:
    return "" if kind == "products" else str(call.account.user)


def _stored(world: World, call: Call) -> Stored:
    kind, key = _kind(call), call.path["key"]
    found = world.state.objects.get((kind, _owner(call, kind), key))
    if found is None or not _readable(world, call, found):
        raise not_found(f"{key} was not found.")
    return found


def _readable(world: World, call: Call, stored: Stored) -> bool:
    if stored.product is None:
        return True
    product = world.state.products.get(stored.product)
    return product is not None and visible(product, call.account)
