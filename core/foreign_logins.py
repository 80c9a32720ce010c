"""Logins at servers that are no platform of ours: sources that are harvested, ArcGIS servers. They are authentication
configurations that the user made; parameters and jobs hold their ids only."""

from __future__ import annotations

from dataclasses import dataclass, field

from qgis.core import QgsApplication, QgsAuthMethodConfig

from . import log, secrets
from .problems import Problem
from .translation import tr


@dataclass(frozen=True)
class ForeignLogin:
    """A name and a password, or a key alone."""

    username: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


def load(authcfg: str) -> ForeignLogin:
    """The login of a configuration: one of the kind “Basic” holds name and password, or without a name a key in the
    place of the password; one of the kind “Esri token” a key. Main thread only: QGIS may ask for the master password.
    """
    secrets.unlock()
    manager = QgsApplication.authManager()
    config = QgsAuthMethodConfig()
    answer = manager.loadAuthenticationConfig(authcfg, config, True) if authcfg in manager.configIds() else False
    if not (answer[0] if isinstance(answer, tuple) else answer):
        raise Problem(
            tr(
                "There is no authentication configuration “{id}” in QGIS. Choose one, or make one under Settings >"
                " Options > Authentication."
            ).format(id=authcfg)
        )
    username, password, token = (config.config(name) for name in ("username", "password", "token"))
    for secret in (password, token):
        log.hide(secret)
    if config.method() == "Basic" and password:
        return ForeignLogin(username, password) if username else ForeignLogin(key=password)
    if config.method() == "EsriToken" and token:
        return ForeignLogin(key=token)
    raise Problem(
        tr(
            "The authentication configuration “{name}” has no login that can be used here. Take one of the kind"
            " “Basic” with name and password, or with a key as its password and no name, or one of the kind"
            " “Esri token”."
        ).format(name=config.name())
    )
