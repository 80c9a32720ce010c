"""Logins in QGIS's authentication database, made as a user makes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication, QgsAuthMethodConfig


@contextmanager
def logins(master: str = "test-master") -> Iterator[Callable[..., str]]:
    """``keep("Basic", username=..., password=...)`` stores a configuration and gives its id; all go at the end, those
    that the plugin has made meanwhile, too."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword(master, True)
    before = set(manager.configIds())

    def keep(method: str, **values: str) -> str:
        config = QgsAuthMethodConfig(method)
        config.setName("GDO user")
        for name, value in values.items():
            config.setConfig(name, value)
        stored = manager.storeAuthenticationConfig(config)
        assert stored[0] if isinstance(stored, tuple) else stored
        return config.id()

    yield keep
    for one in set(manager.configIds()) - before:
        manager.removeAuthenticationConfig(one)
