"""Bodies of requests: media type, syntax, presence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from .contract import Operation, converted
from .errors import Refusal, detail


def read_body(operation: Operation, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    """The JSON object of a request, or the members of its form where the operation takes one."""
    if operation.forms:
        return read_form(headers, raw)
    if operation.forms_too and operation.body is not None and "form" in headers.get("content-type", "").lower():
        return _typed(operation.body.schema.get("properties", {}), read_form(headers, raw))
    return read_json(operation, headers, raw)


def _typed(properties: Mapping[str, Any], form: Mapping[str, Any]) -> dict[str, Any]:
    """The texts of a form in the types of the body; objects and lists are JSON in it."""
    values: dict[str, Any] = {}
    for name, text in form.items():
        rule = properties.get(name, {})
        kinds = rule.get("type") if isinstance(rule.get("type"), list) else [rule.get("type")]
        if {"array", "object"} & set(kinds):
            try:
                values[name] = json.loads(text)
                continue
            except json.JSONDecodeError as error:
                raise Refusal(400, {name: [f"The value is not JSON: {error}."]}) from error
        values[name] = converted(text, {"type": kinds[0]})
    return values


def read_form(headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    """The members of a form, sent in either way that browsers have; an empty body is an empty form."""
    media_type = headers.get("content-type", "")
    if not raw:
        return {}
    if media_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded":
        return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))
    if media_type.lower().startswith("multipart/form-data"):
        message = message_from_bytes(b"Content-Type: " + media_type.encode("latin-1") + b"\r\n\r\n" + raw)
        parts = message.get_payload() if message.is_multipart() else []
        named = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) or b""
                 for part in parts}
        return {str(name): content.decode("utf-8", "replace") for name, content in named.items() if name}
    raise detail(415, f"Unsupported media type {media_type}; send a form.")


def read_json(operation: Operation, headers: Mapping[str, str], raw: bytes) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object. Anything but JSON is refused with 415 (A44)."""
    if operation.body is None or not raw:
        return {}
    media_type = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise detail(415, f"Unsupported media type {media_type}; send application/json.")
    try:
        body = json.loads(raw)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise detail(400, f"The body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise detail(400, "The body must be a JSON object.")
    return body
