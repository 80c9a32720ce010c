"""Pages of a list, as Picterra and its like send them (section 4 of the Picterra notes)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from .errors import not_found
from .platform import Answer, Call


class Pages:
    """Cuts lists into pages; remembers the last lists made, so that walking a long one costs one search, not one
    search per page."""

    def __init__(self) -> None:
        self._lists: dict[Hashable, Sequence[Any]] = {}
        self._version: Hashable = None

    def answer(self, call: Call, size: int, version: Hashable, search: Callable[[], Sequence[Any]],
               record: Callable[[Any], dict[str, Any]]) -> Answer:
        """One page: ``search`` makes the whole list (while ``version`` stays, once per filter), ``record`` turns an
        element into its JSON. A bad page number is answered with 404 (A5)."""
        if version != self._version:
            self._lists.clear()
            self._version = version
        filters = sorted((name, str(value)) for name, value in call.query.items() if name != "page_number")
        key = (call.account.name, call.address, tuple(filters))
        if key not in self._lists:
            self._lists[key] = search()
        found = self._lists[key]
        number = self._number(call)
        last = max(1, -(-len(found) // size))
        if not 1 <= number <= last:
            raise not_found()
        return Answer(200, {
            "count": len(found),
            "next": self._address(call, number + 1) if number < last else None,
            "previous": self._address(call, number - 1) if number > 1 else None,
            "page_size": size,
            "results": [record(one) for one in found[(number - 1) * size:number * size]]})

    @staticmethod
    def _number(call: Call) -> int:
        number = call.query.get("page_number", 1)
        return number if isinstance(number, int) else 0

    @staticmethod
    def _address(call: Call, number: int) -> str:
        """Absolute, with all filters (A6)."""
        pairs = [(name, value) for name, value in parse_qsl(call.raw_query, keep_blank_values=True)
                 if name != "page_number"]
        return f"{call.address}?{urlencode([*pairs, ('page_number', str(number))])}"
