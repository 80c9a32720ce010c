"""Geodata Pixel as a platform of the sandbox: one tenant, its login server and its ArcGIS Server on one host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..contract import FOLDER, Contract, NoRoute, Operation
from ..errors import Refusal, detail
from ..exchange import Exchange
from ..jobs import Jobs
from ..located import mistake
from ..platform import Answer, Call, Services
from . import control as _control  # noqa: F401 - registers control calls
from . import seeding as _seeding  # noqa: F401 - registers control calls
from .handlers import operation
from .records import User
from .registry import addresses, controls
from .removal import purge
from .roles import changes, require
from .state import PASSWORD, TENANT, State
from .world import World

BASE = f"/{TENANT}"
ELSEWHERE = ("/realms/", "/arcgis/tokens/")
"""What is on servers of their own: not below the tenant."""
NOBODY = User(0, "nobody", "", "", "", "viewer")


class Pixel:
    """The API of the tenant below ``/fjord``, the login server below ``/realms``. ``/arcgis/`` holds the token address
    of the contract and whatever :func:`~sandbox.pixel.registry.address` registers."""

    name = "pixel"
    prefix = ""
    roots = (BASE + "/", *ELSEWHERE)
    redirects = False
    echoed = ("X-Request-ID",)

    def __init__(self, services: Services) -> None:
        self.contract = Contract(FOLDER / "pixel.openapi.yaml")
        self.operations = operation
        self._services = services
        self.world = World(services, State(services.clock), Jobs(services.clock, services.pool))

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """As the contract says; the tenant's operations are below it, the others are not."""
        inner = path.removeprefix(BASE)
        if inner.startswith(ELSEWHERE) == path.startswith(BASE + "/"):
            raise NoRoute(path)
        return self.contract.route(method, inner)

    # ------------------------------------------------------------------ who asks
    def authenticate(self, operation: Operation, headers: Mapping[str, str], query: Mapping[str, str]) -> User:
        """The user behind a token, who must have the role that the operation needs."""
        if not operation.keys:
            return NOBODY
        user = self._bearer(headers)
        if user is None:
            words = "Could not validate credentials" if "authorization" in headers else "Not authenticated"
            raise detail(401, words, {"WWW-Authenticate": "Bearer"})
        require(operation, user)
        return user

    def _bearer(self, headers: Mapping[str, str]) -> User | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        bearer = self.world.state.bearers.get(token.strip()) if scheme.lower() == "bearer" else None
        if bearer is None or bearer.refresh or self._services.clock.now() >= bearer.ends:
            return None
        user = self.world.state.users.get(bearer.user)
        return user if user is not None and user.enabled else None

    def revoke(self, headers: Mapping[str, str]) -> None:
        """End this token now."""
        self.world.state.bearers.pop(headers.get("authorization", "").partition(" ")[2].strip(), None)

    # ------------------------------------------------------------------ answers
    def refused(self, path: str, error: Refusal) -> Answer:
        """``detail`` (A4), in the shape of the identity server on its own addresses."""
        body = error.body or {}
        words = body.get("detail", "")
        if path.startswith("/realms/") and "error" not in body:
            status = 400 if error.status == 415 else error.status
            return Answer(status, {"error": "invalid_request", "error_description": str(words)}, error.headers)
        if "detail" in body or "error" in body:
            return Answer(error.status, body, error.headers)
        found = [mistake(("body", name), str(one)) for name, one in body.items()]
        return Answer(422, {"detail": found}, error.headers)

    def settle(self) -> None:
        """End due jobs; forget what was deleted 60 days ago."""
        if self.world.jobs.settle() | purge(self.world):
            self.world.state.changed()

    def handle(self, call: Call) -> Answer:
        """Carry out one operation."""
        answer: Answer = self.operations.handlers[call.operation.id](self.world, call)
        if changes(call.operation):
            self.world.state.changed()
        return answer

    async def other(self, exchange: Exchange) -> bool:
        """Addresses that are no operations."""
        for beginning, handler in addresses.items():
            if exchange.scope["path"].startswith(beginning):
                exchange.entry.platform = self.name
                self.settle()
                await handler(self.world, exchange)
                return True
        return False

    def control(self) -> dict[str, Callable[..., Any]]:
        """Control calls below ``/_sandbox/pixel/``."""
        return {name: partial(handler, self.world) for name, handler in controls.items()}

    def ready(self, address: str) -> dict[str, Any]:
        """The three addresses, the tenant and its superuser."""
        return {"root": address + BASE, "login": address, "services": address, "tenant": TENANT,
                "username": f"superuser@{TENANT}.example", "password": PASSWORD}

    def reset(self) -> None:
        """Forget everything."""
        self.world.reset()
