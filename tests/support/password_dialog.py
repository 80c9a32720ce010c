"""QGIS asks for its master password: counted, and refused as by Cancel."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication, QgsCredentials


class RefusedPassword(QgsCredentials):
    """Stands where QGIS has its dialog; ``times`` counts how often that would have come up."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def requestMasterPassword(self, password: str, stored: bool = False) -> tuple[bool, str]:  # noqa: N802 - QGIS's
        self.times += 1
        return False, ""


_kept: list[RefusedPassword] = []


@contextmanager
def refused_password() -> Iterator[RefusedPassword]:
    """QGIS's database of keys locked, and its master password refused whenever QGIS asks for it."""
    before, dialog = QgsCredentials.instance(), RefusedPassword()
    _kept.append(dialog)  # QGIS holds a bare pointer
    dialog.setInstance(dialog)
    QgsApplication.authManager().clearMasterPassword()
    try:
        yield dialog
    finally:
        dialog.setInstance(before)
