"""Signed addresses in use: in memory only, asked for anew when storage no longer takes them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from ..errors import Kind, PlatformError
from .control import NotRepeated

Result = TypeVar("Result")

FRESH_IN_VAIN = 2


class NoAddress(NotRepeated):
    """The platform gave no address. Asking may create something, so the transfer does not repeat it. ``error`` is what
    the platform said."""


class Addresses:
    """One signed address for several threads. When it has expired, one of them asks for a fresh one for all."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._address = ""
        self._generation = 0
        self._in_vain = 0

    def use(self, send: Callable[[str], Result]) -> Result:
        """Do something with the address. Refused as expired, it is done again with a fresh address.

        When fresh addresses are refused as well, twice in a row, the refusal is raised as it is.
        """
        while True:
            generation, address = self._current()
            try:
                result = send(address)
            except PlatformError as error:
                if error.kind is not Kind.ADDRESS_EXPIRED or not self._give_up_address(generation):
                    raise
                continue
            self.worked()
            return result

    def worked(self) -> None:
        """Storage has taken the address: a later refusal is not in vain."""
        with self._lock:
            self._in_vain = 0

    def _current(self) -> tuple[int, str]:
        with self._lock:
            if not self._address:
                try:
                    self._address = self._ask()
                except PlatformError as error:
                    raise NoAddress(error) from None
                self._generation += 1
            return self._generation, self._address

    def _give_up_address(self, generation: int) -> bool:
        with self._lock:
            if generation == self._generation and self._address:
                if self._in_vain >= FRESH_IN_VAIN:
                    return False
                self._in_vain += 1
                self._address = ""
            return True
