"""The HTTP server: uvicorn with httptools on two sockets, one for the platforms and one for their storage."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Protocol(HttpToolsProtocol):
    """Shows the application the transport, so that a connection can be cut on demand."""

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self.scope["extensions"] = {"sandbox.transport": {"transport": self.transport}}


class Server(uvicorn.Server):
    """Ends quietly, with exit code 0, on SIGTERM and SIGINT."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals only ask for the end."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(one, self.end)
        yield

    def end(self) -> None:
        """Stop serving soon."""
        self.should_exit = True


class PortTaken(Exception):
    """The wanted port cannot be used."""


def listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1; port 0 takes a free one.

    The protocol is named because asyncio switches Nagle's algorithm off only where it is: else every answer on a kept
    connection takes 40 ms.
    """
    place = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        place.bind(("127.0.0.1", port))
    except OSError as error:
        place.close()
        raise PortTaken(f"Port {port} is taken. Choose another one by --port, or 0 for any that is free.") from error
    place.listen(256)
    return place


def make_server(application: object) -> Server:
    """A server for the application, without access log."""
    return Server(uvicorn.Config(application, http=Protocol, ws="none", lifespan="off", log_level="critical",  # type: ignore[arg-type]
                                 access_log=False, server_header=False, timeout_keep_alive=120,
                                 timeout_graceful_shutdown=1))


def end_with_parent(parent: int, end: Callable[[], None]) -> None:
    """Call ``end`` when the process ``parent`` is gone."""
    own = os.getppid() == parent

    def gone() -> bool:
        if own:
            return os.getppid() != parent
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def watch() -> None:
        while not gone():
            time.sleep(0.5)
        end()

    threading.Thread(target=watch, daemon=True).start()


def end_with_input(end: Callable[[], None]) -> None:
    """Call ``end`` when standard input closes."""
    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            continue
        end()

    threading.Thread(target=watch, daemon=True).start()
