"""Named connections to platforms: name, platform, address and options in the settings, the secret elsewhere.

An empty name means the environment: the variables that the vendor's own client reads (``PICTERRA_API_KEY`` ...).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QObject, pyqtSignal

from . import environment, log, main_thread, secrets
from .network import NetworkSettings
from .platforms import PLATFORMS, Platform
from .problems import Problem
from .translation import tr

GROUP = "imagery_hub/connections"


@dataclass(frozen=True)
class Connection:
    """What is kept of a connection outside the authentication database. An empty address means the platform's own.

    ``borrowed`` True: the authentication configuration was made by the user and is neither changed nor removed here.
    """

    name: str
    platform: str
    address: str = ""
    options: dict[str, str] = field(default_factory=dict)
    authcfg: str = ""
    borrowed: bool = False


@dataclass(frozen=True)
class Credentials:
    """Everything that opening a connection needs, gathered on the main thread; usable on any other."""

    platform: Platform
    name: str
    address: str
    options: Mapping[str, str]
    secrets: Mapping[str, str] = field(repr=False)
    network: NetworkSettings = field(repr=False)

    def connect(self, cancelled: Callable[[], bool] | None = None) -> Any:
        """The platform's object (``providers/<key>/provider.connect``). Not for the main thread: imports, may block.

        ``cancelled`` ends requests that hang; flows have their ``Work`` for that.
        """
        from .network.qgis_network import QgisNetwork

        module = self.platform.module
        address = module.normalise_address(self.address)
        return module.connect(address, self.secrets, self.options, QgisNetwork(self.network, cancelled))

    def check(self, cancelled: Callable[[], bool] | None = None) -> str:
        """Ask the platform whether it accepts them; the account's name where it tells. Not for the main thread."""
        with closing(self.connect(cancelled)) as platform:
            return self.platform.module.check(platform)


class _Signals(QObject):
    changed = pyqtSignal()
    secret_changed = pyqtSignal(str)


#: ``signals.changed`` is emitted after each change of the saved connections, ``secret_changed`` before it with the name
#: of one that got another secret: where that is stored stays the same.
signals = _Signals()


def names(platform: str = "") -> list[str]:
    """Names of the saved connections, of one platform or of all, in alphabetical order."""
    return [found.name for found in saved() if platform in ("", found.platform)]


def saved() -> list[Connection]:
    """All saved connections, in alphabetical order."""
    settings = QgsSettings()
    settings.beginGroup(GROUP)
    keys = settings.childGroups()
    settings.endGroup()
    found = [connection for connection in (_read(unquote(key)) for key in keys) if connection is not None]
    return sorted(found, key=lambda connection: connection.name.casefold())


def available() -> list[Connection]:
    """The saved ones, and one with an empty name for each platform whose variables are in the environment."""
    from_environment = [
        Connection("", platform.key)
        for platform in PLATFORMS.values()
        if not environment.missing(platform)
    ]
    return [*saved(), *from_environment]


def get(name: str) -> Connection:
    """The saved connection of that name; :class:`Problem` when there is none."""
    connection = _read(name)
    if connection is None:
        words = tr("There is no connection named “{name}”. Choose one of those under Settings > Options > Imagery Hub.")
        raise Problem(words.format(name=name))
    return connection


def save(connection: Connection, secret_values: Mapping[str, str] | None = None, old_name: str = "") -> Connection:
    """Add or change a connection. ``secret_values`` by ``SecretField.name``; None leaves the stored ones."""
    name = connection.name.strip()
    if not name:
        raise Problem(tr("Give the connection a name."))
    if name != old_name and _read(name) is not None:
        raise Problem(tr("There is a connection named “{name}” already. Choose another name.").format(name=name))
    _refuse_logins(connection)
    authcfg, borrowed = connection.authcfg, connection.borrowed
    if secret_values is not None:
        fields = PLATFORMS[connection.platform].secrets
        values = {one.stored_as: secret_values.get(one.name, "") for one in fields}
        if _spared(connection) and not any(values.values()):
            if authcfg and not borrowed:
                secrets.remove(authcfg)
            authcfg = ""
        else:
            authcfg = secrets.save(f"Imagery Hub: {name}", values, "" if borrowed else authcfg)
        borrowed = False
    if old_name and old_name != name:
        QgsSettings().remove(_group(old_name))
    group = _group(name)
    settings = QgsSettings()
    settings.setValue(f"{group}/platform", connection.platform)
    settings.setValue(f"{group}/address", connection.address.strip())
    settings.setValue(f"{group}/options", json.dumps(connection.options, sort_keys=True))
    settings.setValue(f"{group}/authcfg", authcfg)
    settings.setValue(f"{group}/borrowed", borrowed)
    if secret_values is not None:
        signals.secret_changed.emit(name)
    signals.changed.emit()
    return get(name)


def _refuse_logins(connection: Connection) -> None:
    """Addresses are stored as they are, which is no place for a password."""
    from ..providers.errors import InputProblem
    from ..providers.http.addresses import holds_login

    if any(holds_login(text) for text in (connection.address, *connection.options.values())):
        raise InputProblem("address_with_login")


def remove(name: str) -> None:
    """Forget a connection, and its secret where that was made for it."""
    connection = get(name)
    if connection.authcfg and not connection.borrowed:
        secrets.remove(connection.authcfg)
    QgsSettings().remove(_group(name))
    signals.changed.emit()


def credentials(platform_key: str, name: str) -> Credentials:
    """What opening takes, for a saved connection or, with an empty name, from the environment.

    Gathered on the main thread whichever thread asks: a model's children are prepared in a worker thread, and there
    QGIS hangs for good when it has to ask for the master password.
    """
    return main_thread.call(lambda: _gather(platform_key, name))


def _gather(platform_key: str, name: str) -> Credentials:
    platform = PLATFORMS[platform_key]
    if not name.strip():
        return _from_environment(platform)
    connection = get(name.strip())
    if connection.platform != platform_key:
        raise Problem(
            tr("The connection “{name}” does not lead to {platform}. Choose another one.").format(
                name=name, platform=platform.title
            )
        )
    return credentials_of(connection)


def credentials_of(connection: Connection, secret_values: Mapping[str, str] | None = None) -> Credentials:
    """What opening this connection takes, saved or not. ``secret_values`` None: the stored ones. Main thread only."""
    platform = PLATFORMS[connection.platform]
    if secret_values is None:
        stored = {} if not connection.authcfg and _spared(connection) else secrets.load(connection.authcfg)
        secret_values = {one.name: stored.get(one.stored_as, "") for one in platform.secrets}
    for one in platform.secrets:
        if one.hidden:
            log.hide(secret_values[one.name])
    address = connection.address or platform.address
    return Credentials(platform, connection.name, address, connection.options, secret_values, NetworkSettings.read())


def _from_environment(platform: Platform) -> Credentials:
    missing = environment.missing(platform)
    if missing:
        raise Problem(
            tr(
                "No connection is chosen. Choose one, or make one under Settings > Options > Imagery Hub. Without a"
                " window, give the environment variable {variables}."
            ).format(variables=", ".join(missing))
        )
    found = environment.read(platform)
    return Credentials(platform, "", found.address, found.options, found.secrets, NetworkSettings.read())


def _spared(connection: Connection) -> bool:
    """Whether what a connection says makes all secrets needless, such as a file that holds them; the master password is
    not needed then either."""
    said = {name for name, value in connection.options.items() if value}
    return all(one.spared_by in said for one in PLATFORMS[connection.platform].secrets)


def _group(name: str) -> str:
    return f"{GROUP}/{quote(name, safe=' ')}"


def _read(name: str) -> Connection | None:
    settings = QgsSettings()
    group = _group(name)
    platform = str(settings.value(f"{group}/platform", ""))
    if platform not in PLATFORMS:
        return None
    try:
        options = {str(key): str(value) for key, value in json.loads(settings.value(f"{group}/options", "{}")).items()}
    except (ValueError, AttributeError):
        options = {}
    address = str(settings.value(f"{group}/address", ""))
    borrowed = settings.value(f"{group}/borrowed", False, type=bool)
    return Connection(name, platform, address, options, str(settings.value(f"{group}/authcfg", "")), borrowed)
