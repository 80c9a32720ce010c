"""The session against a server that answers whatever the test says."""

from __future__ import annotations

import json
import threading
import time
import tracemalloc

import pytest
from imagery_hub.providers.errors import ConnectionFailed, InputProblem, Kind, PlatformError, Refused, ServerFault
from imagery_hub.providers.http.authentication import KeyHeader
from imagery_hub.providers.http.connections import IDLE_SECONDS
from imagery_hub.providers.http.network import Route
from imagery_hub.providers.http.operation import get, post, put
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.http.routing import RoutedSession
from imagery_hub.providers.http.session import HttpSession
from imagery_hub.providers.work import certainly_not_done
from raw_server import RawServer, answer

KEY = "marker-secret-key"
THING = get("things/{thing}/")
LIST = get("things/")
MAKE = post("things/")
SET = put("things/{thing}/")


class Direct:
    user_agent = "imagery-hub-test"

    def route(self, url: str) -> Route:
        return Route()


def session(server: RawServer, **retry: float) -> HttpSession:
    made = HttpSession(server.address + "/api/", KeyHeader("X-Api-Key", KEY), Direct(), RetryPolicy(**retry))
    made.pauses = []
    made.pause = made.pauses.append
    return made


def as_json(value: object, status: int = 200, **headers: str) -> bytes:
    return answer(status, json.dumps(value).encode(), Content_Type="application/json", **headers)


def sequence(*answers: bytes | None):
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def test_key_body_and_path_values_are_sent_as_meant():
    with RawServer(lambda request: as_json({"id": "a"})) as server:
        http = session(server)
        assert http.json(SET, thing="../a b/ü", body={"x": 1.5}) == {"id": "a"}
        http.json(MAKE)
        first, second = server.requests
        assert first.target == "/api/things/..%2Fa%20b%2F%C3%BC/"
        assert first.headers["x-api-key"] == KEY
        assert (first.headers["content-type"], first.body) == ("application/json", b'{"x": 1.5}')
        assert "content-type" not in second.headers and second.body == b""
        assert "cookie" not in second.headers and second.headers["user-agent"] == "imagery-hub-test"


def test_pages_go_on_at_the_own_address_where_next_names_another_host():
    def reply(request):
        following = None if "page=2" in request.target else "https://elsewhere.example/other/?page=2&tag=a%20b"
        return as_json({"results": [request.target], "next": following})

    with RawServer(reply) as server:
        found = [page["results"] for page in session(server).pages(LIST, query={"tag": ["a", "b"]}, rebuilt=True)]
        assert found == [["/api/things/?tag=a&tag=b"], ["/api/things/?page=2&tag=a%20b"]]
        assert server.requests[1].headers["x-api-key"] == KEY


@pytest.mark.parametrize("status", [502, 503, 504, 429])
def test_passing_failures_of_a_reading_request_are_repeated(status):
    with RawServer(sequence(answer(status), answer(status), as_json([1]))) as server:
        assert session(server).json(LIST) == [1]
        assert len(server.requests) == 3


def test_500_is_not_repeated_and_keeps_words_and_request_id():
    with RawServer(lambda request: as_json({"detail": "Boom."}, 500, X_Request_Id="abc-1")) as server:
        with pytest.raises(ServerFault) as caught:
            session(server).json(LIST)
        assert (caught.value.words, caught.value.request_id, caught.value.status) == ("Boom.", "abc-1", 500)
        assert len(server.requests) == 1


@pytest.mark.parametrize(("first", "sent"), [
    (answer(429), 2), (answer(429, Retry_After="7"), 2), (answer(503, Retry_After="7"), 2),
    (answer(503), 1), (answer(502), 1), (answer(504), 1), (None, 1)])
def test_a_creating_request_is_repeated_only_when_it_was_surely_not_taken(first, sent):
    with RawServer(sequence(first, as_json({"id": 1}))) as server:
        http = session(server)
        if sent == 2:
            assert http.json(MAKE, body={}) == {"id": 1}
        else:
            with pytest.raises(PlatformError) as caught:
                http.json(MAKE, body={})
            assert not certainly_not_done(caught.value)
        assert len(server.requests) == sent


def test_retry_after_is_waited_for_whole_and_a_long_one_is_told():
    with RawServer(sequence(answer(429, Retry_After="7"), as_json(1))) as server:
        http = session(server)
        http.json(LIST)
        assert len(http.pauses) == 1 and 7 <= http.pauses[0] <= 8
    with RawServer(lambda request: answer(429, Retry_After="4000")) as server:
        with pytest.raises(Refused) as caught:
            session(server).json(LIST)
        assert (caught.value.kind, caught.value.facts["retry_after"]) == (Kind.THROTTLED, "4000")
        assert len(server.requests) == 1


def test_who_is_told_to_slow_down_without_a_time_waits_a_minute_in_all():
    with RawServer(lambda request: answer(429)) as server:
        http = session(server)
        with pytest.raises(Refused) as caught:
            http.json(LIST)
        assert caught.value.kind is Kind.THROTTLED
        assert sum(http.pauses) >= 60 and http.pauses == sorted(http.pauses) and len(server.requests) == 5


def test_nothing_listens_is_unreachable_and_surely_not_done():
    with RawServer(lambda request: None) as server:
        http = session(server, attempts=2)
        server.stop_listening()
    with pytest.raises(ConnectionFailed) as caught:
        http.json(MAKE)
    assert caught.value.kind is Kind.UNREACHABLE and certainly_not_done(caught.value)
    assert len(http.pauses) == 1


def test_a_cut_answer_is_repeated_for_reading_and_open_for_creating():
    cut = as_json({"id": "x" * 100})[:-30]

    def respond(request):
        return cut if len(server.requests) % 2 else as_json({"id": "whole"})

    with RawServer(respond, close_after=1) as server:
        assert session(server).json(LIST) == {"id": "whole"}
        with pytest.raises(ConnectionFailed) as caught:
            session(server).json(MAKE)
        assert caught.value.kind is Kind.INTERRUPTED and not certainly_not_done(caught.value)


@pytest.mark.parametrize("body", [b'{"a": NaN}', b'{"a": ', b"\xff\xfe\xfa", b"[" * 100_000, b'{"a": -Infinity}'])
def test_what_is_not_json_is_a_bad_answer(body):
    with RawServer(lambda request: answer(200, body, X_Request_Id="r1")) as server:
        with pytest.raises(ServerFault) as caught:
            session(server).json(LIST)
        assert (caught.value.kind, caught.value.facts["reason"]) == (Kind.BAD_ANSWER, "not_json")
        assert caught.value.request_id == "r1"


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": {1}}, {"a": float("inf")}])
def test_what_json_cannot_say_is_named_before_anything_is_sent(body):
    with RawServer(lambda request: as_json(1)) as server:
        with pytest.raises(InputProblem) as caught:
            session(server).json(MAKE, body=body)
        assert certainly_not_done(caught.value) and server.requests == []


def test_the_key_never_leaves_its_origin():
    with RawServer(lambda request: as_json({"seen": 1})) as other:
        def respond(request):
            if "things/own" in request.target:
                return answer(302, Location="/api/moved")
            if "moved" in request.target:
                return as_json({"own": 1})
            if request.target.endswith("/things/"):
                return as_json({"results": [1], "next": other.address + "/api/things/?page=2"})
            return answer(302, Location=other.address + "/api/x")

        with RawServer(respond) as server:
            http = session(server)
            assert http.json(THING, thing="own") == {"own": 1}
            with pytest.raises(ServerFault) as caught:
                http.json(THING, thing="foreign")
            assert caught.value.facts["reason"] == "foreign_address"
            pages = http.pages(LIST)
            assert next(pages)["results"] == [1]
            with pytest.raises(ServerFault):
                next(pages)
            assert http.location(THING, thing="foreign") == other.address + "/api/x"
        assert other.requests == []


def test_an_address_that_parsers_read_differently_does_not_carry_the_key_away():
    """What stands before a backslash is the host for the library that sends, and part of a user name for others."""
    with RawServer(lambda request: as_json({"results": []})) as other, RawServer(
        lambda request: as_json({"results": [1], "next": odd})
    ) as server:
        odd = other.address + "\\@" + server.address.partition("//")[2] + "/api/things/?page=2"
        pages = session(server).pages(LIST)
        assert next(pages)["results"] == [1]
        with pytest.raises(ServerFault) as caught:
            next(pages)
        assert caught.value.facts["reason"] == "foreign_address"
        assert other.requests == []


@pytest.mark.parametrize("identity", ["", ".", ".."])
def test_an_id_that_would_be_another_path_is_named_before_anything_is_sent(identity):
    with RawServer(lambda request: answer(204)) as server:
        with pytest.raises(InputProblem) as caught:
            session(server).json(SET, thing=identity)
        assert caught.value.facts["problem"] == "unusable_id"
        assert server.requests == []


def test_pages_are_lazy_and_a_ring_of_pages_ends():
    def respond(request):
        number = int(request.target.partition("page=")[2] or 1)
        return as_json({"results": [number], "next": f"{server.address}/api/things/?page={number % 3 + 1}"})

    with RawServer(respond) as server:
        pages = session(server).pages(LIST, query={"page": "1"})
        assert next(pages)["results"] == [1] and len(server.requests) == 1
        assert next(pages)["results"] == [2] and len(server.requests) == 2
        with pytest.raises(ServerFault) as caught:
            list(pages)
        assert caught.value.facts["reason"] == "page_repeated"


def test_twenty_thousand_items_are_listed_with_flat_memory():
    page = [{"id": f"{number:032x}", "name": "raster " * 10} for number in range(100)]

    def respond(request):
        number = int(request.target.partition("page=")[2] or 1)
        following = f"{server.address}/api/things/?page={number + 1}" if number < 200 else None
        return as_json({"results": page, "next": following})

    with RawServer(respond) as server:
        server.requests = type("Forgetful", (list,), {"append": lambda self, item: None})()
        tracemalloc.start()
        try:
            count = sum(len(page["results"]) for page in session(server).pages(LIST))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000


def test_streaming_holds_one_piece_and_notices_a_cut():
    size = 30_000_000
    with RawServer(lambda request: answer(200, b"a" * size, Content_Length=str(size + 5)), close_after=1) as server:
        http = session(server)
        total = 0
        with pytest.raises(ConnectionFailed), http.stream(LIST) as pieces:
            for piece in pieces:
                assert len(piece) <= 1 << 18
                total += len(piece)
        assert size - (1 << 18) <= total <= size


def test_no_secret_and_no_signed_address_in_any_error():
    said = {"detail": f"Key {KEY} at https://user:pw@storage.example/a.tif?X-Amz-Signature=abcdef is wrong\x07\n" * 9}
    with RawServer(lambda request: as_json(said, 403)) as server:
        http = session(server)
        with pytest.raises(Refused) as caught:
            http.json(LIST)
        for text in (str(caught.value), repr(caught.value), caught.value.words, repr(http.__dict__)):
            assert KEY not in text and "abcdef" not in text and "pw" not in text
        assert "storage.example/a.tif" in caught.value.words and len(caught.value.words) <= 300
    signed = server.address + "/x?Signature=abcdef"
    with pytest.raises(ConnectionFailed) as failed:
        HttpSession(signed, KeyHeader("k", KEY), Direct(), RetryPolicy(attempts=1)).json(LIST)
    assert "abcdef" not in str(failed.value) and failed.value.__suppress_context__


def test_html_and_xml_pages_are_not_words():
    for kind, body in (("text/html", b"<html>502</html>"), ("application/xml", b"<Error>StringToSign</Error>")):
        with RawServer(lambda request, kind=kind, body=body: answer(404, body, Content_Type=kind)) as server:
            with pytest.raises(Refused) as caught:
                session(server).json(LIST)
            assert caught.value.words == ""


def test_an_idle_connection_is_not_used_for_a_request_that_must_not_be_repeated(monkeypatch):
    """The server closes idle connections; the client must not lose a POST on one of them."""
    with RawServer(lambda request: as_json({"id": 1}), close_after=0) as server:
        http = session(server)
        http.json(LIST)
        http.json(MAKE)
        assert server.connections == 1
        real = time.monotonic
        monkeypatch.setattr("imagery_hub.providers.http.connections.time.monotonic",
                            lambda: real() + IDLE_SECONDS + 0.1)
        http.json(MAKE)
        assert server.connections == 2


def test_a_connection_closed_after_its_answer_does_not_lose_the_next_post():
    with RawServer(lambda request: as_json({"id": 1}), close_after=1) as server:
        http = session(server)
        for _ in range(20):
            assert http.json(MAKE) == {"id": 1}
            until = time.monotonic() + 30
            while server._open and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(0.02)


def test_one_session_serves_many_threads():
    with RawServer(lambda request: as_json({"target": request.target})) as server:
        http = session(server)
        wrong: list[str] = []

        def read(number: int) -> None:
            for turn in range(30):
                if http.json(THING, thing=f"{number}-{turn}")["target"] != f"/api/things/{number}-{turn}/":
                    wrong.append(f"{number}-{turn}")

        threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == [] and len(server.requests) == 240 and server.connections <= 16


def test_time_out_while_waiting_for_the_answer(monkeypatch):
    monkeypatch.setitem(RoutedSession.send.__kwdefaults__, "read_seconds", 0.2)
    release = threading.Event()

    def respond(request):
        release.wait(5)
        return None

    with RawServer(respond) as server:
        with pytest.raises(ConnectionFailed) as caught:
            session(server).json(MAKE)
        release.set()
        assert caught.value.kind is Kind.TIMED_OUT and not certainly_not_done(caught.value)
