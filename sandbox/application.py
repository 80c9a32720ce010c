"""The server's single entry: from an arriving request to its answer."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
import traceback
import uuid
from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from .contract import NoRoute, Operation, WrongMethod, broken_answer, check_body, check_query
from .control import Control
from .errors import Refusal, detail, not_found
from .exchange import Cut, Disconnected, Exchange, Receive, Send
from .faults import Fault
from .log import Entry
from .payload import read_body
from .platform import WHOLE, Answer, Call, Platform, Services
from .presigned_service import PresignedService
from .schema import without_assumed
from .segments import Content
from .storage_service import StorageService

WELCOME = b"This is the Imagery Hub sandbox: it imitates imagery platforms on this machine, for trying and testing.\n"


class Application:
    """ASGI application of the sandbox."""

    def __init__(self, services: Services, platforms: Sequence[Platform]) -> None:
        self.services = services
        self.platforms = platforms
        self._storage = StorageService(services.blobs)
        self._presigned = PresignedService(services.presigned)
        self._control = Control(services, platforms)
        self._requests: dict[str, deque[float]] = defaultdict(deque)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_sandbox/"):
            await self._control.answer(Exchange(scope, receive, send, Entry(0, 0.0, scope["method"], scope["path"])))
            return
        agent = next((value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"user-agent"), "")
        entry = self.services.log.start(scope["method"], scope["raw_path"].decode("latin-1"),
                                        scope["query_string"].decode("latin-1"), agent)
        exchange = Exchange(scope, receive, send, entry)
        started = time.monotonic()
        try:
            await self._answer(exchange)
        except Cut:
            await asyncio.sleep(0)
        except Disconnected:
            entry.flag("client-went-away")
        except Exception:  # noqa: BLE001 - whatever broke, the client gets an answer and the test sees it
            traceback.print_exc(file=sys.stderr)
            entry.flag("server-error")
            entry.detail = traceback.format_exc(limit=-3)
            if not entry.status:
                await exchange.json(500, {"detail": "Internal server error."})
        finally:
            entry.seconds = round(time.monotonic() - started, 6)

    async def _answer(self, exchange: Exchange) -> None:
        path = exchange.scope["path"]
        if path.startswith("/blob/"):
            await self._answer_storage(exchange, None, self._storage)
            return
        if path.startswith("/_storage/"):
            named = self._presigned.operation(exchange.method, exchange.scope["raw_path"].decode("latin-1"))
            await self._answer_storage(exchange, named, self._presigned)
            return
        path = re.sub("/{2,}", "/", path)
        for platform in self.platforms:
            if path.startswith(platform.roots):
                await self._answer_platform(exchange, platform, path.removeprefix(platform.prefix))
                return
        if path == "/":
            await exchange.content(200, WELCOME, "text/plain; charset=utf-8")
            return
        exchange.fault = await self._trouble(exchange, None)
        if exchange.fault is not None and await self._refused(exchange, exchange.fault, None):
            return
        for platform in self.platforms:
            if await platform.other(exchange):
                return
        await exchange.json(404, {"detail": "Nothing here."})

    # ------------------------------------------------------------------ storage
    async def _answer_storage(self, exchange: Exchange, named: str | None,
                              service: StorageService | PresignedService) -> None:
        """``named``: the operation, where the method alone does not tell."""
        key = unquote(exchange.scope["raw_path"].decode("latin-1").removeprefix("/blob/"))
        begin = ""
        for platform in self.platforms:
            for one in platform.contract.operations.values():
                own = one.template.startswith("/_storage/")
                meant = one.id == named if own else (
                    one.method == exchange.method and service is self._storage and key.startswith(one.keys_begin))
                if one.in_storage and meant and len(one.keys_begin) >= len(begin):
                    exchange.entry.platform, exchange.entry.operation = platform.name, one.id
                    begin = one.keys_begin
        if exchange.entry.operation is None:
            await exchange.json(405, {"detail": f"Method {exchange.method} is not allowed."})
            return
        exchange.fault = await self._trouble(exchange, exchange.entry.operation)
        if exchange.fault is not None and await self._refused(exchange, exchange.fault, None):
            return
        await service.answer(exchange)

    # ------------------------------------------------------------------ platforms
    async def _answer_platform(self, exchange: Exchange, platform: Platform, path: str) -> None:
        entry = exchange.entry
        entry.platform = platform.name
        operation: Operation | None = None
        try:
            operation, values = self._route(platform, exchange, path)
            entry.operation = operation.id
            exchange.fault = await self._trouble(exchange, operation.id)
            if exchange.fault is not None and await self._refused(exchange, exchange.fault, platform):
                return
            answer = await self._carry_out(exchange, platform, path, operation, values)
        except Refusal as error:
            answer = platform.refused(path, error)
        except (Cut, Disconnected):
            raise
        except Exception:  # noqa: BLE001 - a defect of a handler must be seen by the test that met it
            traceback.print_exc(file=sys.stderr)
            entry.flag("handler-failed")
            entry.detail = traceback.format_exc(limit=-3)
            answer = Answer(500, {"detail": "The sandbox failed: " + traceback.format_exc(limit=-1)})
        answer.headers.update(_echoed(exchange, platform))
        await self._send(exchange, operation, answer)

    def _route(self, platform: Platform, exchange: Exchange, path: str) -> tuple[Operation, dict[str, str]]:
        try:
            if platform.redirects and not path.endswith("/"):
                platform.route(exchange.method, path + "/", exchange.has_body)
                if exchange.method == "GET":
                    query = exchange.scope["query_string"].decode("latin-1")
                    place = exchange.host + exchange.scope["path"] + "/" + (f"?{query}" if query else "")
                    raise Refusal(301, None, {"Location": place})
                raise not_found()
            return platform.route(exchange.method, path, exchange.has_body)
        except NoRoute:
            raise not_found() from None
        except WrongMethod:
            raise detail(405, f"Method {exchange.method} is not allowed.") from None

    async def _carry_out(self, exchange: Exchange, platform: Platform, path: str, operation: Operation,
                         values: dict[str, str]) -> Answer:
        platform.settle()
        account = platform.authenticate(operation, exchange.headers, exchange.query)
        exchange.entry.account = getattr(account, "name", None)
        self._throttle(platform.name, exchange.entry.account or "")
        raw = await exchange.body()
        if operation.id not in platform.operations.handlers:
            raise detail(501, f"{operation.id} is not written yet.")
        body = read_body(operation, exchange.headers, raw)
        check_body(operation, body)
        query = check_query(operation, exchange.queries)
        call = Call(operation, values, query, body, account, exchange.host, exchange.host + platform.prefix + path,
                    exchange.scope["query_string"].decode("latin-1"), exchange.headers)
        return platform.handle(call)

    async def _send(self, exchange: Exchange, operation: Operation | None, answer: Answer) -> None:
        if operation is not None:
            problem = self._problem(exchange, operation, answer)
            if problem is not None:
                exchange.entry.flag("contract-broken")
                exchange.entry.detail = problem
                print("Contract broken:", problem, file=sys.stderr, flush=True)
                await exchange.json(500, {"detail": "The answer would break the contract: " + problem})
                return
            if WHOLE not in exchange.headers:
                answer = self._without_assumed(operation, answer)
            if not isinstance(answer.body, (bytes, Content)):
                self.services.issued.look(json.dumps([answer.body, answer.headers]))
        if isinstance(answer.body, Content):
            await _send_content(exchange, answer, answer.body)
        elif answer.media_type != "application/json":
            content = answer.body if isinstance(answer.body, bytes) else str(answer.body).encode("utf-8")
            await exchange.content(answer.status, content, answer.media_type, answer.headers)
        else:
            await exchange.json(answer.status, answer.body, answer.headers)

    def _problem(self, exchange: Exchange, operation: Operation, answer: Answer) -> str | None:
        """Why an answer may not be sent. What says that the sandbox itself is not able is not of the contract."""
        if not self.services.settings.check_answers or answer.status == 501 or "handler-failed" in exchange.entry.flags:
            return None
        return broken_answer(operation, answer.status, answer.body, answer.media_type)

    def _without_assumed(self, operation: Operation, answer: Answer) -> Answer:
        rule = operation.responses.get(answer.status)
        if not self.services.settings.drop_assumed or rule is None or rule.schema is None:
            return answer
        headers = {name: value for name, value in answer.headers.items() if name not in rule.assumed_headers}
        return Answer(answer.status, without_assumed(answer.body, rule.schema), headers, answer.media_type)

    # ------------------------------------------------------------------ trouble
    async def _trouble(self, exchange: Exchange, operation: str | None) -> Fault | None:
        fault = self.services.faults.take(operation, exchange.method, exchange.scope["path"])
        if fault is None:
            return None
        exchange.entry.flag(f"fault-{fault.kind}")
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        if fault.kind == "cut":
            exchange.cut()
        return fault

    async def _refused(self, exchange: Exchange, fault: Fault, platform: Platform | None) -> bool:
        if fault.kind == "revoke_key" and platform is not None:
            platform.revoke(exchange.headers)
        if fault.kind != "status":
            return False
        headers = {"Retry-After": str(fault.retry_after)} if fault.retry_after is not None else {}
        usual = "Too many requests." if fault.status == 429 else f"The service is in trouble ({fault.status})."
        words = fault.words or usual
        if platform is None:
            text = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{words}</Code></Error>"
            await exchange.content(fault.status, text.encode("ascii"), "application/xml", headers)
        else:
            answer = platform.refused(exchange.scope["path"].removeprefix(platform.prefix),
                                      detail(fault.status, words, headers))
            body = {} if self.services.settings.drop_assumed and not fault.words else answer.body
            await exchange.json(fault.status, body, {**answer.headers, **_echoed(exchange, platform)})
        return True

    def _throttle(self, platform: str, account: str) -> None:
        """ASSUMED A3. Storage and tiles are not counted."""
        settings = self.services.settings
        if settings.throttle_requests <= 0:
            return
        now = self.services.clock.now()
        recent = self._requests[f"{platform}/{account}"]
        while recent and recent[0] <= now - settings.throttle_seconds:
            recent.popleft()
        if len(recent) >= settings.throttle_requests:
            seconds = max(1, int(recent[0] + settings.throttle_seconds - now + 0.999))
            raise detail(429, f"Too many requests, try again in {seconds} seconds.", {"Retry-After": str(seconds)})
        recent.append(now)


async def _send_content(exchange: Exchange, answer: Answer, content: Content) -> None:
    """An answer that is not held in memory; a HEAD is told its length only."""
    await exchange.start(answer.status, content.size, answer.media_type, answer.headers)
    left = 0 if exchange.method == "HEAD" else content.size
    if left == 0:
        await exchange.piece(b"", more=False)
        return
    for data in content.read(0, content.size):
        if exchange.gone:
            raise Disconnected
        left -= len(data)
        await exchange.piece(data, more=left > 0)
        if exchange.ended:
            return


def _echoed(exchange: Exchange, platform: Platform) -> dict[str, str]:
    """Headers of the request that the platform sends back; one that was not sent gets a value of its own."""
    return {name: exchange.headers.get(name.lower()) or str(uuid.uuid4()) for name in platform.echoed}
