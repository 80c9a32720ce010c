"""HTTP behaves as QGIS's own would: proxy, authorities, accepted certificates, user agent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme
from imagery_hub.core import log, quick_looks
from imagery_hub.core.layers.gdal_calls import thread_options
from imagery_hub.core.layers.streaming import routes
from imagery_hub.core.layers.streaming.credentials import keep, take_back
from imagery_hub.core.live_sources import lent, live_of
from imagery_hub.core.network import NetworkSettings
from imagery_hub.core.network.proxies import ProxyRules, address_of
from imagery_hub.core.network.qgis_network import QgisNetwork
from imagery_hub.providers.capabilities import Bucket, Entry, Offered, Signed
from imagery_hub.providers.errors import InputProblem, Kind, MissingLibrary, PlatformError
from imagery_hub.providers.http.authentication import Anonymous
from imagery_hub.providers.http.operation import get
from imagery_hub.providers.http.session import HttpSession
from imagery_hub.providers.work import Work
from osgeo import gdal
from qgis.core import QgsApplication, QgsAuthCertUtils, QgsAuthConfigSslServer, QgsNetworkAccessManager, QgsSettings
from qgis.PyQt.QtCore import QByteArray, QUrl
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtNetwork import (
    QNetworkProxy,
    QNetworkProxyFactory,
    QNetworkProxyQuery,
    QSslCertificate,
    QSslError,
    QSslSocket,
)
from signed_files import handler
from tls_and_proxy import proxy_server, web_server

USER, PASSWORD = "maria", "p@ss:w/ord 1"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(qgis_app: QgsApplication, authority: trustme.CA) -> Iterator[None]:
    """QGIS's user has added the authority under Authentication > Manage Certificates."""
    manager = QgsApplication.authManager()
    certificate = QSslCertificate(authority.cert_pem.bytes())
    assert manager.storeCertAuthority(certificate)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()
    yield
    assert manager.removeCertAuthority(certificate)
    manager.rebuildCaCertsCache()
    manager.rebuildTrustedCaCertsCache()


@pytest.fixture
def qgis_proxy(qgis_app: QgsApplication) -> Iterator[Any]:
    """``qgis_proxy(port=..., **rest)`` sets QGIS's proxy as its options page does."""
    settings = QgsSettings()

    def configure(**values: Any) -> None:
        for name, value in {"proxyEnabled": True, "proxyType": "HttpProxy", "proxyHost": "127.0.0.1", **values}.items():
            settings.setValue(f"proxy/{name}", value)
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()

    yield configure
    settings.remove("proxy")
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()


def ask(url: str) -> Any:
    session = HttpSession(url, Anonymous(), QgisNetwork(NetworkSettings.read()))
    try:
        return session.json(get("hello/"))
    finally:
        session.close()


def test_a_private_authority_is_refused_until_qgis_trusts_it(qgis_app: QgsApplication, authority: trustme.CA) -> None:
    with web_server(authority) as server, pytest.raises(PlatformError) as caught:
        ask(f"https://localhost:{server.server_port}/")
    assert caught.value.kind is Kind.CERTIFICATE


def test_an_authority_that_qgis_trusts_is_trusted(trusted: None, authority: trustme.CA) -> None:
    with web_server(authority) as server:
        assert ask(f"https://localhost:{server.server_port}/") == {"hello": "there"}


def test_the_bundle_holds_the_systems_authorities_too(trusted: None) -> None:
    bundle = NetworkSettings.read().bundle
    assert bundle is not None
    assert bundle.read_bytes().count(b"BEGIN CERTIFICATE") > 50
    assert bundle.parent.stat().st_mode & 0o077 == 0


def test_another_name_is_refused_even_when_the_authority_is_trusted(trusted: None, authority: trustme.CA) -> None:
    with web_server(authority, "elsewhere.example") as server, pytest.raises(PlatformError) as caught:
        ask(f"https://localhost:{server.server_port}/")
    assert caught.value.kind is Kind.CERTIFICATE


def accept(place: str, pem: bytes) -> None:
    """What QGIS stores when its user accepts a certificate that does not verify."""
    server = QgsAuthConfigSslServer()
    server.setSslCertificate(QSslCertificate(QByteArray(pem)))
    server.setSslHostPort(place)
    server.setSslIgnoredErrorEnums([QSslError.SslError.SelfSignedCertificateInChain])
    server.setSslPeerVerifyMode(QSslSocket.PeerVerifyMode.VerifyPeer)
    assert QgsApplication.authManager().storeSslCertCustomConfig(server)


def test_a_certificate_that_the_user_accepted_is_accepted_at_its_place_only(
    qgis_app: QgsApplication, authority: trustme.CA
) -> None:
    with web_server(authority) as server, web_server(authority) as other:
        pem = server.certificate.cert_chain_pems[0].bytes()
        place = f"localhost:{server.server_port}"
        accept(place, pem)
        accept(f"localhost:{other.server_port}", pem)  # the other server shows another certificate
        try:
            assert ask(f"https://{place}/") == {"hello": "there"}
            with pytest.raises(PlatformError) as caught:
                ask(f"https://localhost:{other.server_port}/")
            assert caught.value.kind is Kind.CERTIFICATE
        finally:
            manager = QgsApplication.authManager()
            for one in manager.sslCertCustomConfigs():
                manager.removeSslCertCustomConfig(
                    QgsAuthCertUtils.shaHexForCert(one.sslCertificate()), one.sslHostPort()
                )
            assert manager.sslCertCustomConfigs() == []


@pytest.mark.parametrize("secure", [True, False])
def test_the_proxy_of_qgis_is_used_with_user_and_password(
    qgis_proxy: Any, trusted: None, authority: trustme.CA, secure: bool
) -> None:
    with proxy_server(f"{USER}:{PASSWORD}") as proxy, web_server(authority if secure else None) as server:
        qgis_proxy(proxyPort=proxy.server_port, proxyUser=USER, proxyPassword=PASSWORD)
        host = "localhost" if secure else "127.0.0.1"
        assert ask(f"{'https' if secure else 'http'}://{host}:{server.server_port}/") == {"hello": "there"}
        assert [method for method, _ in proxy.asked] == ["CONNECT" if secure else "GET"]
        assert len(server.seen) == 1
        assert all("Proxy-Authorization" not in headers for _, headers in server.seen)


def test_a_wrong_proxy_password_is_a_proxy_failure_and_stays_secret(qgis_proxy: Any, authority: trustme.CA) -> None:
    with proxy_server("someone:else") as proxy, web_server(authority) as server:
        qgis_proxy(proxyPort=proxy.server_port, proxyUser=USER, proxyPassword=PASSWORD)
        with pytest.raises(PlatformError) as caught:
            ask(f"https://localhost:{server.server_port}/")
        assert caught.value.kind is Kind.PROXY
        assert server.seen == []
    assert PASSWORD not in str(caught.value) + repr(caught.value)
    assert "p%40ss" not in log.scrub(f"http://{USER}:p%40ss%3Aw%2Ford%201@127.0.0.1:3128 said {PASSWORD}")
    assert PASSWORD not in log.scrub(f"somewhere {PASSWORD} is")


def test_addresses_without_proxy_go_straight(qgis_proxy: Any) -> None:
    with proxy_server("nobody:nothing") as proxy, web_server() as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        qgis_proxy(proxyPort=proxy.server_port, noProxyUrls=[address])
        assert ask(address) == {"hello": "there"}
        assert proxy.asked == []


def test_the_rules_agree_with_qgis_itself(qgis_proxy: Any) -> None:
    """The witness is QGIS's own factory, asked on the main thread."""
    qgis_proxy(
        proxyPort=3128, noProxyUrls=["https://straight.example/"], proxyExcludedUrls=["https://excluded.example/"]
    )
    rules = ProxyRules.read()
    theirs = QgsNetworkAccessManager.instance().proxyFactory()
    addresses = [
        "https://straight.example/a", "https://excluded.example/b", "https://usual.example/c", "http://usual.example/",
    ]
    for address in addresses:
        assert rules.for_url(address) == address_of(theirs.queryProxy(QNetworkProxyQuery(QUrl(address)))), address
    assert rules.for_url(addresses[2]) == "http://127.0.0.1:3128"
    assert rules.for_url(addresses[0]) == rules.for_url(addresses[1]) == ""


def test_the_system_is_asked_once_per_host() -> None:
    asked: list[str] = []

    def system(query: Any) -> list[QNetworkProxy]:
        asked.append(query.url().toString())
        return [QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "proxy.example", 8080)]

    rules = ProxyRules(QNetworkProxy(), [], [], True, [], system)
    for path in ("a?signature=secret", "b"):
        assert rules.for_url(f"https://far.example/{path}") == "http://proxy.example:8080"
    assert asked == ["https://far.example/"]


def test_a_factory_of_another_plugin_goes_first() -> None:
    class Factory(QNetworkProxyFactory):
        def queryProxy(self, query: Any) -> list[QNetworkProxy]:  # noqa: N802
            return [QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "plugin.example", 1)]

    rules = ProxyRules(QNetworkProxy(), [], [], False, [Factory()])
    assert rules.for_url("https://far.example/") == "http://plugin.example:1"


def test_socks_without_its_library_is_said() -> None:
    rules = ProxyRules(QNetworkProxy(QNetworkProxy.ProxyType.Socks5Proxy, "s.example", 1080), [], [], False)
    try:
        import socks  # noqa: F401
    except ImportError:
        with pytest.raises(MissingLibrary):
            rules.for_url("https://far.example/")
    else:
        assert rules.for_url("https://far.example/") == "socks5h://s.example:1080"


def test_the_user_agent_is_like_that_of_qgis(qgis_app: QgsApplication) -> None:
    with web_server() as server:
        ask(f"http://127.0.0.1:{server.server_port}/")
        agent = server.seen[0][1]["User-Agent"]
    assert "QGIS/" in agent
    assert "ImageryHub" in agent


@pytest.fixture
def streamed(tmp_path: Path) -> Path:
    """A folder with one raster, in which each pixel is 7."""
    (tmp_path / "far").mkdir()
    made = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "far" / "seven.tif"), 64, 32)
    made.GetRasterBand(1).Fill(7)
    made.FlushCache()
    return tmp_path


def offered(form: str, port: int, key: str = "KEY") -> Offered:
    if form == "cog":
        return Signed(f"https://localhost:{port}/far/seven.tif?sig=KEY")
    options = {"AWS_S3_ENDPOINT": f"localhost:{port}", "AWS_VIRTUAL_HOSTING": "FALSE", "AWS_REGION": "us-east-1"}
    return Bucket("far", "seven.tif", {"access_key": key, "secret_key": key and "other"}, options=options)


def first_pixel(form: str, port: int, key: str = "KEY") -> int | None:
    """Of the raster, read as a layer would read it, but by GDAL, which lets a server in this process answer. None when
    it cannot be opened."""
    live = live_of(form, offered(form, port, key))
    assert PASSWORD not in live.source
    with lent(live), fresh():
        dataset = opened(live.source)
        return int(dataset.ReadRaster(0, 0, 1, 1)[0]) if dataset is not None else None


def opened(source: str) -> gdal.Dataset | None:
    """None when it cannot be opened, whether or not GDAL raises. Another test may have left it either way, and GDAL 3.6
    lets nobody change it back once ogr and osr raise, too."""
    try:
        return gdal.Open(source)
    except RuntimeError:
        return None


@contextmanager
def fresh() -> Iterator[None]:
    """GDAL knows nothing of earlier requests, neither before nor afterwards."""
    gdal.VSICurlClearCache()
    try:
        yield
    finally:
        gdal.VSICurlClearCache()


BY_PATH = pytest.mark.skipif(int(gdal.VersionInfo()) < routes.SINCE, reason="GDAL has no such options for a path")


@BY_PATH
@pytest.mark.parametrize("proxied", [False, True], ids=["straight", "by a proxy"])
@pytest.mark.parametrize("form", ["cog", "s3"])
def test_streamed_rasters_come_from_a_server_that_qgis_trusts(
    qgis_proxy: Any, trusted: None, authority: trustme.CA, streamed: Path, form: str, proxied: bool
) -> None:
    serving = handler(streamed, "KEY")
    with proxy_server(f"{USER}:{PASSWORD}") as proxy, web_server(authority, handler=serving) as server:
        place = f"localhost:{server.server_port}"
        straight = [] if proxied else [f"https://{place}/"]
        qgis_proxy(proxyPort=proxy.server_port, proxyUser=USER, proxyPassword=PASSWORD, noProxyUrls=straight)
        with gdal.config_option("GDAL_HTTP_PROXY", "" if proxied else f"http://127.0.0.1:{proxy.server_port}"):
            assert first_pixel(form, server.server_port) == 7
        assert set(proxy.asked) == ({("CONNECT", place)} if proxied else set())


@BY_PATH
@pytest.mark.parametrize(("where", "host"), [
    ({"AWS_S3_ENDPOINT": "s3.example:9000"}, "far.s3.example:9000"),
    ({"AWS_S3_ENDPOINT": "s3.example:9000", "AWS_VIRTUAL_HOSTING": "FALSE"}, "s3.example:9000"),
    ({}, "far.s3.eu-west-1.amazonaws.com"),
], ids=["bucket in the name", "bucket behind it", "of the region"])
def test_the_proxy_is_that_of_the_host_that_gdal_asks(qgis_proxy: Any, where: dict[str, str], host: str) -> None:
    bucket = Bucket("far", "seven.tif", {"access_key": "KEY", "secret_key": "other"},
                    options={"AWS_REGION": "eu-west-1", **where})
    qgis_proxy(proxyPort=3128)
    assert live_of("s3", bucket).options["GDAL_HTTP_PROXY"] == "http://127.0.0.1:3128"
    qgis_proxy(proxyPort=3128, noProxyUrls=[f"https://{host}/"])
    assert live_of("s3", bucket).options["GDAL_HTTP_PROXY"] == ""


@pytest.mark.parametrize("missing", [False, True], ids=["there", "missing"])
def test_the_metadata_service_of_amazons_machines_is_not_asked(
    qgis_app: QgsApplication, streamed: Path, missing: bool
) -> None:
    if missing:
        (streamed / "far" / "seven.tif").unlink()
    with web_server() as metadata, web_server(handler=handler(streamed, "KEY")) as server, thread_options({
        "CPL_AWS_EC2_API_ROOT_URL": f"http://127.0.0.1:{metadata.server_port}",
        "CPL_AWS_AUTODETECT_EC2": "NO", "AWS_HTTPS": "NO",
    }):
        assert first_pixel("s3", server.server_port) == (None if missing else 7)
        assert metadata.seen == []
        with fresh():
            assert opened("/vsis3/elsewhere/seven.tif") is None
        assert metadata.seen, "it would have been asked here"


def test_a_bucket_without_credentials_is_not_asked_with_those_of_this_computer(
    qgis_app: QgsApplication, streamed: Path
) -> None:
    with web_server(handler=handler(streamed, "KEY")) as server, thread_options(
        {"AWS_ACCESS_KEY_ID": "KEY", "AWS_SECRET_ACCESS_KEY": "own", "AWS_HTTPS": "NO"}
    ):
        assert first_pixel("s3", server.server_port, "") is None
        assert first_pixel("s3", server.server_port) == 7


class Streaming:
    """A platform that streams one raster."""

    def __init__(self, offered: Offered) -> None:
        self._offered = offered

    def stream(self, what: str, identity: str, form: str) -> Offered:
        if form != "cog":
            raise InputProblem("not_streamed")
        return self._offered


@BY_PATH
@pytest.mark.parametrize("shown", [False, True], ids=["nothing else", "a layer too"])
def test_a_quick_look_leaves_no_password_of_the_proxy_in_gdal(
    qgis_proxy: Any, trusted: None, authority: trustme.CA, streamed: Path, shown: bool
) -> None:
    with proxy_server(f"{USER}:{PASSWORD}") as proxy, web_server(authority, handler=handler(streamed, "KEY")) as server:
        qgis_proxy(proxyPort=proxy.server_port, proxyUser=USER, proxyPassword=PASSWORD)
        found = offered("cog", server.server_port)
        live = live_of("cog", found)
        if shown:
            keep(live.prefix, live.options)
        try:
            look = quick_looks.quick_look(
                Streaming(found), Entry("raster", "r1", "far"), (), NetworkSettings.read(), Work())
            left = gdal.GetPathSpecificOption(live.prefix, "GDAL_HTTP_PROXYUSERPWD")
        finally:
            take_back()
            gdal.VSICurlClearCache()
        assert QImage.fromData(look).pixelColor(5, 5).red() == 7
        assert proxy.asked, "or it would not have needed the password"
    assert bool(left) is shown
    assert gdal.GetPathSpecificOption(live.prefix, "GDAL_HTTP_PROXYUSERPWD") is None


def test_a_server_of_an_unknown_authority_does_not_stream(
    qgis_app: QgsApplication, authority: trustme.CA, streamed: Path
) -> None:
    asked: list[str] = []
    serving = handler(streamed, "KEY")

    class Noting(serving):  # type: ignore[misc,valid-type]
        def do_GET(self) -> None:  # noqa: N802
            asked.append(self.path)
            super().do_GET()

        do_HEAD = do_GET  # noqa: N815

    with web_server(authority, handler=Noting) as server:
        assert first_pixel("cog", server.server_port) is None
        assert asked == []
        with thread_options({"GDAL_HTTP_UNSAFESSL": "YES"}):
            assert first_pixel("cog", server.server_port) == 7, "nothing but the authority is in its way"
        assert asked
