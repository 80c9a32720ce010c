"""What a job works on, in a few words, from the parameters of its algorithm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsMapLayer,
    QgsProcessingAlgorithm,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProject,
    QgsProperty,
)

from .. import log
from ..translation import tr

#: Types of parameters that take layers, by which a value may be the name of one in the project.
LAYERS = ("source", "raster", "vector", "layer", "maplayer", "multilayer", "mesh", "pointcloud")
FILES = ("file",)
LONGEST = 120


def layer_parameters(algorithm: QgsProcessingAlgorithm) -> list[str]:
    """The names of the parameters that take layers."""
    return [one.name() for one in algorithm.parameterDefinitions() if one.type() in LAYERS]


def about(algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], project: QgsProject) -> str:
    """The file or layer that goes in, else what was chosen from the platform, else a given name; else nothing.

    An algorithm may know better: then it has ``about(values)``. For the main thread.
    """
    own = getattr(algorithm, "about", None)
    if own is not None:
        return _short(str(own(values)))
    definitions = algorithm.parameterDefinitions()
    for fits, words in ((_takes_files, _files), (_is_chosen, _text), (_is_name, _text)):
        found = [words(values.get(one.name()), project) for one in definitions if fits(one)]
        told = [one for one in found if one]
        if told:
            return _short(", ".join(told))
    return ""


def _takes_files(one: QgsProcessingParameterDefinition) -> bool:
    return one.type() in (*LAYERS, *FILES)


def _is_chosen(one: QgsProcessingParameterDefinition) -> bool:
    wrapper = one.metadata().get("widget_wrapper")
    return isinstance(wrapper, dict) and "lister" in wrapper


def _is_name(one: QgsProcessingParameterDefinition) -> bool:
    return one.name() == "NAME"


def _text(value: Any, project: QgsProject) -> str:
    return value.strip() if isinstance(value, str) else ""


def _files(value: Any, project: QgsProject) -> str:
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source
    if isinstance(value, QgsProperty):
        value = value.staticValue()
    if isinstance(value, QgsMapLayer):
        return str(value.name())
    if isinstance(value, (list, tuple)):
        names = [one for one in (_files(each, project) for each in value) if one]
        if len(names) < 2:
            return "".join(names)
        return tr("{name} and {count} more").format(name=names[0], count=len(names) - 1)
    if isinstance(value, Path):
        return value.name
    if not isinstance(value, str) or not value:
        return ""
    layer = project.mapLayer(value)
    return str(layer.name()) if layer is not None else Path(value.partition("|")[0]).name


def _short(text: str) -> str:
    line = log.scrub(" ".join(text.split()))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
