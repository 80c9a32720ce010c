"""The address of a server as a person gives it, brought into one form."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from ..errors import InputProblem


def root_of(text: str, usual: str) -> str:
    """The root of a server with its last slash; that of ``usual`` where none is given.

    Raises :class:`InputProblem`: ``no_address`` for what is none, ``address_with_login`` for one that holds a user name
    or password, which would be kept where addresses are, and shown with them.
    """
    given = text.strip() or usual
    if holds_login(given):
        raise InputProblem("address_with_login")
    root = given.rstrip("/") + "/"
    parts = _parts(root)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise InputProblem("no_address", address=text)
    return root


def holds_login(text: str) -> bool:
    """Whether a user name or password stands before the host."""
    return "@" in text.strip().partition("://")[2].partition("/")[0]


def _parts(address: str) -> SplitResult | None:
    """None for what cannot be taken apart; a port that is no number is found out only when it is asked for."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts
