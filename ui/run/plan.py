"""How a platform's analysis is run: one declaration for each platform, in ``ui/<platform key>/run.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class RunPlan:
    """The algorithms, and which of their parameters and outputs mean what.

    ``run`` and ``estimate`` take ``model`` (a detector), ``item`` (a raster) and ``areas``; ``set_areas`` is the
    parameter of ``run`` that has the areas set on the platform first. ``estimate`` gives ``size`` and ``charged``, in
    ``unit``, and between which bounds (``least``, ``most``) the charge lies. ``collect`` makes a layer of what ``run``
    gave, in ``target``; ``collected`` are its parameters by the outputs of ``run``. ``charge`` says how it is charged.
    ``item_states`` and ``model_states`` are those in which an entry can be run.
    """

    platform: str
    run: str
    estimate: str
    collect: str
    model: str
    item: str
    areas: str
    set_areas: str
    size: str
    charged: str
    least: str
    most: str
    unit: str
    target: str
    collected: Mapping[str, str]
    item_kind: str
    item_states: tuple[str, ...]
    model_kind: str
    model_states: tuple[str, ...]
    charge: Callable[[], str]


#: The platforms that run an analysis on rasters.
PLATFORMS = ("picterra",)


def plan_of(platform: str) -> RunPlan | None:
    """The declaration of a platform, None where it runs nothing."""
    if platform not in PLATFORMS:
        return None
    found: RunPlan = import_module(f"..{platform}.run", __package__).PLAN
    return found


def plans() -> list[RunPlan]:
    """All declarations."""
    return [plan for plan in map(plan_of, PLATFORMS) if plan is not None]


def plan_for(algorithm: str) -> RunPlan | None:
    """The plan whose ``run`` is this algorithm (its name, with or without the provider)."""
    name = algorithm.partition(":")[2] or algorithm
    return next((plan for plan in plans() if plan.run == name), None)
