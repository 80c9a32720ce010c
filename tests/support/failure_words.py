"""Algorithms run in trouble: what they say at their end is whole sentences, for every platform alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingModelAlgorithm,
    QgsProcessingParameterDefinition,
    QgsProcessingProvider,
)

OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional
UNKNOWN = "5f0c7d1e-0000-4000-8000-000000000000"
ENDINGS = {"rasterDestination": ".tif", "sink": ".gpkg", "vectorDestination": ".gpkg", "folderDestination": ""}
#: What is no sentence for a user: names of exceptions, code, JSON, empty places of a template.
NOT_WORDS = re.compile(
    r"\b[A-Za-z]+(?:Error|Exception)\b|\b(?:Traceback|None|NoneType|null|nan|dict|unexpected)\b|[{}\[\]]|</?\w"
    r"| \?|  |“\s*”|\(\s*\)|\.\.(?!\.)"
)


def whole_sentences(told: str) -> bool:
    """Whether it begins and ends as sentences do, and has nothing of a program in it. A host may come first."""
    begun, ended = re.match(r"[A-Z\d“]|[\w-]+\.\w", told), told.endswith((".", "”", ".)"))
    return bool(begun) and ended and not NOT_WORDS.search(told)


class Attempts:
    """Runs each algorithm of a platform that has a connection, with parameters that are right. What they do to the
    platform is not looked at here, so none of it counts for the API coverage.

    ``run`` is the platform's runner. ``last``: those that come last, since the others need what they remove.
    """

    def __init__(self, run: Any, provider: QgsProcessingProvider, folder: Path, left_out: tuple[str, ...] = (),
                 last: tuple[str, ...] = ()) -> None:
        self.run, self.folder = run, folder
        run.actor = None
        begin = f"{run.platform}_"
        # Not the models: of a child's failure QGIS says only that there was one, and reports its sentence before.
        connected = [one for one in provider.algorithms() if one.name().startswith(begin)
                     and one.name()[len(begin):] not in left_out and one.parameterDefinition("CONNECTION") is not None
                     and not isinstance(one, QgsProcessingModelAlgorithm)]
        order = {begin + name: place for place, name in enumerate(last, 1)}
        self.algorithms = sorted(connected, key=lambda one: order.get(one.name(), 0))

    def parameters(self, algorithm: QgsProcessingAlgorithm) -> Iterator[tuple[str, Any]]:
        """Names and values for a run."""
        raise NotImplementedError

    def destination(self, algorithm: QgsProcessingAlgorithm, parameter: QgsProcessingParameterDefinition,
                    files: str = ".txt") -> str:
        """Where an output goes; ``files`` is the ending of those that are neither layers nor rasters."""
        ending = ENDINGS.get(parameter.type(), files)
        return str(self.folder / f"{algorithm.name()}_{parameter.name()}{ending}")

    def all(self) -> dict[str, str]:
        """What each said at its end, by its name; empty when it worked. Nothing that was told is anything but words."""
        told = {one.name(): self.outcome(one) for one in self.algorithms}
        odd = {name: words for name, words in told.items() if words and not whole_sentences(words)}
        assert not odd, str(odd)
        return told

    def outcome(self, algorithm: QgsProcessingAlgorithm) -> str:
        """What one said at its end; empty when it worked."""
        words = ""
        try:
            self.run(algorithm.id(), **dict(self.parameters(algorithm)))
        except QgsProcessingException as error:
            words = str(error)
        told = [one for one in self.run.messages if not one.startswith("Results: {")]  # which QGIS writes itself
        odd = [one for one in told if NOT_WORDS.search(one)]
        assert odd == [], f"{algorithm.name()}: {odd}"
        return words
