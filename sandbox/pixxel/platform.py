"""Pixxel as a platform of the sandbox: one workspace at ``/v0/``, and ``/ping``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..contract import FOLDER, Contract, Operation
from ..errors import Refusal
from ..exchange import Exchange
from ..jobs import Jobs
from ..platform import Answer, Call, Services
from . import control as _control  # noqa: F401 - registers control calls
from . import open_addresses
from .handlers import operation
from .records import Key
from .refusals import enveloped, refusal
from .registry import controls
from .state import EXPIRED_KEY, KEY, SECOND_KEY, State
from .workspace import fill
from .world import World

NOBODY = Key("", "nobody", "", frozenset())


class Pixxel:
    """The API of the workspace. Pictures of scenes are on the storage's host, see :mod:`.open_addresses`."""

    name = "pixxel"
    prefix = ""
    roots = ("/ping", "/v0/")
    redirects = False
    echoed: tuple[str, ...] = ()

    def __init__(self, services: Services) -> None:
        self.contract = Contract(FOLDER / "pixxel.openapi.yaml")
        self.operations = operation
        self._services = services
        self.world = World(services, State(services.clock), Jobs(services.clock, services.pool))
        self.world.on_reset.append(fill)

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """As the contract says."""
        return self.contract.route(method, path)

    # ------------------------------------------------------------------ who asks
    def authenticate(self, operation: Operation, headers: Mapping[str, str], query: Mapping[str, str]) -> Key:
        """The key behind a request, bare or after ``Bearer`` as far as ``pixxel_key_form`` allows (P02)."""
        if not operation.keys:
            return NOBODY
        text = headers.get("authorization")
        if text is None:
            raise refusal(403, "missing credentials")
        form, key = self._parsed(text)
        if self._services.settings.pixxel_key_form not in ("both", form):
            raise refusal(401, "token format is not recognised")
        found = self.world.state.keys.get(key)
        ended = found is not None and found.ends is not None and self._services.clock.now() >= found.ends
        if found is None or found.revoked or ended:
            raise refusal(403, "access denied")
        return found

    @staticmethod
    def _parsed(text: str) -> tuple[str, str]:
        words = text.split()
        if len(words) == 1 and words[0].lower() != "bearer":
            return "bare", words[0]
        if len(words) == 2 and words[0].lower() == "bearer":
            return "bearer", words[1]
        raise refusal(401, "token format is not recognised")

    def revoke(self, headers: Mapping[str, str]) -> None:
        """End this key now."""
        words = headers.get("authorization", "").split()
        found = self.world.state.keys.get(words[-1]) if words else None
        if found is not None:
            found.revoked = True

    # ------------------------------------------------------------------ answers
    def refused(self, path: str, error: Refusal) -> Answer:
        """Every error in the envelope (P05)."""
        return Answer(error.status, enveloped(error), error.headers)

    def settle(self) -> None:
        """End what is due."""
        self.world.jobs.settle()

    def handle(self, call: Call) -> Answer:
        """Carry out one operation."""
        answer: Answer = self.operations.handlers[call.operation.id](self.world, call)
        return answer

    async def other(self, exchange: Exchange) -> bool:
        """Pictures and files of STAC items."""
        if not exchange.scope["path"].startswith(open_addresses.ROOT):
            return False
        exchange.entry.platform = self.name
        await open_addresses.answer(self.world, exchange)
        return True

    def control(self) -> dict[str, Callable[..., Any]]:
        """Control calls below ``/_sandbox/pixxel/``."""
        return {name: partial(handler, self.world) for name, handler in controls.items()}

    def ready(self, address: str) -> dict[str, Any]:
        """Address and keys: one with two projects, one with the second of them, one that has expired."""
        return {"root": address + "/", "api_key": KEY, "second_key": SECOND_KEY, "expired_key": EXPIRED_KEY}

    def reset(self) -> None:
        """Forget everything."""
        self.world.reset()
