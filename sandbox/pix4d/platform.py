"""PIX4D cloud as a platform of the sandbox: tokens, the families and their errors, and the way to the handlers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ..contract import FOLDER, Contract, Operation
from ..errors import Refusal, detail
from ..exchange import Exchange
from ..jobs import Jobs
from ..platform import Answer, Call, Services
from .control import Pix4dControl
from .handlers import operation
from .handlers.embed import opened, page
from .records import Account, Share, User
from .state import CLIENT_ID, CLIENT_SECRET, SECOND_CLIENT_ID, SECOND_CLIENT_SECRET, State
from .world import World

PAGE = "<!doctype html>\n<title>PIX4Dcloud</title>\n<p>{}</p>\n"
VISITOR = User("", "", "", "")


class Pix4d:
    """The four families of the main host and those of the others, all on one host here: their paths do not meet."""

    name = "pix4d"
    prefix = ""
    roots = ("/oauth2/", "/project/", "/common/", "/v1/", "/cloud/")
    redirects = False
    echoed = ()

    def __init__(self, services: Services) -> None:
        self.contract = Contract(FOLDER / "pix4d.openapi.yaml")
        self.operations = operation
        self._services = services
        self.world = World(services, State(services.clock), Jobs(services.clock, services.pool))

    def route(self, method: str, path: str, has_body: bool) -> tuple[Operation, dict[str, str]]:
        """As the contract says; a DELETE of annotations without a body means all of an entity (alias of A61)."""
        found, values = self.contract.route(method, path, self._services.settings.pix4d_hidden.split())
        if found.id == "deleteAnnotations" and not has_body:
            found = self.contract.operations["deleteAllAnnotations"]
        return found, values

    # ------------------------------------------------------------------ who asks
    def authenticate(self, operation: Operation, headers: Mapping[str, str], query: Mapping[str, str]) -> Account:
        """The account behind a token, or a visitor where a share token alone is enough."""
        if not operation.keys:
            return Account("nobody", "", VISITOR, "")
        account = self._bearer(headers)
        if account is not None:
            return account
        if "shareToken" in operation.keys and "authorization" not in headers:
            share = self.world.state.shares.get(query.get("shareToken", ""))
            if share is not None:
                return Account(f"share {share.type} {share.type_id}", "", self._sharer(share), "", share=share)
        words = "Invalid token." if "authorization" in headers else "Authentication credentials were not provided."
        raise detail(401, words, {"WWW-Authenticate": "Bearer"})

    def _sharer(self, share: Share) -> User:
        return self.world.state.users.get(share.created_by, VISITOR)

    def _bearer(self, headers: Mapping[str, str]) -> Account | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        bearer = self.world.state.bearers.get(token.strip()) if scheme.lower() == "bearer" else None
        if bearer is None or self._services.clock.now() >= bearer.ends:
            return None
        account = self.world.state.accounts.get(bearer.account)
        return None if account is None or account.revoked else account

    def revoke(self, headers: Mapping[str, str]) -> None:
        """Refuse the pair behind this token from now on."""
        account = self._bearer(headers)
        if account is not None:
            account.revoked = True

    # ------------------------------------------------------------------ answers
    def refused(self, path: str, error: Refusal) -> Answer:
        """Main API: ``detail`` or members; webgis: ``title`` or the gateway's ``message``; pages: HTML (section 5)."""
        body = error.body or {}
        words = str(body.get("detail", ""))
        if path.startswith("/cloud/"):
            status = 403 if error.status == 400 else error.status
            return Answer(status, PAGE.format(words or "The address is not complete."), error.headers, "text/html")
        if path.startswith("/v1/") and "title" not in body and "message" not in body:
            body = self._of_webgis(error.status, words, body)
        if path.startswith("/oauth2/") and "error" not in body:
            status = 400 if error.status == 415 else error.status
            return Answer(status, {"error": "invalid_request", "error_description": words}, error.headers)
        return Answer(error.status, body, error.headers)

    @staticmethod
    def _of_webgis(status: int, words: str, body: Mapping[str, object]) -> dict[str, object]:
        if status in (401, 403):
            return {"message": "Unauthorized" if status == 401 else "Forbidden"}
        if status == 404:
            return {"title": "404 Not Found"}
        if status == 400 and not words:
            return {"title": "Validation Error", "errors": dict(body)}
        return {"message": words} if status >= 429 else {"title": words}

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
        """The public page of a dataset, for a browser (section 21)."""
        match = re.fullmatch(r"/dataset/(\d{1,18})/(map|model)", exchange.scope["path"])
        if match is None or exchange.method != "GET":
            return False
        exchange.entry.platform = self.name
        try:
            project = opened(self.world, int(match[1]), exchange.query.get("shareToken", ""))
            status, text = 200, page(project, None, match[2], "en-US", "dark")
        except Refusal as error:
            status, text = error.status, PAGE.format("This link does not open the dataset.")
        await exchange.content(status, text.encode("utf-8"), "text/html; charset=utf-8")
        return True

    def control(self) -> dict[str, Callable[..., Any]]:
        """Control calls below ``/_sandbox/pix4d/``."""
        return Pix4dControl(self.world).calls()

    def ready(self, address: str) -> dict[str, Any]:
        """Root, secrets of both organizations, and the storage."""
        return {"root": address + "/", "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET,
                "second_client_id": SECOND_CLIENT_ID, "second_client_secret": SECOND_CLIENT_SECRET,
                "storage": self._services.storage.service}

    def reset(self) -> None:
        """Forget everything."""
        self.world.jobs.clear()
        self.world.state.reset()
