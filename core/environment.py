"""What the environment says of a platform where no connection is chosen: the variables that the vendor's own client
reads.

Two things are read as that client reads them only where the environment names the server too (``address_variable``),
and no login by names of the platform's own: variables whose names other programs use as well, and the file in its usual
place. Neither says for which server it is meant, and a secret is not sent to a server that nobody named.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from . import log
from .platforms import Platform, SecretField


@dataclass(frozen=True)
class Environment:
    """What was found. ``options`` has ``variable``, where the secret that is shown came from, unless that is a file in
    its usual place."""

    address: str
    options: dict[str, str]
    secrets: dict[str, str] = field(repr=False)


def missing(platform: Platform) -> list[str]:
    """The variables of secrets that the environment does not have and needs."""
    if os.environ.get(platform.ready_variable):
        return []
    given = {one.name for one in platform.secrets if _given(platform, one)}
    spared = {one.name for one in platform.options if os.environ.get(one.variable)}
    spared.update({} if given else _usual_files(platform))
    return [one.variable for one in platform.secrets if one.name not in given and one.spared_by not in spared]


def read(platform: Platform) -> Environment:
    """What the environment says, secrets hidden from the log; for a platform of which nothing is missing."""
    values = {one.name: _given(platform, one) for one in platform.secrets}
    token = os.environ.get(platform.ready_variable, "")
    if token:
        values["token"] = token
    shown = {one.name for one in platform.secrets if not one.hidden}
    for name, value in values.items():
        if name not in shown:
            log.hide(value)
    options = {one.name: os.environ[one.variable] for one in platform.options if os.environ.get(one.variable)}
    usual = {} if any(values.values()) else _usual_files(platform)
    options = {**usual, **options}
    variable = platform.ready_variable if token else _variable_of_proof(platform)
    if variable:
        options["variable"] = variable
    return Environment(os.environ.get(platform.address_variable, "") or platform.address, options, values)


def _names(platform: Platform, secret: SecretField) -> list[str]:
    """The variables of a secret that are read, the first that says something counts."""
    own = [platform.ready_variable, *(one.variable for one in platform.options if one.name == secret.spared_by)]
    meant = bool(os.environ.get(platform.address_variable)) and not any(map(os.environ.get, own))
    shared = secret.shared if meant else ""
    return [name for name in (secret.variable, secret.also, shared) if name]


def _given(platform: Platform, secret: SecretField) -> str:
    return next(filter(None, map(os.environ.get, _names(platform, secret))), "")


def _usual_files(platform: Platform) -> dict[str, str]:
    """The login files in their usual places, by the names of their options."""
    if not os.environ.get(platform.address_variable):
        return {}
    found = {one.name: os.path.expanduser(one.file.usual) for one in platform.options if one.file is not None}
    return {name: path for name, path in found.items() if os.path.isfile(path)}


def _variable_of_proof(platform: Platform) -> str:
    """Where the environment has the secret that is shown, or which variable names the file with it; empty for none."""
    secret = platform.secrets[-1]
    files = [one.variable for one in platform.options if one.name == secret.spared_by]
    return next((name for name in (*_names(platform, secret), *files) if os.environ.get(name)), "")
