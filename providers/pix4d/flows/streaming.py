"""Rasters that are read from where they are, by the project's own credentials (notes, sections 6 and 17.5)."""

from __future__ import annotations

from ...capabilities import Bucket
from ...errors import InputProblem
from ..client import Pix4dClient
from ..output_types import STREAMED_TWINS
from .outputs import Result, named, parts_of, results
from .storage import access_of

WHAT, FORM = "output", "s3"


def offered(api: Pix4dClient, identity: str) -> Bucket:
    """Where a raster can be read from now. ``identity``: project and output id or type, as :func:`.outputs.identity`
    makes it. :class:`InputProblem` (``not_streamed``) for what is no raster or is not ready, and for a raster whose
    cloud-optimised twin is still to come."""
    project_id, wanted = parts_of(identity)
    return bucket_of(api, streamed(results(api, project_id), wanted))


def streamed(found: list[Result], wanted: str) -> Result:
    """The output to read for the one that is wanted: its cloud-optimised twin where it has one."""
    one = named(found, wanted)
    if one is None:
        raise InputProblem("no_output", output=wanted)
    twin = STREAMED_TWINS.get(one.type.name)
    chosen = named(found, twin) if twin else one
    if not one.type.is_raster or chosen is None or not chosen.ready:
        raise InputProblem("not_streamed", output=one.type.name)
    return chosen


def bucket_of(api: Pix4dClient, result: Result) -> Bucket:
    """An output with fresh credentials. They may read all of the project, so they are used for this object only."""
    access = access_of(api, result.project_id)
    return Bucket(
        result.bucket or access.bucket, result.key, access.secrets(), access.expires, access.gdal_options()
    )
