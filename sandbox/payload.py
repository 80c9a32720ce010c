"""JSON bodies: media type, syntax, presence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .contract import Operation
from .errors import detail


def read_json(operation: Operation, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object. Anything but JSON is refused with 415 (A44)."""
    if operation.body is None or not raw:
        return {}
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise detail(415, f"Unsupported media type {media_type}; send application/json.")
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise detail(400, f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise detail(400, "The body must be a JSON object.")
    return body
