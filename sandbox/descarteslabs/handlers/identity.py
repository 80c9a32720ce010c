"""Web tokens for refresh tokens (section 2.3, D21)."""

from __future__ import annotations

import secrets

from ...errors import Refusal
from ...platform import Answer, Call
from ..accounts import ACCOUNTS, LEGACY_CLIENT
from ..registry import operation
from ..world import World

_LEGACY_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@operation("refreshToken")
def refresh_token(world: World, call: Call) -> Answer:
    """A new token; the client of old gets it as ``id_token`` only."""
    given = call.body
    legacy = given["client_id"] == LEGACY_CLIENT
    if given["grant_type"] != (_LEGACY_GRANT if legacy else "refresh_token"):
        raise Refusal(400, {"error": "unsupported_grant_type"})
    account = next((one for one in ACCOUNTS.values() if one.client_id == given["client_id"]), None)
    if account is None or not secrets.compare_digest(account.refresh_token.encode(), given["refresh_token"].encode()):
        raise Refusal(401, {"error": "invalid_grant"})
    token = world.tokens.issue(account, world.settings.descarteslabs_token_seconds)
    world.services.issued.note(token)
    return Answer(200, {"id_token": token} if legacy else {"access_token": token, "id_token": token})
