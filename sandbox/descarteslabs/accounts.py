"""Who uses the catalog, and the web tokens by which they are known (sections 2 and 18, D14, D15, D21)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from ..clock import Clock

LEGACY_CLIENT = "ZOBAi4UROl5gKZIpxxlwOEfx8KpqXf2c"
"""A public constant: the client of the first generation of tokens."""
STAFF = "staff"
"""The group that may make core products."""


@dataclass(frozen=True)
class Account:
    """Somebody with a refresh token. ``name`` is what the log calls them."""

    name: str
    client_id: str
    refresh_token: str
    subject: str
    full_name: str
    email: str
    organization: str | None = None
    groups: tuple[str, ...] = ()

    @property
    def user(self) -> str:
        """The namespace of the user: hex SHA-1 of the subject (section 2.5)."""
        return hashlib.sha1(self.subject.encode("utf-8"), usedforsecurity=False).hexdigest()

    @property
    def namespace(self) -> str:
        """What is put in front of ids without a namespace (D14)."""
        return self.organization or self.user

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Namespaces that are this account's own."""
        return tuple(dict.fromkeys((self.namespace, self.user)))

    @property
    def principals(self) -> frozenset[str]:
        """The entries of access lists that mean this account."""
        names = [f"user:{self.user}", f"email:{self.email}", *(f"group:{one}" for one in self.groups)]
        return frozenset(names + ([f"org:{self.organization}"] if self.organization else []))


def _account(name: str, subject: str, full_name: str, **more: Any) -> Account:
    kind = "" if name == "default" else f"{name}-"
    return Account(name, more.pop("client_id", f"sandbox-dl-{kind}client"), f"sandbox-dl-{kind}refresh-token", subject,
                   full_name, f"{name}@acme.example", **more)


ACCOUNTS = {one.name: one for one in (
    _account("default", "auth0|sandbox-grower", "Asha Grower", organization="acme", groups=("growers",)),
    _account("colleague", "auth0|sandbox-colleague", "Ravi Colleague", organization="acme"),
    _account("other", "auth0|sandbox-other", "Olga Other"),
    _account("staff", "auth0|sandbox-staff", "Sam Staff", groups=(STAFF,)),
    _account("legacy", "auth0|sandbox-grower", "Asha Grower", client_id=LEGACY_CLIENT, organization="acme",
             groups=("growers",)))}
"""``legacy`` is the default user by the client id of old."""


class Tokens:
    """Web tokens signed with HS256. Those of before a restart are not known any more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._revoked: set[str] = set()

    def issue(self, account: Account, seconds: float) -> str:
        """A token with the claims of section 2.3."""
        claims: dict[str, Any] = {
            "sub": account.subject, "aud": account.client_id, "exp": int(self._clock.now() + seconds),
            "iat": int(self._clock.now()), "jti": secrets.token_hex(8), "name": account.full_name,
            "groups": list(account.groups), "email": account.email, "email_verified": True}
        if account.organization:
            claims["org"] = account.organization
        parts = [_encode(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims)]
        signed = ".".join(parts)
        return f"{signed}.{self._sign(signed)}"

    def account(self, token: str) -> Account | None:
        """Whose token it is; None for one that is broken, of somebody else's making, over, or revoked."""
        signed, _, signature = token.rpartition(".")
        if not signed or token in self._revoked:
            return None
        if not hmac.compare_digest(self._sign(signed).encode(), signature.encode("utf-8")):
            return None
        claims = json.loads(_decode(signed.partition(".")[2]))
        if self._clock.now() >= claims["exp"]:
            return None
        return next((one for one in ACCOUNTS.values() if one.client_id == claims["aud"]), None)

    def revoke(self, token: str) -> None:
        """Refuse this token from now on."""
        self._revoked.add(token)

    def reset(self) -> None:
        """Take no revocation for given; tokens stay good."""
        self._revoked.clear()

    def _sign(self, signed: str) -> str:
        return _encode(hmac.new(self._secret, signed.encode("utf-8"), hashlib.sha256).digest())


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
