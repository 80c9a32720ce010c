"""The token flows against small token servers."""

from __future__ import annotations

import base64
import json
import threading
import time
from urllib.parse import parse_qs

import pytest
from imagery_hub.providers.descarteslabs.provider import connect
from imagery_hub.providers.errors import InputProblem, Kind, PlatformError, Refused, ServerFault
from imagery_hub.providers.http import tokens
from imagery_hub.providers.http.authentication import KeyHeader
from imagery_hub.providers.http.grants import LEGACY_CLIENT, ClientCredentials, KeycloakPassword, RefreshToken
from imagery_hub.providers.http.network import EnvironmentNetwork, Route
from imagery_hub.providers.http.operation import get, post
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.http.session import HttpSession
from imagery_hub.providers.work import certainly_not_done
from raw_server import RawServer, answer

SECRET = "marker-secret"
LIST, MAKE = get("things/"), post("things/")


class Direct:
    user_agent = "imagery-hub-test"

    def route(self, url: str) -> Route:
        return Route()


def as_json(value: object, status: int = 200) -> bytes:
    return answer(status, json.dumps(value).encode(), Content_Type="application/json")


def jwt(exp: float, aud: str = "cid") -> str:
    def piece(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{piece({'alg': 'HS256'})}.{piece({'aud': aud, 'exp': exp})}.c2ln"


class Platform:
    """A token server and the API behind it, in one: it gives numbered tokens and takes those in ``good``."""

    def __init__(self, expires_in: float | None = 3600) -> None:
        self.expires_in = expires_in
        self.good: set[str] = set()
        self.forms: list[dict[str, str]] = []
        self.seen: list[str] = []
        self.token_answers: list[bytes] = []
        self.lock = threading.Lock()
        self.delay = 0.0

    def respond(self, request):
        if request.target != "/token":
            token = request.headers.get("authorization", "").removeprefix("Bearer ")
            self.seen.append(token)
            return as_json({"ok": True}) if token in self.good else as_json({"detail": f"Not {token}."}, 401)
        time.sleep(self.delay)
        with self.lock:
            is_json = request.headers["content-type"] == "application/json"
            form = json.loads(request.body) if is_json else {
                name: values[0] for name, values in parse_qs(request.body.decode()).items()}
            self.forms.append(form)
            if self.token_answers:
                return self.token_answers.pop(0)
            token = f"token-{len(self.forms)}"
            self.good.add(token)
            given = {"access_token": token, "token_type": "Bearer", "refresh_token": f"refresh-{len(self.forms)}"}
            return as_json(given if self.expires_in is None else {**given, "expires_in": self.expires_in})


@pytest.fixture
def platform():
    made = Platform()
    with RawServer(made.respond) as server:
        made.address = server.address
        yield made


def session(platform, authenticator) -> HttpSession:
    made = HttpSession(platform.address + "/api/", authenticator, Direct(), RetryPolicy(attempts=3))
    made.pause = lambda seconds: None
    return made


def client(platform) -> ClientCredentials:
    return ClientCredentials(platform.address + "/token", "pix", SECRET, {"token_format": "jwt"})


def keycloak(platform) -> KeycloakPassword:
    return KeycloakPassword(platform.address + "/token", "a@b.example", SECRET)


def test_client_credentials_are_sent_in_the_form_and_used_until_they_end(platform):
    http = session(platform, client(platform))
    assert [http.json(LIST)["ok"] for _ in range(3)] == [True] * 3
    assert platform.forms == [{"grant_type": "client_credentials", "client_id": "pix", "client_secret": SECRET,
                               "token_format": "jwt"}]
    assert platform.seen == ["token-1"] * 3


@pytest.mark.parametrize("seconds", [3571, 3601, 7300])
def test_a_token_is_renewed_ahead_of_its_end(platform, monkeypatch, seconds):
    http = session(platform, client(platform))
    http.json(LIST)
    real = time.time
    monkeypatch.setattr(tokens.time, "time", lambda: real() + seconds)
    http.json(LIST)
    assert platform.seen == ["token-1", "token-2"]


def test_a_renewal_ahead_that_fails_is_endured_while_the_token_is_good(platform, monkeypatch):
    http = session(platform, client(platform))
    http.json(LIST)
    platform.token_answers = [as_json({}, 503)] * 9
    real = time.time
    monkeypatch.setattr(tokens.time, "time", lambda: real() + 3500)
    assert http.json(LIST) == http.json(LIST) == {"ok": True}
    assert len(platform.forms) == 2  # the second request did not ask again at once
    monkeypatch.setattr(tokens.time, "time", lambda: real() + 3700)
    with pytest.raises(ServerFault) as caught:
        http.json(MAKE)
    assert certainly_not_done(caught.value)


def test_many_threads_ask_for_one_token(platform):
    platform.delay = 0.1
    http = session(platform, client(platform))
    threads = [threading.Thread(target=http.json, args=(LIST,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(platform.forms) == 1 and platform.seen == ["token-1"] * 12


def test_many_threads_that_meet_a_401_ask_once(platform):
    http = session(platform, client(platform))
    http.json(LIST)
    platform.good.clear()
    platform.delay = 0.1
    outcomes = []
    threads = [threading.Thread(target=lambda: outcomes.append(http.json(MAKE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [{"ok": True}] * 8 and len(platform.forms) == 2


def test_a_second_401_is_told_without_the_token(platform):
    http = session(platform, client(platform))
    platform.good = type("Nothing", (set,), {"add": lambda self, item: None})()
    with pytest.raises(Refused) as caught:
        http.json(MAKE)
    assert caught.value.kind is Kind.NOT_LOGGED_IN and len(platform.seen) == 2
    assert "token-" not in str(caught.value) and certainly_not_done(caught.value)


@pytest.mark.parametrize(("status", "body"), [
    (401, {"error": "invalid_client"}), (400, {"error": "invalid_grant", "error_description": f"Bad {SECRET}"})])
def test_refused_secrets_are_told_and_not_tried_again_at_once(platform, status, body):
    platform.token_answers = [as_json(body, status)] * 9
    http = session(platform, keycloak(platform))
    for _ in range(3):
        with pytest.raises(Refused) as caught:
            http.json(MAKE)
        assert caught.value.kind is Kind.NOT_LOGGED_IN and certainly_not_done(caught.value)
        assert SECRET not in str(caught.value) + repr(caught.value)
    assert len(platform.forms) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"access_token": 5}', b'{"access_token": "a\\nb"}', b"<html>"])
def test_an_unusable_token_answer_is_a_bad_answer(platform, body):
    platform.token_answers = [answer(200, body)]
    with pytest.raises(ServerFault) as caught:
        session(platform, client(platform)).json(MAKE)
    assert caught.value.kind is Kind.BAD_ANSWER and certainly_not_done(caught.value) and platform.seen == []


def test_a_login_that_is_not_there_is_no_thing_that_is_not_there(platform):
    """Or a flow would take what it asks for as gone."""
    platform.token_answers = [as_json({"error": "Realm does not exist"}, 404)]
    with pytest.raises(ServerFault) as caught:
        session(platform, keycloak(platform)).json(LIST)
    assert (caught.value.kind, caught.value.facts["reason"]) == (Kind.BAD_ANSWER, "no_token_server")
    assert certainly_not_done(caught.value) and platform.seen == []
    assert caught.value.words == "Realm does not exist"


def test_a_busy_token_server_is_waited_for_even_before_a_request_that_creates(platform):
    platform.token_answers = [as_json({}, 503), as_json({}, 503)]
    assert session(platform, client(platform)).json(MAKE) == {"ok": True}
    assert len(platform.forms) == 3


def test_keycloak_logs_in_then_refreshes_then_logs_in_anew(platform):
    http = session(platform, keycloak(platform))
    http.json(LIST)
    assert platform.forms[0] == {"client_id": "frontend", "username": "a@b.example", "password": SECRET,
                                 "scope": "openid email profile", "grant_type": "password"}
    platform.good.clear()
    http.json(LIST)
    assert platform.forms[1] == {"client_id": "frontend", "grant_type": "refresh_token", "refresh_token": "refresh-1"}
    platform.good.clear()
    platform.token_answers = [as_json({"error": "invalid_grant"}, 400)]
    http.json(LIST)
    assert [form["grant_type"] for form in platform.forms] == ["password", "refresh_token", "refresh_token", "password"]


def test_keycloak_does_not_use_a_refresh_token_that_has_ended(platform, monkeypatch):
    platform.token_answers = [as_json({"access_token": "t", "expires_in": 60, "refresh_token": "r",
                                       "refresh_expires_in": 100})]
    platform.good.add("t")
    http = session(platform, keycloak(platform))
    http.json(LIST)
    real = time.time
    monkeypatch.setattr(tokens.time, "time", lambda: real() + 150)
    http.json(LIST)
    assert [form["grant_type"] for form in platform.forms] == ["password", "password"]


def test_refresh_tokens_are_sent_as_json_and_the_jwts_own_end_counts(platform, monkeypatch):
    first, second = jwt(time.time() + 3600), jwt(time.time() + 9999)
    platform.token_answers = [as_json({"access_token": first, "id_token": "x"}), as_json({"id_token": second})]
    platform.good |= {first, second}
    http = session(platform, RefreshToken(platform.address + "/token", "cid", SECRET))
    http.json(LIST)
    assert platform.forms == [{"client_id": "cid", "grant_type": "refresh_token", "refresh_token": SECRET}]
    real = time.time
    monkeypatch.setattr(tokens.time, "time", lambda: real() + 3600 - 490)
    http.json(LIST)
    assert platform.seen == [first, second]


def test_the_scope_of_a_login_is_asked_for(platform):
    platform.token_answers = [as_json({"access_token": jwt(time.time() + 3600)})]
    line = json.dumps({"client_id": "cid", "refresh_token": SECRET, "scope": "openid email"})
    opened = connect(platform.address + "/", {"client_id": "", "refresh_token": line}, {}, EnvironmentNetwork())
    try:
        assert opened.api.claims()["aud"] == "cid"
    finally:
        opened.close()
    assert platform.forms == [{"client_id": "cid", "grant_type": "refresh_token", "refresh_token": SECRET,
                               "scope": "openid email"}]


def test_the_legacy_client_asks_in_its_own_way(platform):
    session(platform, RefreshToken(platform.address + "/token", LEGACY_CLIENT, SECRET)).json(LIST)
    assert platform.forms[0] == {
        "client_id": LEGACY_CLIENT, "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "refresh_token": SECRET, "target": LEGACY_CLIENT, "api_type": "app", "scope": "openid name groups org email"}


@pytest.mark.parametrize(("aud", "asked"), [("cid", 0), ("other", 1)])
def test_a_token_at_hand_is_used_when_it_is_of_this_client(platform, aud, asked):
    token = jwt(time.time() + 3600, aud)
    platform.good.add(token)
    session(platform, RefreshToken(platform.address + "/token", "cid", SECRET, token=token)).json(LIST)
    assert len(platform.forms) == asked


def test_a_token_without_a_life_is_used_until_it_is_refused(platform):
    platform.expires_in = None
    http = session(platform, client(platform))
    http.json(LIST)
    platform.good.clear()
    http.json(LIST)
    assert platform.seen == ["token-1", "token-1", "token-2"]


def test_no_authenticator_shows_its_secrets(platform):
    for made in (client(platform), keycloak(platform), KeyHeader("k", SECRET),
                 RefreshToken(platform.address + "/token", "cid", SECRET)):
        assert SECRET not in repr(made) and SECRET not in str(made)
    assert "abc" not in repr(tokens.Token("abc", refresh="abc"))


def test_a_key_that_no_header_can_carry_is_named_without_showing_it(platform):
    for key in ("a\nb", "schlüssel\u2603"):
        with pytest.raises(InputProblem) as caught:
            session(platform, KeyHeader("X-Api-Key", key)).json(LIST)
        error: PlatformError = caught.value
        assert error.facts == {"problem": "unusable_header", "header": "X-Api-Key"} and key not in str(error)
