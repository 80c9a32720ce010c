"""How answers of the catalog are read: documents, flat objects and bare lists (notes, section 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, cast

from ...errors import Kind, ServerFault
from ...http.answers import Page, Record, is_identity
from ...http.operation import Operation
from ...http.session import HttpSession

CONTINUATION = "x-continuation-token"


def document(answer: Any, kind: type[Record]) -> Record:
    """The object of a document: its attributes, and beside them ``id`` and the members of ``meta``.

    Raises :class:`ServerFault` (BAD_ANSWER) for what is none.
    """
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        _bad("missing_member", "data")
    if not is_identity(data.get("id")):
        _bad("missing_member", "id")
    attributes, meta = data.get("attributes"), data.get("meta")
    found = {**(meta if isinstance(meta, dict) else {}), **(attributes if isinstance(attributes, dict) else {})}
    return cast(Record, tidy({**found, "id": data["id"]}))


def flat(answer: Any, kind: type[Record]) -> Record:
    """A flat object with an id."""
    if not isinstance(answer, dict) or not is_identity(answer.get("id")):
        _bad("missing_member", "id")
    return cast(Record, tidy(answer))


def tidy(one: Mapping[str, Any]) -> dict[str, Any]:
    """The place of a band under the names of requests, whichever the answer has (ASSUMED D06)."""
    found = dict(one)
    for other, name in (("src_band", "srcband"), ("src_file", "srcfile")):
        if other in found:
            found.setdefault(name, found.pop(other))
    return found


def listed(answer: Any, kind: type[Record]) -> list[Record]:
    """The objects with an id of a bare list."""
    if not isinstance(answer, list):
        _bad("not_a_list")
    return [cast(Record, tidy(one)) for one in answer if isinstance(one, dict) and is_identity(one.get("id"))]


def mapped(answer: Any, kind: type[Record]) -> dict[str, Record]:
    """The objects of a map from ids."""
    if not isinstance(answer, dict):
        _bad("not_an_object")
    return {
        name: cast(Record, tidy({"id": name, **one})) for name, one in answer.items() if isinstance(one, dict)
    }


def pages(
    http: HttpSession, operation: Operation, kind: type[Record], body: Mapping[str, Any], begin: str = ""
) -> Iterator[tuple[Page[Record], str]]:
    """Pages of a search and where each next one begins, empty after the last. The service says it in a header and
    reads it in the body; an empty list ends as well (section 11)."""
    token = begin
    while True:
        asked = {**body, "continuation_token": token} if token else dict(body)
        answer, headers = http.answered(operation, body=asked)
        rows = listed(answer, kind)
        following = headers.get(CONTINUATION, "") if rows else ""
        if following and following == token:
            _bad("page_repeated")
        token = following
        yield Page(rows, None, not token), token
        if not token:
            return


def address(text: str) -> str:
    """A signed address that came as bare text."""
    if not text.startswith(("http://", "https://")):
        _bad("missing_member", "url")
    return text


def _bad(reason: str, member: str = "") -> NoReturn:
    raise ServerFault(Kind.BAD_ANSWER, facts={"reason": reason, "member": member})
