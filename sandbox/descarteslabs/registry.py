"""Where the parts of the Descartes Labs catalog are registered: operations and control calls.

``@operation("addProduct")``: a handler of the contract, ``handler(world, call) -> Answer``.
``@control("POST products")``: a call below ``/_sandbox/descarteslabs/``, ``handler(world, query, body) -> JSON``.
All modules of :mod:`.handlers` are imported at the start, so a decorator in any of them is enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..contract import Operations

operation = Operations()
"""Handlers by operation id."""
controls: dict[str, Callable[..., Any]] = {}
"""Control calls by ``"METHOD path"``."""


def control(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: this function answers that control call."""
    def register(handler: Callable[..., Any]) -> Callable[..., Any]:
        if name in controls:
            raise ValueError(f"{name} has two handlers.")
        controls[name] = handler
        return handler
    return register
