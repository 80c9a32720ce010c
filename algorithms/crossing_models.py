"""The shipped models that cross platforms: what their dialogs list, and what is wrong before the first step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext

from ..core.platforms import PLATFORMS
from ..core.translation import tr
from .parameters.choice import WIDGET
from .parameters.connection import WIDGET as CONNECTION_WIDGET
from .parameters.plain import absent

#: Ends the name of the parameter for the connection of a platform, as in ``PICTERRA_CONNECTION``.
CONNECTION = "_CONNECTION"
#: By model: what its parameters are chosen from, as platform and lister (``module:function`` in its package).
CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "pixxelscenetopixel": {
        "CATALOG": ("pixxel", "listers:catalogs"), "DETECTOR": ("picterra", "listers:trained_detectors"),
        "COLLECTION": ("pixel", "listers:raster_collections"),
    },
    "pix4dorthotoannotations": {
        "PROJECT": ("pix4d", "listers:projects"), "RESULT": ("pix4d", "output_choice:outputs"),
        "DETECTOR": ("picterra", "listers:trained_detectors"), "FOLDER": ("picterra", "listers:folders"),
    },
    "pixelsearchtoproduct": {},
}
DEPENDS = {"RESULT": ["PROJECT"]}
#: What no step can do without; steps of a model are not told that a text is empty before their turn.
NEEDED = ("CATALOG", "DETECTOR", "COLLECTION", "PROJECT", "PRODUCT")


def crosses(model: QgsProcessingAlgorithm) -> bool:
    """Whether it is one of them."""
    return model.name() in CHOICES


def offer_crossing_choices(model: QgsProcessingAlgorithm) -> None:
    """Let the dialog list connections and what they hold; a model file keeps no widgets."""
    home = __name__.rpartition(".")[0]
    for platform in PLATFORMS:
        parameter = model.parameterDefinition(platform.upper() + CONNECTION)
        if parameter is not None:
            widget = {"class": CONNECTION_WIDGET, "platform": platform}
            parameter.setMetadata({**parameter.metadata(), "widget_wrapper": widget})
    for name, (platform, lister) in CHOICES[model.name()].items():
        parameter = model.parameterDefinition(name)
        parameter.setMetadata({**parameter.metadata(), "widget_wrapper": {
            "class": WIDGET, "platform": platform, "lister": f"{home}.{platform}.{lister}",
            "depends": DEPENDS.get(name, []), "several": False, "connection": platform.upper() + CONNECTION,
        }})


def crossing_problems(
    model: QgsProcessingAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext
) -> Iterator[str]:
    """What a step would refuse when others have sent something already."""
    from ..core.messages import sentence
    from ..providers.descarteslabs.properties import check_id
    from ..providers.errors import InputProblem
    from ..providers.pixel.places import place_of

    values = {name: _text(model, parameters, name, context) for name in NEEDED}
    for name, text in values.items():
        if text == "":
            words = tr("“{name}” is empty. Choose one, or give its id.")
            yield words.format(name=model.parameterDefinition(name).description())
    for check, text in ((place_of, values["COLLECTION"]), (check_id, values["PRODUCT"])):
        try:
            if text:
                check(text)
        except InputProblem as problem:
            yield sentence(problem)
    bands = _text(model, parameters, "BANDS", context)
    numbers = [one.strip() for one in bands.split(",")] if bands else []
    if bands and (len(numbers) != 3 or not all(one.isdecimal() and int(one) for one in numbers)):
        words = tr("“{bands}” are not three bands. Give their numbers, such as 27,15,8.")
        yield words.format(bands=bands)


def _text(
    model: QgsProcessingAlgorithm, parameters: dict[str, Any], name: str, context: QgsProcessingContext
) -> str | None:
    """The text of a parameter; None where the model has no such one."""
    if model.parameterDefinition(name) is None:
        return None
    return "" if absent(parameters.get(name)) else str(model.parameterAsString(parameters, name, context)).strip()
