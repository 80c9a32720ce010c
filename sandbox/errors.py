"""Refusals of the sandbox: an HTTP status and a body in the shape that the platform would use."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):
    """A request that is answered with an error.

    ``body`` is sent as JSON, None as an empty body. Picterra's shapes are ASSUMED (A1): ``{"detail": ...}`` for
    everything but 400, which names the fields: ``{"<field>": ["..."]}``.
    """

    def __init__(self, status: int, body: Mapping[str, object] | None,
                 headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = dict(body) if body is not None else None
        self.headers = dict(headers or {})


def detail(status: int, words: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """A refusal with one sentence."""
    return Refusal(status, {"detail": words}, headers)


def invalid(field: str, words: str) -> Refusal:
    """A 400 that names the field which is wrong."""
    return Refusal(400, {field: [words]})


def not_found(words: str = "Nothing here under that id.") -> Refusal:
    """A 404, also given for what belongs to another account (A2)."""
    return detail(404, words)
