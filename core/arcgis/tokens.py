"""Tokens of ArcGIS servers in QGIS's authentication database, so that no layer source, project or log holds one.

A layer names a configuration of QGIS's method "EsriToken", which puts the token into a header of each request of all
three providers (WMS, ArcGIS images, ArcGIS features). A token ends after hours; it was made with the login of another
configuration, which is noted here, so that it can be made anew. QGIS takes a changed configuration at the next request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsMapLayer, QgsProviderRegistry, QgsSettings

from .. import foreign_logins, log, main_thread, secrets
from ..foreign_logins import ForeignLogin
from ..problems import Problem
from ..translation import tr

METHOD = "EsriToken"
GROUP = "imagery_hub/arcgis_tokens"
LIFE_MINUTES = 14 * 24 * 60
"""What is asked for, the most that ArcGIS gives as delivered: a project that is opened next week still finds one."""
LEEWAY_SECONDS, FRESH_SECONDS = 600.0, 24 * 3600.0
"""A token that is in use is made anew so long before its end, or when it is so old."""

Fetch = Callable[[ForeignLogin], tuple[str, float]]
"""Asks the server for a token; gives it with the moment of its end (``time.time()``)."""


@dataclass(frozen=True)
class Held:
    """A token that is kept: its configuration, the login that it was made with and whose that is, the server's root,
    when it was made and when it ends; infinity for a key that does not."""

    authcfg: str
    login: str
    server: str
    ends: float
    made: float = 0.0
    user: str = ""

    def due(self, moment: float, since: float = 0.0) -> bool:
        """Whether it is to be made anew: soon at its end, old, or from before ``since``."""
        late = moment >= min(self.ends - LEEWAY_SECONDS, self.made + FRESH_SECONDS)
        return self.ends != float("inf") and (late or self.made < since)


@dataclass(frozen=True)
class Opened:
    """What layers name, and the token for requests of our own; both are empty for public services."""

    authcfg: str = ""
    token: str = field(default="", repr=False)


def opened(login: str, server: str, fetch: Fetch) -> Opened:
    """A fresh token for the login of a configuration, kept for layers. A configuration that is a token already is taken
    as it is. From any thread; ``fetch`` is called in this one. Raises :class:`Problem`, and what ``fetch`` raises."""
    if not login:
        return Opened()
    given = main_thread.call(lambda: foreign_logins.load(login))
    if given.key:
        return Opened(main_thread.call(lambda: _of_key(login, given.key)), given.key)
    token, ends = fetch(given)
    log.hide(token)
    return Opened(main_thread.call(lambda: _keep(login, server, given.username, token, ends)), token)


def any_held() -> bool:
    """Whether there are any, without looking into the authentication database."""
    settings = QgsSettings()
    settings.beginGroup(GROUP)
    return bool(settings.childGroups())


def held() -> list[Held]:
    """All tokens that are kept and whose configurations are still there."""
    known = set(QgsApplication.authManager().configIds())
    settings = QgsSettings()
    settings.beginGroup(GROUP)
    ids = settings.childGroups()
    settings.endGroup()
    return [one for one in (_read(each) for each in ids) if one.authcfg in known and one.login in known]


def login_of(users: Iterable[str], server: str = "") -> str:
    """The login that was last used for one of these users, at this server or at any; empty where there was none."""
    wanted = set(users)
    fitting = [one for one in held() if server in ("", one.server) and one.user in wanted]
    return max(fitting, key=lambda one: one.made).login if fitting else ""


def due(layers: Iterable[QgsMapLayer], now: float | None = None, since: float = 0.0) -> list[Held]:
    """The tokens of these layers that end soon, have ended, or were made before ``since``."""
    used = {one for one in (authcfg_of(layer) for layer in layers) if one}
    moment = time.time() if now is None else now
    return [one for one in held() if one.authcfg in used and one.due(moment, since)]


def authcfg_of(layer: QgsMapLayer) -> str:
    """The configuration that a layer's source names."""
    parts: dict[str, Any] = QgsProviderRegistry.instance().decodeUri(layer.providerType(), layer.source())
    return str(parts.get("authcfg") or "")


# ---------------------------------------------------------------------- the database; main thread only
def _keep(login: str, server: str, username: str, token: str, ends: float) -> str:
    earlier = next((one.authcfg for one in held() if (one.login, one.server) == (login, server)), "")
    title = tr("Imagery Hub: ArcGIS token of {user}").format(user=username)
    authcfg = _store(title, token, earlier)
    settings = QgsSettings()
    values = {"login": login, "server": server, "user": username, "ends": repr(ends), "made": repr(time.time())}
    for name, value in values.items():
        settings.setValue(f"{GROUP}/{authcfg}/{name}", value)
    return authcfg


def _of_key(login: str, key: str) -> str:
    """A configuration of the kind that layers need; a key that is stored in another way gets one of its own."""
    config = QgsAuthMethodConfig()
    QgsApplication.authManager().loadAuthenticationConfig(login, config, False)
    if config.method() == METHOD:
        return login
    return _keep(login, "", config.name(), key, float("inf"))


def _store(title: str, token: str, authcfg: str) -> str:
    log.hide(token)
    manager = QgsApplication.authManager()
    if METHOD not in manager.authMethodsKeys():
        raise Problem(
            tr("This QGIS has no authentication method “Esri token”, which restricted services need. Update QGIS.")
        )
    secrets.unlock()
    config = QgsAuthMethodConfig(METHOD)
    config.setName(title)
    config.setConfig("token", token)
    if authcfg:
        config.setId(authcfg)
    stored: Any = manager.updateAuthenticationConfig(config) if authcfg else manager.storeAuthenticationConfig(config)
    if not (stored[0] if isinstance(stored, tuple) else stored):
        raise Problem(tr("QGIS could not write to its authentication database. See the Authentication log for why."))
    manager.clearCachedConfig(config.id())
    return config.id()


def _read(authcfg: str) -> Held:
    settings = QgsSettings()

    def moment(name: str) -> float:
        try:
            return float(settings.value(f"{GROUP}/{authcfg}/{name}") or 0.0)
        except ValueError:
            return 0.0

    names = ("login", "server", "user")
    login, server, user = (str(settings.value(f"{GROUP}/{authcfg}/{name}") or "") for name in names)
    return Held(authcfg, login, server, moment("ends"), moment("made"), user)
