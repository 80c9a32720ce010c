"""Tokens of ArcGIS servers [K]: that of published services, and those of others, which harvest services read.

They are asked for with a login of that server; nothing of the platform's own goes there.
"""

from __future__ import annotations

from ...errors import Kind, Refused, ServerFault
from ...http.answers import record
from ...http.network import Network
from ...http.routing import RoutedSession, host
from ...http.tokens import ask
from ..service_records import ArcgisToken

HEADER = "X-Esri-Authorization"
"""Where ArcGIS takes a token besides ``token=``; in an address it would stand in the logs of proxies."""


def token_from(
    network: Network, address: str, username: str, password: str, referer: str = "", minutes: int = 60
) -> ArcgisToken:
    """The answer of a ``generateToken`` at this address; without a referer bound to this computer's address.

    Refusals come as HTTP 200 (section 16.2) and are raised as ``Refused`` of kind ``NOT_LOGGED_IN``.
    """
    client = {"client": "referer", "referer": referer} if referer else {"client": "requestip"}
    form = {"username": username, "password": password, "expiration": str(minutes), "f": "json", **client}
    session = RoutedSession(network)
    try:
        answer = ask(session, address, form, [password])
    finally:
        session.close()
    if isinstance(answer.get("error"), dict):
        words = str(answer["error"].get("message") or "").replace(password, "…") if password else ""
        raise Refused(Kind.NOT_LOGGED_IN, facts={"host": host(address)}, words=words)
    if not isinstance(answer.get("token"), str):
        raise ServerFault(Kind.BAD_ANSWER, facts={"host": host(address), "reason": "no_token"})
    return record(answer, ArcgisToken, "token")
