"""Which connections are asked when everything is searched."""

from __future__ import annotations

from .. import connections, main_thread
from ..platforms import PLATFORMS
from ..sessions import sessions
from .everywhere import Addressee


def named(text: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Platform key and name for each part of a text of names joined by commas, and the parts that name nothing.

    A platform's key stands for the variables of the environment. A name may hold a comma itself.
    """
    platforms = {one.name: one.platform for one in connections.saved()}
    parts = [one.strip() for one in text.split(",")]
    found, unknown = [], []
    while parts:
        for count in range(len(parts), 0, -1):
            name = ", ".join(parts[:count])
            joined = name if name in platforms else ",".join(parts[:count])
            if joined in platforms or joined in PLATFORMS:
                found.append((platforms[joined], joined) if joined in platforms else (joined, ""))
                parts = parts[count:]
                break
        else:
            unknown += [one for one in parts[:1] if one]
            parts = parts[1:]
    return list(dict.fromkeys(found)), unknown


def all_there_are() -> list[tuple[str, str]]:
    """Platform key and name of all connections, but those that the user logged out of."""

    def there() -> list[tuple[str, str]]:
        known = [(one.platform, one.name) for one in connections.available()]
        return [key for key in known if not sessions().is_logged_out(*key)]

    return main_thread.call(there)


def addressee(platform: str, connection: str) -> Addressee:
    """With what opening it takes, or why it cannot be opened. May ask for QGIS's master password."""
    try:
        return Addressee(platform, connection, connections.credentials(platform, connection))
    except Exception as error:  # told with the outcome: the others are asked all the same
        return Addressee(platform, connection, error=error)
