"""The Descartes Labs catalog as a platform of the sandbox: identity, catalog, metadata, raster and storage on one host.

The vendor retired the service; as a protocol it serves private servers (section 0 of the notes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ..contract import FOLDER, Contract, NoRoute, Operation
from ..errors import Refusal, detail
from ..exchange import Exchange
from ..platform import WHOLE, Answer, Call, Services
from . import control as _control  # noqa: F401 - registers control calls
from .accounts import ACCOUNTS, Account
from .handlers import operation
from .registry import controls
from .removal import settle_removals
from .uploads import settle_uploads
from .world import World

TITLES = {400: "Bad request", 401: "Unauthorized", 403: "Forbidden", 404: "Not found", 405: "Method not allowed",
          409: "Conflict", 410: "Gone", 422: "Unprocessable", 429: "Too many requests"}


class DescartesLabs:
    """``/token``, ``/metadata/v1/``, ``/raster/`` and ``/storage/v1/``; the object storage has the signed addresses."""

    name = "descarteslabs"
    prefix = ""
    roots = ("/token", "/metadata/v1/", "/raster/", "/storage/v1/")
    redirects = False
    echoed: tuple[str, ...] = ()

    def __init__(self, services: Services) -> None:
        self.contract = Contract(FOLDER / "descarteslabs.openapi.yaml")
        self.operations = operation
        self.world = World(services)
        self.world.due += [partial(settle_uploads, self.world), partial(settle_removals, self.world)]

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """As the contract says; ``/metadata/v1/catalog/v2`` is another API and not here."""
        if path.startswith("/metadata/v1/catalog/v2/"):
            raise NoRoute(path)
        return self.contract.route(method, path)

    # ------------------------------------------------------------------ who asks
    def authenticate(self, operation: Operation, headers: Mapping[str, str],
                     query: Mapping[str, str]) -> Account | None:
        """The account behind a web token (D22)."""
        if not operation.keys:
            return None
        account = self.world.tokens.account(_token(headers))
        if account is None:
            words = "The token is not valid or has expired." if "authorization" in headers else "A token is needed."
            raise detail(401, words)
        return account

    def revoke(self, headers: Mapping[str, str]) -> None:
        """End this token now."""
        self.world.tokens.revoke(_token(headers))

    # ------------------------------------------------------------------ answers
    def refused(self, path: str, error: Refusal) -> Answer:
        """The list of errors (D01); the identity service has its own form (D21)."""
        body = error.body or {}
        if path == "/token":
            words = body.get("detail") or "; ".join(f"{name}: {value}" for name, value in body.items())
            shown = body if "error" in body else {"error": "invalid_request", "error_description": str(words)}
            return Answer(error.status, shown, error.headers)
        if "detail" in body:
            found = [str(body["detail"])]
        else:
            found = [f"{name}: {' '.join(map(str, words)) if isinstance(words, list) else words}"
                     for name, words in body.items()]
        title = TITLES.get(error.status, "Error")
        return Answer(error.status, {"errors": [{"status": str(error.status), "title": title, "detail": words}
                                                for words in found]}, error.headers)

    def settle(self) -> None:
        """Take uploads that arrived; end jobs and cascades that are due."""
        self.world.settle()

    def handle(self, call: Call) -> Answer:
        """Carry out one operation."""
        self.world.tells_filled = WHOLE in call.headers or not self.world.settings.drop_assumed
        answer: Answer = self.operations.handlers[call.operation.id](self.world, call)
        return answer

    async def other(self, exchange: Exchange) -> bool:
        """No other addresses."""
        return False

    def control(self) -> dict[str, Callable[..., Any]]:
        """Control calls below ``/_sandbox/descarteslabs/``."""
        return {name: partial(handler, self.world) for name, handler in controls.items()}

    def ready(self, address: str) -> dict[str, Any]:
        """The root of all five services and the default account; ``accounts`` are the others."""
        first = ACCOUNTS["default"]
        return {"root": address + "/", "client_id": first.client_id, "refresh_token": first.refresh_token,
                "namespace": first.namespace, "user": first.user, "subject": first.subject,
                "accounts": {one.name: {"client_id": one.client_id, "refresh_token": one.refresh_token,
                                        "namespace": one.namespace} for one in ACCOUNTS.values()}}

    def reset(self) -> None:
        """Forget everything."""
        self.world.reset()


def _token(headers: Mapping[str, str]) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
