"""Pages of a list (section 4 of the Picterra notes and of the PIX4D notes)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .errors import not_found
from .platform import Answer, Call


class Pages:
    """Cuts lists into pages; remembers the last lists made, so that walking a long one costs one search, not one
    search per page."""

    def __init__(self, number: str = "page_number", tells_size: bool = True) -> None:
        self._name = number
        self._tells_size = tells_size
        self._lists: dict[Hashable, Sequence[Any]] = {}
        self._version: Hashable = None

    def answer(self, call: Call, size: int, version: Hashable, search: Callable[[], Sequence[Any]],
               record: Callable[[Any], dict[str, Any]]) -> Answer:
        """One page: ``search`` makes the whole list (while ``version`` stays, once per filter), ``record`` turns an
        element into its JSON. A bad page number is answered with 404 (A5; A07 of PIX4D)."""
        if version != self._version:
            self._lists.clear()
            self._version = version
        filters = sorted((name, str(value)) for name, value in call.query.items() if name != self._name)
        key = (call.account.name, call.address, tuple(filters))
        if key not in self._lists:
            self._lists[key] = search()
        found = self._lists[key]
        number = self._number(call)
        last = max(1, -(-len(found) // size))
        if not 1 <= number <= last:
            raise not_found("Invalid page.")
        return Answer(200, {
            "count": len(found),
            "next": self._address(call, number + 1) if number < last else None,
            "previous": self._address(call, number - 1) if number > 1 else None,
            **({"page_size": size} if self._tells_size else {}),
            "results": [record(one) for one in found[(number - 1) * size:number * size]]})

    def _number(self, call: Call) -> int:
        number = call.query.get(self._name, 1)
        return number if isinstance(number, int) else 0

    def _address(self, call: Call, number: int) -> str:
        """Absolute, with all filters (A6)."""
        pairs = [(name, value) for name, value in parse_qsl(call.raw_query, keep_blank_values=True)
                 if name != self._name]
        return f"{call.address}?{urlencode([*pairs, (self._name, str(number))])}"
