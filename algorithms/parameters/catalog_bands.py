"""The parameter for the bands of a product, which has a table in the dialog: one row for each band of a layer.

It is a plain string that holds JSON, a list of bands as the catalog takes them: models, batch and scripts give the text
or the list, ``providers.descarteslabs.band_tables`` reads it, and the dialog's table writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from qgis.core import QgsProcessingParameterString

from ...core import messages
from ...core.translation import tr
from ...providers.descarteslabs import band_tables
from ...providers.errors import InputProblem

#: Named, not imported: without a window nothing of it is loaded.
WIDGET = f"{__name__.split('.algorithms.')[0]}.ui.descarteslabs.bands.wrapper.BandsWidget"


def bands_parameter(name: str, layer_parameter: str) -> QgsProcessingParameterString:
    """The bands of the product that the layer in ``layer_parameter`` becomes."""
    parameter = QgsProcessingParameterString(name, tr("Bands"), multiLine=True, optional=True)
    parameter.setHelp(tr(
        "One row for each band, derived from the layer: what stands here is what is sent. Change what is not right. As"
        " text, a list of JSON in the form of the output of the same name. Empty: the bands of the layer as they are"
        " derived."
    ))
    parameter.setMetadata({"widget_wrapper": {"class": WIDGET, "layer": layer_parameter}})
    return parameter


def bands_problems(bands: Sequence[Any], types: Sequence[str]) -> Iterator[str]:
    """What is wrong with bands that were given, as sentences. ``types`` as in ``band_tables.findings``."""
    for one in band_tables.findings(bands, types):
        yield told(one, str(bands[one.place].get("name") or one.place + 1))


def told(finding: band_tables.Finding, name: str) -> str:
    """What is wrong with a band, as a sentence that names it."""
    return tr("Band {name}: {problem}").format(name=name, problem=messages.sentence(finding.problem))


def text_of(value: Any) -> str:
    """The text of what was given, which may be the list itself."""
    return json.dumps(value) if isinstance(value, (list, tuple)) else str(value or "")


def unreadable(text: str) -> str:
    """Why a text cannot be read as bands, as a sentence; empty when it can."""
    try:
        band_tables.parse(text)
    except InputProblem as error:
        return messages.sentence(error)
    return ""
