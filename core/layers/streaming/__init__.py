"""Rasters shown from where they are: live sources that expire, and the stable references that projects keep of them.

A project file holds ``imageryhub:<platform>/<connection>/<what>/<id>/<form>?facts``, never an address or credential.
When a project is read the reference becomes a placeholder that needs no network; it is renewed afterwards, in place.
"""

from __future__ import annotations

from .credentials import lent, take_back
from .layers import open_layer, withdraw, write_definition, write_group
from .reference import Reference
from .registry import Live, SourceRegistry
from .renewal import Renewal

__all__ = [
    "Live",
    "Reference",
    "Renewal",
    "SourceRegistry",
    "lent",
    "open_layer",
    "take_back",
    "withdraw",
    "write_definition",
    "write_group",
]
