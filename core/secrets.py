"""Secrets of connections: only in QGIS's encrypted authentication database, never anywhere else on disk.

Each connection has an authentication configuration of its own, of the method "Basic", which every QGIS since 3.22 has:
a single key is its password. All functions are for the main thread: QGIS may ask for the master password there.
Headless, QGIS reads the master password from the file that ``QGIS_AUTH_PASSWORD_FILE`` names.
"""

from __future__ import annotations

from collections.abc import Mapping

from qgis.core import QgsApplication, QgsAuthMethodConfig

from . import log
from .problems import Problem
from .translation import tr

METHOD = "Basic"


class SecretsLocked(Problem):
    """The authentication database did not open: no master password, or the wrong one. Worth offering again."""


def unlock() -> None:
    """Open the database, asking for the master password where QGIS can ask. :class:`SecretsLocked` when refused."""
    manager = QgsApplication.authManager()
    if manager.isDisabled():
        raise SecretsLocked(
            tr("QGIS's authentication database is switched off on this machine: {reason}").format(
                reason=manager.disabledMessage()
            )
        )
    if not manager.setMasterPassword(True):
        raise SecretsLocked(
            tr(
                "The keys are stored encrypted and QGIS's master password was not given or is not right. Try again and"
                " enter the master password. Without a window, name a file that holds it in QGIS_AUTH_PASSWORD_FILE."
            )
        )


def is_unlocked() -> bool:
    """Whether secrets can be read without asking for the master password."""
    manager = QgsApplication.authManager()
    return not manager.isDisabled() and manager.masterPasswordIsSet()


def load(authcfg: str) -> dict[str, str]:
    """The values of a configuration by their stored names."""
    unlock()
    config = QgsAuthMethodConfig()
    manager = QgsApplication.authManager()
    if authcfg not in manager.configIds() or not _succeeded(manager.loadAuthenticationConfig(authcfg, config, True)):
        raise Problem(
            tr(
                "The key of this connection is not in QGIS's authentication database. Open the connection under"
                " Settings > Options > Imagery Hub and enter the key again."
            )
        )
    values = dict(config.configMap())
    log.hide(config.config("password"))
    return values


def save(title: str, values: Mapping[str, str], authcfg: str = "") -> str:
    """Store values, over an earlier configuration when ``authcfg`` names one, and give the configuration's id."""
    unlock()
    manager = QgsApplication.authManager()
    config = QgsAuthMethodConfig(METHOD)
    config.setName(title)
    for name, value in {"username": "", "password": "", "realm": "", **values}.items():
        config.setConfig(name, value)
    if authcfg and authcfg in manager.configIds():
        config.setId(authcfg)
        stored = manager.updateAuthenticationConfig(config)
    else:
        stored = manager.storeAuthenticationConfig(config)
    if not _succeeded(stored):
        raise Problem(tr("QGIS could not write to its authentication database. See the Authentication log for why."))
    return config.id()


def remove(authcfg: str) -> None:
    """Forget a configuration."""
    manager = QgsApplication.authManager()
    if authcfg in manager.configIds() and not manager.removeAuthenticationConfig(authcfg):
        raise Problem(tr("QGIS could not remove the key from its authentication database."))


def _succeeded(answer: bool | tuple[bool, QgsAuthMethodConfig]) -> bool:
    """The verdict of a call that gives, depending on QGIS's version, only that or the changed configuration too."""
    return answer[0] if isinstance(answer, tuple) else answer
