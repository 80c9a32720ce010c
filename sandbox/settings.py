"""What can be set on the command line and changed while the sandbox runs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any


@dataclass
class Settings:
    """ASSUMED numbers are those of section 17 of the Picterra notes."""

    page_size: int = 20
    """Elements per page (A4)."""
    poll_interval: float = 1.0
    """Seconds, told to clients that follow a job (A13)."""
    job_seconds: float = 0.0
    """Least duration of a job on the sandbox's clock; a job ends when its work is done and this has passed."""
    address_seconds: float = 3600.0
    """Life of a signed address (A33)."""
    throttle_requests: int = 0
    """Requests per key and ``throttle_seconds``; 0 switches throttling off (A3: 30 in 60 s)."""
    throttle_seconds: float = 60.0
    bad_key_status: int = 401
    """401 or 403 (A2)."""
    drop_assumed: bool = False
    """Leave every member marked ``x-assumed`` out of answers."""
    check_answers: bool = True
    """Hold every answer against the contract. It takes 12 ms for a page of 20 rasters: benchmarks switch it off."""
    features_per_part: int = 1000
    """Features in one part of a vector layer (A27)."""
    ranges: bool = True
    """Whether storage answers Range requests with 206."""
    tile_addresses: str = "tms"
    """Form of a raster's ``tms_url``: ``tms``/{z}/{x}/{y}, ``plain`` {z}/{x}/{y}, or ``none`` (section 9.13)."""
    result_style: str = "both"
    """Members of a detection result per class: ``both``, ``url`` (seed generation) or ``vector_layer_id`` (current)."""

    pix4d_token_seconds: float = 172800.0
    """Life of a token of PIX4D cloud (section 2 of its notes); the rest are rows of section 27 there."""
    pix4d_credential_seconds: float = 43200.0
    """Life of storage credentials (A13)."""
    pix4d_endpoint_override: bool = False
    """Whether storage credentials tell ``endpoint_override`` and ``is_bucket_accelerated`` (A16)."""
    pix4d_integer_expiration: bool = False
    """Whether credentials of a site tell their end as seconds from now (A14)."""
    pix4d_lists: str = "named"
    """Envelope of extras and depth data (A05): ``named``, ``results``, ``bare``, or ``single`` for one element."""
    pix4d_annotation_next: str = "key"
    """What ``next`` of a page of annotations is (A08): ``key``, or ``address`` with the key in it."""
    pix4d_annotation_degrees: bool = False
    """Whether annotations are in longitude and latitude (A58)."""
    pix4d_annotation_batch: int = 0
    """Most annotations in a call (A59); 0 for any number."""
    pix4d_partial_status: int = 201
    """Answer to annotations of which some were refused (A56)."""
    pix4d_fewest_photos: int = 6
    pix4d_most_photos: int = 4000
    """Numbers of photos that can be processed (A27)."""
    pix4d_archive_seconds: float = 0.0
    """Time until an archive that was asked for is ready; 0 answers the first call with 202 and the second with 200."""
    pix4d_largest_archive: int = 0
    """Most bytes of outputs in an archive; 0 for any number."""
    pix4d_cog_seconds: float = 0.0
    """Time until a surface model that was registered has its cloud-optimised form (section 15)."""
    pix4d_most_corners: int = 2000
    """Corners of an outline from which on measuring takes longer than the gateway's 29 seconds (section 15)."""
    pix4d_hidden: str = ""
    """Operations, with spaces between, that are at their aliases only (A61, A64, A66, A67, A68): 404 otherwise."""

    pixel_token_seconds: float = 300.0
    """Life of an access token of Geodata Pixel (section 2 of its notes); the rest are rows of section 19 there."""
    pixel_refresh_seconds: float = 1800.0
    """Life of a refresh token."""
    pixel_largest_page: int = 1000
    """Largest limit of a list (A2); 0 for any."""
    pixel_presigned_seconds: float = 3600.0
    """Life of presigned targets (A11)."""
    pixel_download_seconds: float = 900.0
    """Life of a download address (A10)."""
    pixel_area_within: bool = False
    """Whether footprints must lie inside the area of interest; otherwise they must touch it (A14)."""
    pixel_read_all: bool = True
    """Whether validation decodes every pixel and point. Benchmarks of uploads switch it off."""
    pixel_smallest_part: int = 5 * 1024 * 1024
    """Least bytes of a part that is not the last (section 9.2)."""

    pixxel_key_form: str = "both"
    """Spelling of the key that Pixxel takes (P02 of its notes): ``both``, ``bare`` or ``bearer``."""
    pixxel_aoi_seconds: float = 0.0
    """Least time of bringing scenes into an AOI, and of a visualization (section 20, P22: 3 s)."""
    pixxel_bundle_seconds: float = 0.0
    """Least time of a bundle (2 s)."""
    pixxel_order_seconds: float = 0.0
    """Least time until an archive order is fulfilled (3 s)."""
    pixxel_delivery_seconds: float = 0.0
    """Least time of a delivery to a store (2 s)."""
    pixxel_run_seconds: float = 0.0
    """Least time of an insight, and of each task of a workflow job (3 s)."""
    pixxel_address_seconds: float = 3600.0
    """Life of a signed address of a bundle (P17)."""
    pixxel_success_word: str = "SUCCESS"
    """How a catalog entry tells that its automatic delivery is done; samples print SUCCESSFUL (section 13.1)."""
    pixxel_most_pixels: int = 65536
    """Most pixels of a band of imagery that is made; its pixels grow until it fits."""

    descarteslabs_token_seconds: float = 3600.0
    """Life of a web token of Descartes Labs (D21 of section 18 of its notes)."""
    descarteslabs_signed_seconds: float = 900.0
    """Life of a signed address (D16)."""
    descarteslabs_upload_seconds: float = 0.0
    """Least time that an upload is processed (D11: 2 s)."""
    descarteslabs_cascade_seconds: float = 1.0
    """Time until the bands and images of a product that was removed with all are gone (D13)."""

    def changed(self, values: dict[str, Any]) -> Settings:
        """A copy with some values changed; raises ``ValueError`` for an unknown name or a wrong type."""
        known = {one.name: type(getattr(self, one.name)) for one in fields(self)}
        checked: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}. Settings: {', '.join(sorted(known))}.")
            kind = known[name]
            if kind is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                raise ValueError(f"{name} must be of type {kind.__name__}.")
            checked[name] = value
        return replace(self, **checked)

    def as_dict(self) -> dict[str, Any]:
        """All values."""
        return asdict(self)
