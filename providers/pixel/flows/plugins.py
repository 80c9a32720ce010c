"""What the platform's administrators have switched on for the tenant (notes, section 13)."""

from __future__ import annotations

from ...errors import InputProblem
from ..client import PixelClient

OPTIMIZED_RASTER, IMAGE_SERVICE = "optimized_raster", "image_service"


def require_plugin(api: PixelClient, name: str) -> None:
    """Raise :class:`InputProblem` (``pixel_no_plugin``) where the tenant does not have it. One that is listed without
    saying whether it is on counts as on (ASSUMED A20)."""
    listed = {str(one.get("name") or ""): one.get("enabled") is not False for one in api.plugins.list()}
    if not listed.get(name, False):
        raise InputProblem("pixel_no_plugin", plugin=name)
