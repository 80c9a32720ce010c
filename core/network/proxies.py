"""The proxy for each address, by the rules of QGIS's own network access manager.

In QGIS's order: proxy factories that plugins registered, addresses that go without a proxy, excluded addresses, and
then either the system's answer for the address or the proxy of QGIS's settings. Its own factory cannot be asked from
other threads, since it makes a network access manager for each of them; hence the rules once more.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import quote, urlsplit

from qgis.core import QgsNetworkAccessManager
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtNetwork import QNetworkProxy, QNetworkProxyFactory, QNetworkProxyQuery

from ...providers.errors import MissingLibrary
from .. import log

KEPT_SECONDS = 60.0
SCHEMES = {
    QNetworkProxy.ProxyType.HttpProxy: "http",
    QNetworkProxy.ProxyType.HttpCachingProxy: "http",
    QNetworkProxy.ProxyType.Socks5Proxy: "socks5h",
}


@dataclass
class ProxyRules:
    """QGIS's proxy settings as they were when read. ``for_url`` is for any thread but the main one: it may block."""

    fallback: QNetworkProxy
    without_proxy: list[str]
    excluded: list[str]
    use_system: bool
    factories: list[QNetworkProxyFactory] = field(default_factory=list)
    system: Callable[[QNetworkProxyQuery], list[QNetworkProxy]] = QNetworkProxyFactory.systemProxyForQuery
    _kept: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls) -> ProxyRules:
        """The rules now. Main thread only."""
        manager = QgsNetworkAccessManager.instance()
        fallback = manager.fallbackProxy()
        log.hide(fallback.password())
        return cls(
            QNetworkProxy(fallback),
            list(manager.noProxyList()),
            list(manager.excludeList()),
            manager.useSystemProxy(),
            list(manager.proxyFactories()),
        )

    def for_url(self, url: str) -> str:
        """The proxy as an address with user and password, or "" for a direct connection."""
        if matches(url, self.without_proxy):
            chosen = [QNetworkProxy(QNetworkProxy.ProxyType.NoProxy)]
        elif matches(url, self.excluded):
            chosen = [QNetworkProxy.applicationProxy()]
        elif self.use_system or self.factories:
            return self._asked(url)
        else:
            chosen = [self.fallback]
        return address_of(chosen)

    def _asked(self, url: str) -> str:
        """The answer of the system or of a plugin's factory, kept for a minute per host: asking can take seconds."""
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc)
        kept = self._kept.get(key)
        if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
            return kept[1]
        query = QNetworkProxyQuery(QUrl(f"{parts.scheme}://{parts.netloc}/"))
        found: list[QNetworkProxy] = []
        for factory in self.factories:
            found = found or factory.queryProxy(query)
        if not found:
            found = self.system(query) if self.use_system else [self.fallback]
        answer = address_of(found)
        self._kept[key] = (time.monotonic(), answer)
        return answer


def matches(url: str, beginnings: list[str]) -> bool:
    """Whether the address begins as one of the list, as QGIS compares them."""
    return any(beginning.strip() and url.startswith(beginning) for beginning in beginnings)


def address_of(proxies: list[QNetworkProxy]) -> str:
    """The first usable proxy of a list as an address for requests; "" when the list begins with a direct connection."""
    for proxy in proxies:
        if proxy.type() == QNetworkProxy.ProxyType.DefaultProxy:
            proxy = QNetworkProxy.applicationProxy()
        if proxy.type() in (QNetworkProxy.ProxyType.NoProxy, QNetworkProxy.ProxyType.DefaultProxy):
            return ""
        scheme = SCHEMES.get(proxy.type())
        if scheme is None or not proxy.hostName():
            continue
        if scheme == "socks5h" and find_spec("socks") is None:
            raise MissingLibrary("PySocks")
        host = f"[{proxy.hostName()}]" if ":" in proxy.hostName() else proxy.hostName()
        port = proxy.port() or {"http": 8080, "socks5h": 1080}[scheme]
        return f"{scheme}://{identity(proxy)}{host}:{port}"
    return ""


def identity(proxy: QNetworkProxy) -> str:
    """User and password as they stand in an address. The password is kept out of every log from here on."""
    if not proxy.user():
        return ""
    for form in (proxy.password(), quote(proxy.password(), safe="")):
        log.hide(form)
    return f"{quote(proxy.user(), safe='')}:{quote(proxy.password(), safe='')}@"
