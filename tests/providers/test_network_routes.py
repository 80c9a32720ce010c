"""Proxies, private authorities and pinned certificates, below QGIS."""

from __future__ import annotations

import base64
import hashlib
import ssl

import pytest
import trustme
from imagery_hub.providers.errors import ConnectionFailed, Kind
from imagery_hub.providers.http.authentication import KeyHeader
from imagery_hub.providers.http.network import EnvironmentNetwork, Route
from imagery_hub.providers.http.operation import get, post
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.http.session import HttpSession
from imagery_hub.providers.transfer import S3Credentials, S3Multipart, SignedPut, TransferEngine, download, upload
from imagery_hub.providers.work import Work, certainly_not_done
from raw_server import RawServer, answer
from tls_and_proxy import proxy_server
from transfer_helpers import MIB, made_file

LOGIN, QUOTED = "maria:p@ss:w/ord 1", "maria:p%40ss%3Aw%2Ford%201"
LIST, MAKE = get("things/"), post("things/")
SIGNED = "/a%2fb?sig=%7e|%2B"


class Fixed:
    user_agent = "imagery-hub-test"

    def __init__(self, route: Route) -> None:
        self._route = route

    def route(self, url: str) -> Route:
        return self._route


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def certificate(authority):
    return authority.issue_cert("localhost")


@pytest.fixture
def tls(certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


@pytest.fixture
def bundle(authority, tmp_path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def fingerprint(certificate) -> str:
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(certificate.cert_chain_pems[0].bytes().decode())).hexdigest()


def session(server, route: Route) -> HttpSession:
    key = KeyHeader("X-Key", "marker-secret-key")
    made = HttpSession(server.address + "/api/", key, Fixed(route), RetryPolicy(attempts=1))
    made.pause = lambda seconds: None
    return made


def engine(route: Route) -> TransferEngine:
    return TransferEngine(Fixed(route), retry=RetryPolicy(attempts=1), range_bytes=MIB)


def hello(request):
    return answer(200, b"{}")


def test_an_unknown_authority_is_refused_before_anything_is_sent(tls):
    with RawServer(hello, tls=tls) as server, pytest.raises(ConnectionFailed) as caught:
        session(server, Route()).json(MAKE)
    assert caught.value.kind is Kind.CERTIFICATE and certainly_not_done(caught.value) and server.requests == []
    assert "unable to get local issuer certificate" in caught.value.facts["reason"]


def test_a_private_authority_and_an_accepted_certificate_are_enough(tls, bundle, certificate):
    with RawServer(hello, tls=tls) as server:
        assert session(server, Route(verify=bundle)).json(LIST) == {}
        assert session(server, Route(fingerprint=fingerprint(certificate))).json(LIST) == {}


def test_another_certificate_than_the_accepted_one_is_refused(tls):
    with RawServer(hello, tls=tls) as server, pytest.raises(ConnectionFailed) as caught:
        session(server, Route(fingerprint="00" * 32)).json(MAKE)
    assert caught.value.kind is Kind.CERTIFICATE and server.requests == []


@pytest.mark.parametrize("pinned", [False, True])
def test_transfers_over_tls_and_through_a_proxy_with_a_password(pinned, tls, bundle, certificate, tmp_path):
    content = made_file(tmp_path / "a", 3 * MIB + 7)

    def respond(request):
        if request.method == "PUT":
            return answer(200, ETag='"e"') if request.body == content else None
        start, _, end = request.headers["range"].removeprefix("bytes=").partition("-")
        piece = content[int(start):int(end) + 1]
        return answer(206, piece, Content_Range=f"bytes {start}-{int(start) + len(piece) - 1}/{len(content)}")

    trust = {"fingerprint": fingerprint(certificate)} if pinned else {"verify": bundle}
    with RawServer(respond, tls=tls) as server, proxy_server(LOGIN) as proxy:
        through = {"https": f"http://{QUOTED}@127.0.0.1:{proxy.server_address[1]}"}
        for proxies in ({}, through):
            with engine(Route(proxies, **trust)) as made:
                upload(tmp_path / "a", SignedPut(lambda: server.address + SIGNED), Work(), made)
                download(lambda: server.address + SIGNED, tmp_path / "b", Work(), made)
            assert (tmp_path / "b").read_bytes() == content
        assert {request.target for request in server.requests} == {SIGNED}
        assert proxy.asked and {method for method, _ in proxy.asked} == {"CONNECT"}


def test_a_plain_proxy_is_given_the_whole_address_byte_for_byte(tmp_path):
    made_file(tmp_path / "a", 100)
    with RawServer(lambda request: answer(200)) as proxy:
        with engine(Route({"http": f"http://{QUOTED}@127.0.0.1:{proxy.port}"})) as made:
            upload(tmp_path / "a", SignedPut(lambda: "http://storage.example:81" + SIGNED), Work(), made)
        [request] = proxy.requests
    assert request.target == "http://storage.example:81" + SIGNED
    assert request.headers["host"] == "storage.example:81"
    assert base64.b64decode(request.headers["proxy-authorization"].split()[1]).decode() == LOGIN
    assert len(request.body) == 100


@pytest.mark.parametrize("secured", [True, False])
def test_a_proxy_that_wants_a_password_is_told_and_nothing_was_done(secured, tls, bundle):
    with RawServer(hello, tls=tls if secured else None) as server, proxy_server(LOGIN) as proxy:
        address = f"http://maria:wrong@127.0.0.1:{proxy.server_address[1]}"
        with pytest.raises(ConnectionFailed) as caught:
            session(server, Route({"http": address, "https": address}, bundle)).json(
                LIST if not secured else MAKE)
        assert caught.value.kind is Kind.PROXY and certainly_not_done(caught.value) and server.requests == []
        assert "wrong" not in str(caught.value) and "wrong" not in repr(Route({"http": address}))


def test_a_connection_that_a_proxy_cuts_leaves_the_outcome_open():
    """Older urllib3 calls this a proxy error; taken as such, a creating request would be repeated."""
    with RawServer(lambda request: None) as proxy, pytest.raises(ConnectionFailed) as caught:
        made = HttpSession("http://platform.example/api/", KeyHeader("k", "v"),
                           Fixed(Route({"http": f"http://127.0.0.1:{proxy.port}"})))
        made.json(MAKE)
    assert caught.value.kind is Kind.INTERRUPTED and not certainly_not_done(caught.value)
    assert len(proxy.requests) == 1


def test_s3_goes_through_the_proxy_and_the_private_authority_too(tls, bundle, tmp_path):
    made_file(tmp_path / "a", 6 * MIB)
    created = b"<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>"
    completed = b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>"

    def respond(request):
        if request.method == "POST":
            return answer(200, created if request.target.endswith("?uploads") else completed)
        listing = b"<ListPartsResult><IsTruncated>false</IsTruncated></ListPartsResult>"
        return answer(200, listing) if request.method == "GET" else answer(200, ETag='"e"')

    with RawServer(respond, tls=tls) as server, proxy_server(LOGIN) as proxy:
        way = Route({"https": f"http://{QUOTED}@127.0.0.1:{proxy.server_address[1]}"}, bundle)
        with engine(way) as made:
            upload(tmp_path / "a", S3Multipart("b", "k", lambda: S3Credentials("A", "S"), "us-east-1", server.address,
                                               5 * MIB), Work(), made)
        assert len(server.requests) == 5
        assert {request.target.partition("?")[0] for request in server.requests} == {"/b/k"}
        assert {method for method, _ in proxy.asked} == {"CONNECT"}
        assert all("marker" not in str(request.headers) for request in server.requests)


def test_the_environment_gives_proxies_and_bundle(monkeypatch):
    for name in ("NO_PROXY", "no_proxy", "CURL_CA_BUNDLE", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/some/bundle.pem")
    found = EnvironmentNetwork().route("https://platform.example/x")
    assert (found.proxies["https"], found.verify) == ("http://proxy.example:3128", "/some/bundle.pem")
