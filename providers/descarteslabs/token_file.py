"""The file in which the vendor's client keeps its credentials (notes, section 2.2), and the line of the vendor's
log-in page, which holds the same (2.4). Read only when the user names them, or names the server in the environment."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputProblem

LIMIT = 1 << 20


@dataclass(frozen=True)
class TokenInfo:
    """Who is asking. ``token``: one of an earlier time, used while it is good."""

    client_id: str
    refresh_token: str = field(repr=False)
    scope: str = ""
    token: str = field(default="", repr=False)


def read_file(path: str) -> TokenInfo:
    """The credentials of a token file. Raises :class:`InputProblem` (``no_token_file``) where there are none."""
    file = Path(path).expanduser()
    try:
        with file.open("rb") as stream:
            found = _object(stream.read(LIMIT).decode("utf-8"))
    except (OSError, UnicodeDecodeError):
        found = None
    known = None if found is None else _info(found)
    if known is None:
        raise InputProblem("no_token_file", file=file.name)
    return known


def of_line(text: str) -> TokenInfo | None:
    """The credentials of the line that the log-in page shows: base64url of the file's JSON, or that JSON; None for
    anything else, such as a bare refresh token."""
    found = _object(text)
    if found is None:
        try:
            plain = base64.b64decode(text.strip() + "=" * (-len(text.strip()) % 4), altchars=b"-_", validate=True)
            found = _object(plain.decode("utf-8"))
        except (binascii.Error, ValueError):
            return None
    return None if found is None else _info(found)


def fields_of_line(text: str) -> dict[str, str] | None:
    """What a form's fields get of such a line, None for anything else. A line that names a scope stays whole in the
    place of the token, as the scope is sent with it (notes, section 2.3)."""
    found = of_line(text)
    if found is None:
        return None
    return {"client_id": found.client_id, "refresh_token": text.strip() if found.scope else found.refresh_token}


def _object(text: str) -> Mapping[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _info(found: Mapping[str, Any]) -> TokenInfo | None:
    """Secret and refresh token are the same under two names; when both are given the latter counts."""
    words = {name: value for name, value in found.items() if isinstance(value, str)}
    secret = words.get("refresh_token") or words.get("client_secret") or ""
    if not words.get("client_id") or not secret:
        return None
    token = words.get("jwt_token") or words.get("JWT_TOKEN") or ""
    return TokenInfo(words["client_id"], secret, words.get("scope", ""), token)
