"""Where the parts of Geodata Pixel are registered: operations, other addresses, control calls.

``@operation("listProjects")``: a handler of the contract, ``handler(world, call) -> Answer``.
``@address("/arcgis/rest/")``: whatever begins so and is no operation, ``async handler(world, exchange) -> None``; it
sends the answer itself, and may name ``exchange.entry.operation``.
``@control("POST images")``: a call below ``/_sandbox/pixel/``, ``handler(world, query, body) -> JSON``.
All modules of :mod:`.handlers` are imported at the start, so a decorator in any of them is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..contract import Operations

operation = Operations()
"""Handlers by operation id."""
addresses: dict[str, Callable[..., Any]] = {}
"""Handlers by the beginning of a path."""
controls: dict[str, Callable[..., Any]] = {}
"""Control calls by ``"METHOD path"``; ``{name}`` takes one segment, given like a query value."""


def address(beginning: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: this coroutine answers all addresses that begin so."""
    return _into(addresses, beginning)


def control(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: this function answers that control call."""
    return _into(controls, name)


def _into(table: dict[str, Callable[..., Any]], name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        if name in table:
            raise ValueError(f"{name} has two handlers.")
        table[name] = handler
        return handler
    return register
