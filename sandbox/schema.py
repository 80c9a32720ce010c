"""OpenAPI schemas made into JSON Schema, and answers relieved of what is only assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jsonschema

Schema = dict[str, Any]

FORMATS = jsonschema.FormatChecker(formats=())
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?")


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    """``YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]`` (section 3 of the Picterra notes)."""
    if not isinstance(value, str):
        return True
    if not _MOMENT.fullmatch(value):
        return False
    datetime.fromisoformat(value)
    return True


@FORMATS.checks("uri", raises=ValueError)
def is_absolute_address(value: object) -> bool:
    """An address with scheme and host."""
    if not isinstance(value, str):
        return True
    parts = urlsplit(value)
    return bool(parts.scheme and parts.netloc)


class SchemaReader:
    """Turns the schemas of one OpenAPI 3.0 document into plain JSON Schema: references resolved, ``allOf`` merged,
    ``nullable`` spelled out.

    With ``strict``, objects that list their properties allow no others: an answer may hold nothing that the contract
    does not know.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    def resolve(self, node: Any) -> Any:
        """The node itself, or what its ``$ref`` points to."""
        while isinstance(node, dict) and "$ref" in node:
            target: Any = self._document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part.replace("~1", "/").replace("~0", "~")]
            node = target
        return node

    def read(self, node: Any, strict: bool = False) -> Schema:
        """JSON Schema of one OpenAPI schema."""
        return self._read(node, strict, ())

    def _read(self, node: Any, strict: bool, within: tuple[int, ...]) -> Schema:
        schema = self.resolve(node)
        if id(schema) in within:
            return {}
        within = (*within, id(schema))
        merged = self._merge(schema, within)
        result: Schema = {name: value for name, value in merged.items()
                          if name in ("enum", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength",
                                      "pattern", "format", "required", "type", "default", "x-assumed", "x-null-fails",
                                      "uniqueItems", "multipleOf", "minProperties", "maxProperties")}
        for name in ("oneOf", "anyOf"):
            if name in merged:
                result[name] = [self._read(one, strict, within) for one in merged[name]]
        if "items" in merged:
            result["items"] = self._read(merged["items"], strict, within)
        if "properties" in merged:
            result["properties"] = {name: self._read(one, strict, within) for name, one in merged["properties"].items()}
            if strict:
                result["additionalProperties"] = False
        if "additionalProperties" in merged:
            extra = merged["additionalProperties"]
            result["additionalProperties"] = extra if isinstance(extra, bool) else self._read(extra, strict, within)
        if merged.get("nullable"):
            if "enum" in result:
                result["enum"] = [*result["enum"], None]
            if "type" in result:
                result["type"] = [result["type"], "null"]
        return result

    def _merge(self, schema: Schema, within: tuple[int, ...]) -> Schema:
        """The schema with its ``allOf`` parts laid into it; later parts win, properties and requirements add up."""
        merged: Schema = {}
        for part in [*schema.get("allOf", ()), {name: value for name, value in schema.items() if name != "allOf"}]:
            part = self.resolve(part)
            if "allOf" in part:
                part = self._merge(part, within)
            for name, value in part.items():
                if name == "properties":
                    merged[name] = {**merged.get(name, {}), **value}
                elif name == "required":
                    merged[name] = [*merged.get(name, []), *value]
                else:
                    merged[name] = value
        return merged


def validator(schema: Schema) -> jsonschema.Draft202012Validator:
    """A validator that also checks formats."""
    return jsonschema.Draft202012Validator(schema, format_checker=FORMATS)


def without_assumed(value: Any, schema: Schema) -> Any:
    """A copy of an answer without every member that the contract marks ``x-assumed``."""
    for name in ("anyOf", "oneOf"):
        if name in schema:
            schema = next((one for one in schema[name] if validator(one).is_valid(value)), {})
    if isinstance(value, dict):
        if schema.get("x-assumed"):
            return {}
        properties = schema.get("properties", {})
        return {name: without_assumed(member, properties.get(name, {})) for name, member in value.items()
                if not properties.get(name, {}).get("x-assumed")}
    if isinstance(value, list):
        items = schema.get("items", {})
        return [without_assumed(member, items) for member in value]
    return value
