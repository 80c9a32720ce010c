"""Pages by opaque tokens: where the last page ended, for the filters that it was for (D18, D30)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from ..errors import invalid

_Record = TypeVar("_Record")


class Pages:
    """Cuts a list that is in the order of a key into pages. ``filters`` are the members of the body that may not
    change from page to page."""

    def __init__(self, *filters: str) -> None:
        self._filters = filters

    def page(self, found: Sequence[_Record], given: Mapping[str, Any], limit: int,
             key: Callable[[_Record], Any]) -> tuple[Sequence[_Record], str | None]:
        """A page, and the token of the next one (None for the last)."""
        if limit < 1:
            raise invalid("limit", "Must be above 0.")
        mark = self.mark(given)
        token = given.get("continuation_token")
        if token:
            last = _read(token, mark)
            rest: Sequence[_Record] = [one for one in found if key(one) > last]
        else:
            rest = found[max(0, given.get("offset") or 0):]
        shown = rest[:limit]
        return shown, _write(mark, key(shown[-1])) if len(rest) > limit else None

    def mark(self, given: Mapping[str, Any]) -> str:
        """The filters in short."""
        chosen = {name: given.get(name) for name in self._filters}
        text = json.dumps(chosen, sort_keys=True)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def _write(mark: str, last: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps([mark, last]).encode("utf-8")).decode("ascii")


def _read(token: str, mark: str) -> Any:
    try:
        of, last = json.loads(base64.urlsafe_b64decode(token.encode("ascii")))
    except (ValueError, TypeError):
        raise invalid("continuation_token", "Not a token of this service.") from None
    if of != mark:
        raise invalid("continuation_token", "It belongs to a search with other filters.")
    return last
