"""OAuth tokens by client credentials (section 2)."""

from __future__ import annotations

import base64
import json
import secrets
from urllib.parse import parse_qsl

from ...errors import Refusal
from ...platform import Answer, Call
from ..records import Bearer
from ..registry import operation
from ..world import World


@operation("getToken")
def get_token(world: World, call: Call) -> Answer:
    """A token for a pair of id and secret, from a form, a multipart form or the query of an empty POST."""
    given = {**dict(parse_qsl(call.raw_query)), **call.body}
    if given.get("grant_type") != "client_credentials":
        raise Refusal(400, {"error": "unsupported_grant_type" if given.get("grant_type") else "invalid_request"})
    if given.get("token_format", "jwt") != "jwt" or not given.get("client_id") or not given.get("client_secret"):
        raise Refusal(400, {"error": "invalid_request"})
    account = world.state.accounts.get(given["client_id"])
    if account is None or account.revoked or not secrets.compare_digest(
            account.secret.encode(), given["client_secret"].encode()):
        raise Refusal(401, {"error": "invalid_client"})
    lifetime = world.settings.pix4d_token_seconds
    token = _token(account.name)
    world.state.bearers[token] = Bearer(account.name, world.clock.now() + lifetime)
    world.services.issued.note(token)
    return Answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": int(lifetime),
                        "scope": "read:cloud write:cloud"})


def _token(name: str) -> str:
    """Shaped as a signed one; its signature is random, for the sandbox looks it up."""
    parts = [json.dumps(one).encode() for one in ({"alg": "RS256"}, {"client_id": name})]
    return ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in (*parts, secrets.token_bytes(32)))
