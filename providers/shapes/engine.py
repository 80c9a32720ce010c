"""shapely, imported when first needed: not every QGIS has it."""

from __future__ import annotations

from typing import Any

from ..errors import MissingLibrary


def shapely() -> Any:
    """The library. Raises :class:`MissingLibrary` where it is not installed."""
    try:
        import shapely as library
        import shapely.geometry
        import shapely.validation
    except ImportError as error:
        raise MissingLibrary("shapely") from error
    return library


def has_shapely() -> bool:
    """Whether what needs the library can be done here."""
    try:
        shapely()
    except MissingLibrary:
        return False
    return True
