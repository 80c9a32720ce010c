"""Picterra as a platform of the sandbox: keys, jobs, tiles and the way to the handlers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..contract import FOLDER, Contract, Operation
from ..errors import Refusal, detail
from ..exchange import Exchange
from ..jobs import Jobs
from ..platform import Answer, Call, Services
from .control import PicterraControl
from .handlers import operation
from .records import Account
from .state import DEFAULT_KEY, SECOND_KEY, SOURCE_ID, TOOL_ID, State
from .tile_service import answer_tile
from .world import World


class Picterra:
    """Everything under ``/public/api/v2/``."""

    name = "picterra"
    prefix = "/public/api/v2"
    roots = (prefix + "/",)
    redirects = True
    echoed = ()

    def __init__(self, services: Services) -> None:
        self.contract = Contract(FOLDER / "picterra.openapi.yaml")
        self.operations = operation
        self._services = services
        state = State(services.folder / "picterra", services.clock)
        self.world = World(services, state, Jobs(services.clock, services.pool))

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """As the contract says."""
        return self.contract.route(method, path)

    def refused(self, path: str, error: Refusal) -> Answer:
        """As it was said."""
        return Answer(error.status, error.body, error.headers)

    def authenticate(self, operation: Operation, headers: Mapping[str, str], query: Mapping[str, str]) -> Account:
        """The account behind the key; 401 or 403, as set (A2), for a missing, unknown or revoked one."""
        account = self.world.state.accounts.get(headers.get("x-api-key", ""))
        if account is None or account.revoked:
            raise detail(self._services.settings.bad_key_status, "No valid API key was supplied.")
        return account

    def revoke(self, headers: Mapping[str, str]) -> None:
        """Refuse this key from now on."""
        account = self.world.state.accounts.get(headers.get("x-api-key", ""))
        if account is not None:
            account.revoked = True

    def settle(self) -> None:
        """End due jobs."""
        if self.world.jobs.settle():
            self.world.state.changed()

    def handle(self, call: Call) -> Answer:
        """Carry out one operation."""
        answer: Answer = self.operations.handlers[call.operation.id](self.world, call)
        if call.operation.method != "GET":
            self.world.state.changed()
        return answer

    async def other(self, exchange: Exchange) -> bool:
        """Tiles."""
        match = re.fullmatch(r"/tiles/([^/]+)/(?:(tms|xyz)/)?(\d+)/(\d+)/(\d+)(?:\.png)?", exchange.scope["path"])
        if match is None or exchange.method != "GET":
            return False
        exchange.entry.platform = self.name
        await answer_tile(self.world, exchange, *match.groups(default="tms"))
        return True

    def control(self) -> dict[str, Callable[..., Any]]:
        """Control calls below ``/_sandbox/picterra/``."""
        return PicterraControl(self.world).calls()

    def ready(self, address: str) -> dict[str, Any]:
        """Root, keys and the ids that cannot be listed through the API."""
        return {"root": address + self.prefix + "/", "key": DEFAULT_KEY, "second_key": SECOND_KEY,
                "tool_id": TOOL_ID, "source_id": SOURCE_ID}

    def reset(self) -> None:
        """Forget everything."""
        self.world.jobs.clear()
        self.world.state.reset()
