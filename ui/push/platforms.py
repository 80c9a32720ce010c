"""Which platforms take rasters, and where each says how."""

from __future__ import annotations

from collections.abc import Mapping

#: ``module:NAME`` below ``ui``, by platform.
HOMES: Mapping[str, str] = {"picterra": "picterra.push:PLAN"}
