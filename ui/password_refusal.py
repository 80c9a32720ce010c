"""That QGIS's master password was refused, for what asks a platform by itself while someone types or looks."""

from __future__ import annotations

from ..core import secrets
from ..core.secrets import SecretsLocked


class PasswordRefusal:
    """QGIS is not made to ask for its master password again and again: a refusal stands for its connection until the
    password is given elsewhere. Who is told to try again does not ask here first."""

    def __init__(self) -> None:
        self._connection = ""
        self._error: SecretsLocked | None = None

    def of(self, connection: str) -> SecretsLocked | None:
        """The refusal that stands for this connection, None when the platform can be asked."""
        if self._connection != connection or secrets.is_unlocked():
            return None
        return self._error

    def note(self, connection: str, error: Exception) -> None:
        """Remember why asking failed, if it was that."""
        if isinstance(error, SecretsLocked):
            self._connection, self._error = connection, SecretsLocked(str(error))  # without the frames that it holds
