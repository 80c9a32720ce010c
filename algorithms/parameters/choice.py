"""A choice from a platform: an ordinary string that holds an id, and a lister that the dialog's widget asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any, cast

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterString

from ...core.choices import Choice

Lister = Callable[[Any, str, Mapping[str, str]], Iterator[Choice]]

#: Named, not imported: without a window nothing of it is loaded.
WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.choices.wrapper.ChoiceWidget"


def choice_parameter(
    name: str,
    description: str,
    lister: Lister,
    *,
    platform: str,
    depends: tuple[str, ...] = (),
    optional: bool = False,
    several: bool = False,
    kind: str = "",
    also: tuple[str, ...] = (),
    states: tuple[str, ...] = (),
    help: str = "",  # noqa: A002 - QGIS's own word
) -> QgsProcessingParameterString:
    """A string parameter whose widget in the dialog lists what the platform has.

    ``lister(platform, search, values)`` gives :class:`Choice` lazily; it is called in a background thread, with the
    platform's object, what was typed into the search box and the values of the parameters named in ``depends``. It is
    a module-level function. ``several`` True: ids separated by commas (``split_ids``). In the modeler and without a
    window this is a plain string, so that ids of other algorithms and expressions can be used.

    ``kind`` is the ``providers.capabilities.Entry.kind`` of what is chosen: menus of such an entry offer the algorithm
    with this parameter filled in, in the states ``states`` only where any are given (``Entry.state``). A kind with
    sorts takes all of them: ``output`` what is ``output.raster``, ``output.report`` ... ``also`` are further kinds, the
    ids of which are taken too.
    """
    parameter = QgsProcessingParameterString(name, description, optional=optional)
    if help:
        parameter.setHelp(help)
    parameter.setMetadata(
        {
            "widget_wrapper": {
                "class": WIDGET,
                "platform": platform,
                "lister": f"{lister.__module__}:{lister.__qualname__}",
                "depends": list(depends),
                "several": several,
            },
            "entry": {
                "platform": platform, "kind": kind, "also": list(also), "several": several, "states": list(states),
            },
        }
    )
    return parameter


def lister_of(parameter: QgsProcessingParameterDefinition) -> Lister:
    """The lister of a choice parameter; imports its module."""
    return lister_named(str(parameter.metadata()["widget_wrapper"]["lister"]))


def lister_named(text: str) -> Lister:
    """The lister of a name as it stands in a parameter's metadata, ``module:function``; imports its module."""
    module, _, function = text.partition(":")
    return cast(Lister, getattr(import_module(module), function))


def split_ids(text: str) -> list[str]:
    """The ids of a ``several`` parameter, in order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
