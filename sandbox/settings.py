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
