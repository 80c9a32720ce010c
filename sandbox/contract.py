"""The contract of a platform: its OpenAPI file, read, routed by, and held against every request and answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import yaml

from . import located
from .errors import Refusal
from .schema import Schema, SchemaReader, validator

PAGE_NUMBERS = ("page_number", "page")
METHODS = ("get", "put", "post", "delete", "patch", "head")
FOLDER = Path(__file__).parent / "contract"


@dataclass
class ResponseRule:
    """What one status of an operation may carry; ``schema`` None means an empty body, or one that is no JSON."""

    schema: Schema | None
    check: jsonschema.Draft202012Validator | None
    assumed_headers: tuple[str, ...] = ()
    media_type: str = "application/json"


@dataclass
class Operation:
    """One operation of the contract. ``keys`` names the security schemes of which one must be met, none when anybody
    may ask; ``forms`` tells that the body is a form, ``forms_too`` that it may be one; ``aliases`` are other
    spellings of the path; ``by_row``: what is wrong with the objects of a list is told in the order of the list (A10 of
    the PIX4D notes); ``located``: what does not fit is answered with 422 and the place of each mistake (A4 of the Pixel
    notes); ``keys_begin``: of an operation in storage, how the keys begin that are its own."""

    id: str
    method: str
    template: str
    tags: tuple[str, ...]
    in_storage: bool
    path_rules: dict[str, jsonschema.Draft202012Validator]
    query_rules: dict[str, jsonschema.Draft202012Validator]
    query_needed: frozenset[str]
    body: jsonschema.Draft202012Validator | None
    body_required: bool
    responses: dict[int, ResponseRule]
    pattern: re.Pattern[str] = field(repr=False, default=re.compile(""))
    keys: tuple[str, ...] = ()
    forms: bool = False
    forms_too: bool = False
    aliases: tuple[re.Pattern[str], ...] = field(repr=False, default=())
    by_row: bool = False
    located: bool = False
    keys_begin: str = ""

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
        self._common = {int(status): self._response(one)
                        for status, one in self.document.get("x-common-responses", {}).items()}
        self.operations: dict[str, Operation] = {one.id: one for one in self._read()}
        self._routed = sorted((one for one in self.operations.values() if not one.in_storage),
                              key=lambda one: one.order)

    def route(self, method: str, path: str, hidden: Collection[str] = ()) -> tuple[Operation, dict[str, str]]:
        """The operation behind a path (below the platform's prefix) and its path parameters. Of operations in
        ``hidden`` only the aliases are there.

        Raises :class:`NoRoute` (also for a parameter that breaks its schema) and :class:`WrongMethod`.
        """
        found = False
        for one in self._routed:
            patterns = one.aliases if one.id in hidden else (one.pattern, *one.aliases)
            match = next((match for match in (each.fullmatch(path) for each in patterns) if match is not None), None)
            if match is None:
                continue
            values = {name: unquote(value) for name, value in match.groupdict().items()}
            if any(not one.path_rules[name].is_valid(converted(value, one.path_rules[name].schema))
                   for name, value in values.items()):
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
        demanded = node.get("security", self.document.get("security", ()))
        return Operation(
            id=node["operationId"], method=method.upper(), template=template, tags=tuple(node.get("tags", ())),
            in_storage="storage" in node.get("tags", ()), path_rules=rules["path"], query_rules=rules["query"],
            query_needed=frozenset(one["name"] for one in parameters if one["in"] == "query" and one.get("required")),
            body=validator(self.reader.read(schema)) if schema is not None else None,
            body_required=bool(body.get("required")),
            responses={**self._common,
                       **{int(status): self._response(one) for status, one in node["responses"].items()}},
            pattern=_pattern(template, [one["name"] for one in parameters if one["schema"].get("x-slashes")]),
            keys=tuple(name for one in demanded for name in one), keys_begin=node.get("x-sandbox-keys", ""),
            forms_too=bool(self.document.get("x-forms-too")),
            forms="application/x-www-form-urlencoded" in body.get("content", {}),
            aliases=tuple(_pattern(one) for one in node.get("x-sandbox-aliases", ()) if one.startswith("/")),
            by_row=bool(node.get("x-errors-by-row")), located=bool(self.document.get("x-errors-located")))

    def _response(self, node: Any) -> ResponseRule:
        response = self.reader.resolve(node)
        content = response.get("content", {})
        media = content.get("application/json") or {}
        schema = self.reader.read(media["schema"], strict=True) if "schema" in media else None
        assumed = tuple(name for name, one in response.get("headers", {}).items()
                        if self.reader.resolve(one).get("x-assumed"))
        return ResponseRule(schema, validator(schema) if schema is not None else None, assumed,
                            next(iter(content), "application/json"))


def _pattern(template: str, with_slashes: Collection[str] = ()) -> re.Pattern[str]:
    def member(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'.+' if match[1] in with_slashes else '[^/]+'})"

    return re.compile(re.sub(r"\\\{(\w+)\\\}", member, re.escape(template)))


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


def broken_answer(operation: Operation, status: int, body: Any, media_type: str = "application/json") -> str | None:
    """Why an answer breaks the contract, or None."""
    rule = operation.responses.get(status)
    if rule is None:
        return f"{operation.id} may not answer {status}."
    if media_type != rule.media_type and body is not None:
        return f"{operation.id} answers {status} as {rule.media_type}."
    if rule.check is None:
        fine = body is None or media_type != "application/json"
        return None if fine else f"{operation.id} answers {status} without a body."
    error = jsonschema.exceptions.best_match(rule.check.iter_errors(body))
    if error is None:
        return None
    return f"{operation.id} {status} at {error.json_path}: {error.message[:300]}"


def check_body(operation: Operation, body: Any) -> None:
    """Refuse a JSON body that breaks the contract with 400, or 500 where a null is known to make the server fail."""
    if operation.body is None:
        return
    if operation.located:
        located.refuse(operation.body.iter_errors(body), "body")
        return
    problems: dict[str, Any] = {}
    for error in operation.body.iter_errors(body):
        if isinstance(error.schema, dict) and error.schema.get("x-null-fails") and error.instance is None:
            raise Refusal(500, {"detail": "Internal server error."})
        path = list(error.absolute_path)
        place = problems
        if operation.by_row and len(path) > 1 and isinstance(path[1], int) and isinstance(body[path[0]][path[1]], dict):
            place = problems.setdefault(path[0], [{} for _ in body[path[0]]])[path[1]]
        for name, words in _problem(error):
            place.setdefault(name, []).append(words)
    if problems:
        raise Refusal(400, problems)


def check_query(operation: Operation, query: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Query parameters of the contract, converted to their type; empty ones count as not given, others are ignored.

    ``query`` holds all values of each. Of one that is no list the last counts.
    """
    values: dict[str, Any] = {}
    problems: dict[str, list[str]] = {}
    found: list[dict[str, Any]] = []
    for name, rule in operation.query_rules.items():
        texts = [text.strip() for text in query.get(name, ()) if text.strip()]
        if not texts:
            if name in operation.query_needed:
                problems[name] = ["This field is required."]
                found.append(located.missing(("query", name), None))
            continue
        value = ([converted(text, rule.schema["items"]) for text in texts] if rule.schema.get("type") == "array"
                 else converted(texts[-1], rule.schema))
        if name not in PAGE_NUMBERS:
            for error in rule.iter_errors(value):
                problems.setdefault(name, []).append(_words(error))
                found.extend(located.mistakes(error, ("query", name)))
        values[name] = value
    if problems:
        raise Refusal(422, {"detail": found}) if operation.located else Refusal(400, problems)
    return values


def converted(text: str, rule: Schema) -> Any:
    """A text of a path, a query or a form in the type that its schema asks for; as it is where that cannot be."""
    kind = rule.get("type")
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "false": False, "1": True, "0": False}.get(text.lower(), text)
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
