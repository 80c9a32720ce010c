"""The operations of the contract, one module per resource: importing this package finds and registers them all.

A handler takes the :class:`~sandbox.descarteslabs.world.World` and the :class:`~sandbox.platform.Call` and gives an
:class:`~sandbox.platform.Answer`; see :mod:`sandbox.descarteslabs.registry`. One that is missing is answered with 501.
"""

from importlib import import_module
from pkgutil import iter_modules

from ..registry import operation

__all__ = ["operation"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
