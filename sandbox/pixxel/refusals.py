"""Errors as Pixxel sends them (section 4 of its notes; the codes are ASSUMED, P05)."""

from __future__ import annotations

from typing import Any

from ..errors import Refusal

CODES = {400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "bad_request",
         409: "conflict", 415: "bad_request", 429: "rate_limited", 500: "internal_error", 501: "internal_error"}


def refusal(status: int, message: str, details: Any = None, code: str | None = None) -> Refusal:
    """A refusal in the envelope."""
    return Refusal(status, envelope(status, message, details, code))


def bad(field: str, issue: str) -> Refusal:
    """A 400 that names the field which is wrong (P13)."""
    return refusal(400, f"{field}: {issue}", [{"field": field, "issue": issue}])


def missing(kind: str) -> Refusal:
    """A 404."""
    return refusal(404, f"{kind} does not exist")


def taken(kind: str, name: str) -> Refusal:
    """A 409 for a name that is taken."""
    return refusal(409, f"{kind} with the name {name} exists already", None, "already_exists")


def envelope(status: int, message: str, details: Any = None, code: str | None = None) -> dict[str, Any]:
    """The body of every error."""
    return {"error": {"code": code or CODES.get(status, "internal_error"), "message": message, "details": details}}


def enveloped(error: Refusal) -> dict[str, Any]:
    """The body of a refusal that the sandbox's shared parts raised: one sentence, or words by field."""
    body = error.body or {}
    if "error" in body:
        return body
    if "detail" in body:
        return envelope(error.status, str(body["detail"]))
    found = [{"field": name, "issue": str(words[0] if isinstance(words, list) and words else words)}
             for name, words in body.items()]
    message = "; ".join(f"{one['field']}: {one['issue']}" for one in found) or "The request was refused."
    return envelope(error.status, message, found)
