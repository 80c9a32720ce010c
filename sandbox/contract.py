"""The contract of a platform: its OpenAPI file, read, routed by, and held against every request and answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import yaml

from .errors import Refusal
from .schema import Schema, SchemaReader, validator

METHODS = ("get", "put", "post", "delete", "patch", "head")
FOLDER = Path(__file__).parent / "contract"


@dataclass
class ResponseRule:
    """What one status of an operation may carry; ``schema`` None means an empty body."""

    schema: Schema | None
    check: jsonschema.Draft202012Validator | None
    assumed_headers: tuple[str, ...] = ()


@dataclass
class Operation:
    """One operation of the contract."""

    id: str
    method: str
    template: str
    tags: tuple[str, ...]
    in_storage: bool
    path_rules: dict[str, jsonschema.Draft202012Validator]
    query_rules: dict[str, jsonschema.Draft202012Validator]
    body: jsonschema.Draft202012Validator | None
    body_required: bool
    responses: dict[int, ResponseRule]
    pattern: re.Pattern[str] = field(repr=False, default=re.compile(""))

    @property
    def order(self) -> tuple[bool, ...]:
        """Literal segments come before parameters."""
        return tuple("{" in part for part in self.template.split("/"))


class NoRoute(LookupError):
    """No operation has that path."""


class WrongMethod(LookupError):
    """The path exists, but not with that method."""


class Contract:
    """All operations of one OpenAPI file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
        self.reader = SchemaReader(self.document)
        self.operations: dict[str, Operation] = {one.id: one for one in self._read()}
        self._routed = sorted((one for one in self.operations.values() if not one.in_storage),
                              key=lambda one: one.order)

    def route(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation behind a path (below the platform's prefix) and its path parameters.

        Raises :class:`NoRoute` (also for a parameter outside its enumeration) and :class:`WrongMethod`.
        """
        found = False
        for one in self._routed:
            match = one.pattern.fullmatch(path)
            if match is None:
                continue
            values = {name: unquote(value) for name, value in match.groupdict().items()}
            if any(not one.path_rules[name].is_valid(value) for name, value in values.items()):
                continue
            if one.method == method:
                return one, values
            found = True
        raise WrongMethod(path) if found else NoRoute(path)

    def _read(self) -> Iterator[Operation]:
        for template, item in self.document["paths"].items():
            for method in METHODS:
                if method in item:
                    yield self._operation(template, method, item, item[method])

    def _operation(self, template: str, method: str, item: dict[str, Any], node: dict[str, Any]) -> Operation:
        parameters = [self.reader.resolve(one) for one in [*item.get("parameters", ()), *node.get("parameters", ())]]
        rules: dict[str, dict[str, jsonschema.Draft202012Validator]] = {"path": {}, "query": {}, "header": {}}
        for one in parameters:
            rules[one["in"]][one["name"]] = validator(self.reader.read(one["schema"]))
        body = self.reader.resolve(node.get("requestBody", {}))
        schema = body.get("content", {}).get("application/json", {}).get("schema")
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        return Operation(
            id=node["operationId"], method=method.upper(), template=template, tags=tuple(node.get("tags", ())),
            in_storage="servers" in item, path_rules=rules["path"], query_rules=rules["query"],
            body=validator(self.reader.read(schema)) if schema is not None else None,
            body_required=bool(body.get("required")),
            responses={int(status): self._response(one) for status, one in node["responses"].items()},
            pattern=re.compile(pattern))

    def _response(self, node: Any) -> ResponseRule:
        response = self.reader.resolve(node)
        content = response.get("content", {})
        media = content.get("application/json") or {}
        schema = self.reader.read(media["schema"], strict=True) if "schema" in media else None
        assumed = tuple(name for name, one in response.get("headers", {}).items()
                        if self.reader.resolve(one).get("x-assumed"))
        return ResponseRule(schema, validator(schema) if schema is not None else None, assumed)


@dataclass
class Operations:
    """The handlers of one platform, by operation id: ``@operation("runDetector")`` writes a handler into it."""

    handlers: dict[str, Callable[..., Any]] = field(default_factory=dict)

    def __call__(self, operation_id: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Decorator: this function answers that operation."""
        def register(handler: Callable[..., Any]) -> Callable[..., Any]:
            if operation_id in self.handlers:
                raise ValueError(f"{operation_id} has two handlers.")
            self.handlers[operation_id] = handler
            return handler
        return register


def broken_answer(operation: Operation, status: int, body: Any) -> str | None:
    """Why an answer breaks the contract, or None."""
    rule = operation.responses.get(status)
    if rule is None:
        return f"{operation.id} may not answer {status}."
    if rule.check is None:
        return None if body is None else f"{operation.id} answers {status} without a body."
    error = jsonschema.exceptions.best_match(rule.check.iter_errors(body))
    if error is None:
        return None
    return f"{operation.id} {status} at {error.json_path}: {error.message[:300]}"


def check_body(operation: Operation, body: Any) -> None:
    """Refuse a JSON body that breaks the contract with 400, or 500 where a null is known to make the server fail."""
    if operation.body is None:
        return
    problems: dict[str, list[str]] = {}
    for error in operation.body.iter_errors(body):
        if isinstance(error.schema, dict) and error.schema.get("x-null-fails") and error.instance is None:
            raise Refusal(500, {"detail": "Internal server error."})
        for name, words in _problem(error):
            problems.setdefault(name, []).append(words)
    if problems:
        raise Refusal(400, problems)


def check_query(operation: Operation, query: dict[str, str]) -> dict[str, Any]:
    """Query parameters of the contract, converted to their type; empty ones count as not given, others are ignored."""
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    for name, rule in operation.query_rules.items():
        text = query.get(name, "").strip()
        if not text:
            continue
        value = _converted(text, rule.schema.get("type"))
        if name != "page_number":
            for error in rule.iter_errors(value):
                problems.setdefault(name, []).append(_words(error))
        values[name] = value
    if problems:
        raise Refusal(400, problems)
    return values


def _converted(text: str, kind: object) -> Any:
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    return text


def _problem(error: jsonschema.ValidationError) -> Iterator[tuple[str, str]]:
    names = [part for part in error.absolute_path if isinstance(part, str)]
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield name, "This field is required."
        return
    yield (names[-1] if names else "non_field_errors"), _words(error)


def _words(error: jsonschema.ValidationError) -> str:
    rule = error.schema if isinstance(error.schema, dict) else {}
    if error.validator in ("minimum", "maximum") and "minimum" in rule and "maximum" in rule:
        return f"Must be between {rule['minimum']} and {rule['maximum']}."
    if error.validator == "enum":
        return "Must be one of: " + ", ".join(str(one) for one in rule["enum"]) + "."
    if error.validator == "type":
        return f"Must be of type {error.validator_value}."
    if error.validator == "format" and error.validator_value == "date-time":
        return "Must be a date and time such as 2024-06-02T09:41:00Z."
    return str(error.message)[:200]
