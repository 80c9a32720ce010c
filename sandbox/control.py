"""The control interface under ``/_sandbox/``: what tests use to look behind the platforms and to make trouble."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from .errors import Refusal, detail
from .exchange import Exchange
from .platform import Platform, Services

Handler = Callable[[dict[str, str], dict[str, Any]], Any]


class Control:
    """Calls by method and path. Every handler takes the query and the JSON body and returns JSON."""

    def __init__(self, services: Services, platforms: Sequence[Platform]) -> None:
        self._services = services
        self._platforms = platforms
        self._initial = services.settings
        self._calls: dict[str, Handler] = {
            "POST reset": self._reset,
            "GET settings": lambda query, body: self._services.settings.as_dict(),
            "POST settings": self._change_settings,
            "GET faults": lambda query, body: {"faults": [asdict(one) for one in services.faults.all()]},
            "POST faults": lambda query, body: asdict(services.faults.add(body)),
            "DELETE faults": lambda query, body: services.faults.clear(),
            "GET clock": self._clock,
            "POST clock": self._move_clock,
            "GET log": self._log,
            "DELETE log": lambda query, body: services.log.clear(),
            "POST actor": self._actor,
            "GET storage": lambda query, body: services.blobs.overview(),
            "GET issued": lambda query, body: {"secrets": services.issued.all()},
        }
        self._calls.update(services.storage.calls(services.issued))
        for platform in platforms:
            for name, handler in platform.control().items():
                method, _, path = name.partition(" ")
                self._calls[f"{method} {platform.name}/{path}".rstrip("/")] = handler

    async def answer(self, exchange: Exchange) -> None:
        """One control call. Mistakes are answered with 400 and a sentence."""
        path = exchange.scope["path"].removeprefix("/_sandbox/").strip("/")
        raw = await exchange.body()
        try:
            body = json.loads(raw) if raw else {}
            handler, values = self._find(exchange.method, path)
            for platform in self._platforms:
                platform.settle()
            result = handler({**exchange.query, **values}, body)
            if inspect.isawaitable(result):
                result = await result
        except Refusal as error:
            await exchange.json(error.status, error.body)
        except (ValueError, TypeError, KeyError, LookupError, OSError) as error:
            await exchange.json(400, {"detail": f"{type(error).__name__}: {error}"})
        else:
            await exchange.json(200, result if result is not None else {})

    def _find(self, method: str, path: str) -> tuple[Handler, dict[str, str]]:
        """The handler of a path; ``{name}`` in its template takes one segment, given to it like a query value."""
        parts = path.split("/")
        for name, handler in self._calls.items():
            wanted, _, template = name.partition(" ")
            pieces = template.split("/")
            if wanted != method or len(pieces) != len(parts):
                continue
            if all(piece.startswith("{") or piece == part for piece, part in zip(pieces, parts)):
                return handler, {piece[1:-1]: part for piece, part in zip(pieces, parts) if piece.startswith("{")}
        raise detail(404, f"The control interface has no {method} {path}. It has: {', '.join(sorted(self._calls))}.")

    # ------------------------------------------------------------------ calls
    def _reset(self, query: dict[str, str], body: dict[str, Any]) -> None:
        """Everything as at the start; the log stays."""
        services = self._services
        services.use(self._initial)
        services.faults.clear()
        services.clock.reset()
        for platform in self._platforms:
            platform.reset()
        services.blobs.reset()
        services.presigned.reset()
        services.storage.reset()
        services.log.actor = services.log.test = None

    def _change_settings(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        self._services.use(self._services.settings.changed(body))
        return self._services.settings.as_dict()

    def _clock(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        clock = self._services.clock
        return {"now": clock.now(), "moment": clock.moment(), "factor": clock.factor}

    def _move_clock(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        unknown = set(body) - {"advance", "factor"}
        if unknown or not body:
            raise ValueError("Give advance (seconds) or factor.")
        if "factor" in body:
            self._services.clock.hurry(float(body["factor"]))
        if "advance" in body:
            self._services.clock.advance(float(body["advance"]))
        for platform in self._platforms:
            platform.settle()
        return self._clock(query, body)

    def _log(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        log = self._services.log
        entries = log.select(operation=query.get("operation"), actor=query.get("actor"), test=query.get("test"),
                             status=int(query["status"]) if "status" in query else None, flag=query.get("flag"),
                             after=int(query.get("after", 0)))
        return {"last": log.last, "entries": list(entries)}

    def _actor(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        log = self._services.log
        if "actor" in body:
            if body["actor"] not in (None, "algorithms", "docks", "vendor_client"):
                raise ValueError("actor must be algorithms, docks, vendor_client or null.")
            log.actor = body["actor"]
        if "test" in body:
            log.test = body["test"]
        return {"actor": log.actor, "test": log.test}
