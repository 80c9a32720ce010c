"""How rasters get to a platform: one declaration for each, and what its algorithm says of the parameters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from qgis.core import (
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterNumber,
)

from ...core.platforms import PLATFORMS
from .. import operations
from .platforms import HOMES


@dataclass(frozen=True)
class PushPlan:
    """The algorithm that sends one raster, and which of its parameters mean what.

    ``file``, ``name``, ``captured`` and ``target`` name parameters, ``result`` is the output with the new raster's id.
    ``details`` are the further columns of the form, in their order, and ``remembered`` those whose last value is
    offered again. Titles, tooltips and bounds come from the algorithm. ``target_kind`` is the kind of entry that
    ``target`` takes, ``places`` are the kinds of entries that take dropped rasters. ``suffixes`` are those that the
    platform accepts. ``unplaced`` and ``deep`` tell what becomes of an image without georeference and of one with more
    than 8 bit. ``largest`` is the largest file in bytes, 0 where the platform tells none.
    """

    platform: str
    algorithm: str
    file: str
    name: str
    captured: str
    target: str
    result: str
    details: tuple[str, ...]
    remembered: tuple[str, ...]
    target_kind: str
    places: tuple[str, ...]
    suffixes: Callable[[], tuple[str, ...]]
    unplaced: Callable[[], str]
    deep: Callable[[], str]
    largest: int = 0

    @property
    def title(self) -> str:
        """The platform's name."""
        return PLATFORMS[self.platform].title

    def fields(self) -> list[Field]:
        """The columns that a raster has besides its name, the time of capture first."""
        return [self.field(name) for name in (self.captured, *self.details)]

    def field(self, name: str) -> Field:
        """One parameter of the algorithm."""
        return field_of(self.definition(name))

    def definition(self, name: str) -> QgsProcessingParameterDefinition:
        """The algorithm's own declaration of a parameter."""
        return operations.algorithm(self.algorithm).parameterDefinition(name)


@dataclass(frozen=True)
class Field:
    """What can be said of a raster: ``kind`` is text, moment, whole (a number within bounds) or tick."""

    name: str
    title: str
    tip: str
    kind: str
    default: Any = None
    low: int = 0
    high: int = 0


def field_of(definition: QgsProcessingParameterDefinition) -> Field:
    """A parameter as a column."""
    name, title, tip = definition.name(), definition.description(), definition.help()
    if isinstance(definition, QgsProcessingParameterDateTime):
        return Field(name, title, tip, "moment")
    if isinstance(definition, QgsProcessingParameterBoolean):
        return Field(name, title, tip, "tick", bool(definition.defaultValue()))
    if isinstance(definition, QgsProcessingParameterNumber):
        return Field(name, title, tip, "whole", None, int(definition.minimum()), int(definition.maximum()))
    return Field(name, title, tip, "text", "")


def plan_of(platform: str) -> PushPlan | None:
    """The plan of a platform; None when it takes no rasters."""
    home = HOMES.get(platform)
    if home is None:
        return None
    module, _, name = home.partition(":")
    plan: PushPlan = getattr(import_module(f"..{module}", __package__), name)
    return plan


def plans() -> list[PushPlan]:
    """All platforms that take rasters."""
    return [plan for plan in map(plan_of, HOMES) if plan is not None]
