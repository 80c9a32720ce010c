"""Every path of the platform, by the operation id of the contract (``descarteslabs.openapi.yaml``).

Paths are relative to the root of their service (notes, section 1): ``CATALOG``, ``METADATA``, ``STORAGE``, ``RASTER``
and ``IDENTITY``. Ids stand in them with their colons, keys of stored objects with their slashes (section 3).
"""

from __future__ import annotations

from dataclasses import replace

from ..http.operation import Operation, Repeat, delete, get, patch, post, put

_PRODUCT = "products/{product_id}"
_BAND = _PRODUCT + "/bands/{name}"
_IMAGE = _PRODUCT + "/images/{image_id}"

_READ = Repeat.SAFE
"""A POST that only asks."""


def _with(literal: str, table: dict[str, Operation]) -> dict[str, Operation]:
    return {name: replace(operation, literal=literal) for name, operation in table.items()}


CATALOG: dict[str, Operation] = _with(":", {
    # products (section 5)
    "addProduct": post("products"),
    "getProduct": get(_PRODUCT),
    "replaceProduct": put(_PRODUCT),
    "changeProduct": patch(_PRODUCT),
    "removeProduct": delete(_PRODUCT),
    "productDeletionStatus": get("products/deletion_tasks/{task}"),
    # bands (6)
    "addBand": post(_PRODUCT + "/bands"),
    "getBand": get(_BAND),
    "replaceBand": put(_BAND),
    "changeBand": patch(_BAND),
    "removeBand": delete(_BAND),
    # images (7)
    "addImage": post(_PRODUCT + "/images"),
    "getImage": get(_IMAGE),
    "replaceImage": put(_IMAGE),
    "changeImage": patch(_IMAGE),
    "removeImage": delete(_IMAGE),
    # uploads (8); asking for an address a second time gives a new one and changes nothing else
    "createUpload": post(_PRODUCT + "/images/upload/{upload_id}", _READ),
    "listUploads": post(_PRODUCT + "/uploads", _READ),
    "getUpload": get(_PRODUCT + "/uploads/{upload_id}"),
    # the vendor's own catalog (17)
    "addCoreProduct": post("core/products"),
    "addCoreBand": post("core/products/{product_id}/bands"),
    "addCoreImage": post("core/products/{product_id}/images"),
})

METADATA: dict[str, Operation] = _with(":", {
    # section 11
    "searchProducts": post("products/search", _READ),
    "listProductIds": get("products"),
    "getFlatProduct": get(_PRODUCT),
    "searchBands": post("bands/search", _READ),
    "getFlatBand": get("bands/{band_id}"),
    "bandsOfProduct": get("bands/all/{product_id}"),
    "bandsOfImage": get("bands/id/{image_id}"),
    "searchDerivedBands": post("bands/derived/search", _READ),
    "getDerivedBand": get("bands/derived/{band_id}"),
    "getFlatImage": get("get/{image_id}"),
    "batchImages": post("batch/images", _READ),
    "searchImages": post("search", _READ),
    "summarizeImages": post("summary", _READ),
})

STORAGE: dict[str, Operation] = _with(":/", {
    # section 13; the types have no slash in them
    "signedDownloadUrl": get("{storage_type}/get_signed_url/{key}"),
    "signedUploadUrl": get("{storage_type}/new_resumable_url/{key}"),
    "getObject": get("{storage_type}/get/{key}"),
    "headObject": Operation("HEAD", "{storage_type}/get/{key}", Repeat.SAFE),
    "deleteObject": delete("{storage_type}/{key}"),
    "listObjects": get("{storage_type}/list"),
})

RASTER: dict[str, Operation] = {
    # section 12
    "rasterFile": post("v1/raster", _READ),
    "rasterArrayV1": post("v1/npz", _READ),
    "rasterArray": post("v2/npz", _READ),
}

IDENTITY: dict[str, Operation] = {
    # section 2.3; sent by providers/http/grants.py with the secret in its body
    "refreshToken": post("token", _READ),
}
