"""Small pictures: of photos, made some time after they were registered (section 16), and of processed projects, which
are among their outputs (section 17.2)."""

from __future__ import annotations

from collections.abc import Mapping

from ...errors import Kind, PlatformError
from ...transfer import TransferEngine
from ...transfer.document import read_document
from ...work import Work
from ..client import Pix4dClient
from .storage import ProjectStorage

SIZES = ("small", "legacy_png_512")
"""Those that the documents show, the one that suits a list first."""
OF_PROJECT = ("project_thumb", "ortho_thumb", "dsm_thumb", "3d_mesh_thumb")
"""Outputs that picture a project, the best first: which of them there are depends on what was made (section 17)."""
MOST_BYTES = 4 << 20


def photo_picture(api: Pix4dClient, engine: TransferEngine, project_id: str, photo_id: str, work: Work) -> bytes:
    """The picture of a photo; empty where the platform has none yet."""
    asked = api.during(work)
    photo = asked.photos.get(project_id, photo_id)
    key = _key_of(photo.get("thumbs_s3_key"))
    if not key:
        return b""
    return _read(asked, engine, project_id, key, photo.get("s3_bucket") or "", work)


def project_picture(api: Pix4dClient, engine: TransferEngine, project_id: str, work: Work) -> bytes:
    """The picture of a processed project; empty where there is none."""
    asked = api.during(work)
    known = {one.get("output_type"): one for one in asked.outputs.list(project_id) if one.get("s3_key")}
    found = next((known[one] for one in OF_PROJECT if one in known), None)
    if found is None:
        return b""
    return _read(asked, engine, project_id, found["s3_key"], found.get("s3_bucket") or "", work)


def _read(api: Pix4dClient, engine: TransferEngine, project_id: str, key: str, bucket: str, work: Work) -> bytes:
    try:
        return read_document(ProjectStorage(api, project_id).address(key, bucket), work, engine, MOST_BYTES)
    except PlatformError as error:
        if error.kind is Kind.NOT_FOUND:  # links answer so until the picture is there (section 7.3)
            return b""
        raise


def _key_of(sizes: object) -> str:
    """The key of the picture that suits best; the reference types the member as text although it holds keys by size."""
    if not isinstance(sizes, Mapping):
        return ""
    known = [sizes.get(one) for one in SIZES] + list(sizes.values())
    return next((one for one in known if isinstance(one, str) and one), "")
