"""Detectors: create, training set, train, run, recommend. What costs money is never taken twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ... import steps
from ...work import NOT_THERE, Work
from ..client import PicterraClient
from ..records import Configuration, OperationState, Started
from . import operations


def create_detector(api: PicterraClient, name: str, configuration: Configuration, work: Work) -> str:
    """Create a detector and give its id; one that an interrupted run made is adopted by its name."""
    api = api.during(work)
    return steps.create(
        work,
        "create",
        lambda: api.detectors.create(name, configuration),
        lambda: steps.ids_of(api.detectors.list(search=name), name=name),
    )


def create_folder(api: PicterraClient, name: str, work: Work) -> str:
    """Create a folder and give its id; one that an interrupted run made is adopted by its name."""
    api = api.during(work)
    return steps.create(
        work,
        "create",
        lambda: api.folders.create(name),
        lambda: steps.ids_of(api.folders.list(search=name), name=name),
    )


def delete_detector(api: PicterraClient, detector_id: str, work: Work) -> None:
    """Delete a detector; its layers stay, so it is assumed (A32)."""
    api = api.during(work)
    detectors = api.detectors
    steps.delete_once(work, lambda: detectors.delete(detector_id), lambda: detectors.get(detector_id))


def add_rasters(api: PicterraClient, detector_id: str, raster_ids: list[str], work: Work) -> None:
    """Put rasters into the training set. Adding one twice does nothing more (A38)."""
    api = api.during(work)
    for index, raster_id in enumerate(raster_ids):
        work.progress(index / len(raster_ids), "working")
        add = partial(api.detectors.add_raster, detector_id, raster_id)
        steps.settle(work, f"add {raster_id}", add, lambda: NOT_THERE)


def train(api: PicterraClient, detector_id: str, work: Work) -> tuple[str, OperationState]:
    """Train, follow to the end, give the operation's id and last state: ``results.score``, ``results.stats``."""
    api = api.during(work)
    return start_and_follow(api, lambda: api.detectors.train(detector_id), work)


def run(
    api: PicterraClient, detector_id: str, raster_id: str, secondary_raster_id: str, work: Work
) -> tuple[str, OperationState]:
    """Detect on a raster, follow to the end, give the operation's id and last state (9.6). Costs credit."""
    api = api.during(work)
    return start_and_follow(api, lambda: api.detectors.run(detector_id, raster_id, secondary_raster_id), work)


def recommend(api: PicterraClient, detector_id: str, work: Work) -> tuple[str, OperationState]:
    """Ask where to annotate next; the outcome shows in the web application only."""
    api = api.during(work)
    return start_and_follow(api, lambda: api.detectors.recommend(detector_id), work)


def run_advanced_tool(
    api: PicterraClient, tool_id: str, inputs: Mapping[str, object], outputs: Mapping[str, object], work: Work
) -> tuple[str, OperationState]:
    """Run a withdrawn experimental tool (section 14)."""
    api = api.during(work)
    return start_and_follow(api, lambda: api.advanced_tools.run(tool_id, inputs, outputs), work)


def start_and_follow(api: PicterraClient, start: Callable[[], Started], work: Work) -> tuple[str, OperationState]:
    """Start what cannot be looked up and may cost money: a start in doubt is an open question at once, never taken
    again."""
    work.progress(0.0, "starting")
    started = steps.at_most_once(work, "start", start, lambda: None)
    work.progress(0.1, "processing")
    state = operations.follow(api, started, work)
    work.progress(1.0, "done")
    return started["operation_id"], state
