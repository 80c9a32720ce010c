"""Tokens of the identity server, by password and by refresh token (section 2)."""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from ...errors import Refusal
from ...platform import Answer, Call
from ..records import Bearer, User
from ..registry import operation
from ..state import TENANT
from ..world import World

CLIENT = "frontend"
REALM = TENANT.capitalize()


@operation("getToken")
def get_token(world: World, call: Call) -> Answer:
    """An access token and a refresh token. An address of another realm, in any spelling, is not there."""
    if call.path["realm"] != REALM:
        raise Refusal(404, {"error": "Realm does not exist"})
    given = call.body
    if given.get("client_id") != CLIENT:
        raise _refused(401, "invalid_client", "Invalid client or Invalid client credentials")
    kind = given.get("grant_type")
    if kind == "password":
        user = _by_password(world, given)
    elif kind == "refresh_token":
        user = _by_refresh_token(world, given)
    else:
        raise _refused(400, "unsupported_grant_type" if kind else "invalid_request", "Unsupported grant_type")
    if not user.enabled:
        raise _refused(400, "invalid_grant", "Account disabled")
    return Answer(200, _tokens(world, user, given.get("scope") or "email profile"))


def _by_password(world: World, given: dict[str, Any]) -> User:
    user = world.state.user_named(given.get("username", ""))
    if user is None or not secrets.compare_digest(user.password.encode(), given.get("password", "").encode()):
        raise _refused(401, "invalid_grant", "Invalid user credentials")
    return user


def _by_refresh_token(world: World, given: dict[str, Any]) -> User:
    bearer = world.state.bearers.get(given.get("refresh_token", ""))
    if bearer is None or not bearer.refresh or bearer.user not in world.state.users:
        raise _refused(400, "invalid_grant", "Invalid refresh token")
    if world.clock.now() >= bearer.ends:
        raise _refused(400, "invalid_grant", "Token is not active")
    return world.state.users[bearer.user]


def _tokens(world: World, user: User, scope: str) -> dict[str, Any]:
    now, settings = world.clock.now(), world.settings
    access = _token(world, user, now + settings.pixel_token_seconds, refresh=False)
    refresh = _token(world, user, now + settings.pixel_refresh_seconds, refresh=True)
    return {"access_token": access, "expires_in": int(settings.pixel_token_seconds),
            "refresh_expires_in": int(settings.pixel_refresh_seconds), "refresh_token": refresh,
            "token_type": "Bearer", "not-before-policy": 0, "scope": scope}


def _token(world: World, user: User, ends: float, refresh: bool) -> str:
    """Shaped as a signed one; its signature is random, for the sandbox looks it up."""
    claims = {"exp": int(ends), "typ": "Refresh" if refresh else "Bearer", "azp": CLIENT,
              "preferred_username": user.username, "realm_access": {"roles": [user.role]}}
    parts = [json.dumps(one).encode() for one in ({"alg": "RS256"}, claims)]
    token = ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode()
                     for one in (*parts, secrets.token_bytes(32)))
    world.state.bearers[token] = Bearer(user.id, ends, refresh)
    world.services.issued.note(token)
    return token


def _refused(status: int, error: str, words: str) -> Refusal:
    return Refusal(status, {"error": error, "error_description": words})
