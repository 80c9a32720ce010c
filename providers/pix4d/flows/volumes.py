"""Volumes between the surface model and a base, with what the platform's refusals mean (notes, section 15)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ...errors import ConnectionFailed, InputProblem, Kind, PlatformError, Refused
from ...work import NOT_THERE, Work, is_passing
from ..client import Pix4dClient
from ..project_records import Volume, VolumeRequest
from .outputs import Result, named, results
from .retrieval import follow_twin

SURFACE, STREAMED_SURFACE = "dsm", "dsm_cloud_optimized"
CUSTOM = "custom"
FEWEST = 12
"""An outline of fewer corners is not simplified any more."""
ATTEMPTS = 4
TITLES = {
    "no cog dsm found": "pix4d_no_surface",
    "the polygon doesn't overlap": "pix4d_outside",
    "invalid polygon": "pix4d_no_heights",
    "too much data requested": "pix4d_too_large",
    "endpoint request timed out": "pix4d_too_slow",
}
"""How the platform's own words begin, and the reason of ours (``core.messages.pix4d_results``)."""
TOO_SLOW = "pix4d_too_slow"

Point = Sequence[float]
Thin = Callable[[int], Sequence[Point]]


@dataclass(frozen=True)
class Outline:
    """The open ring to measure in, in the project's output system and units: x, y and, unless the base is ``custom``,
    z. ``thin`` gives the same outline with at most so many corners; None where it has to stay as it is."""

    ring: Sequence[Point]
    thin: Thin | None = None


@dataclass(frozen=True)
class Base:
    """``surface``: one of ``BASE_SURFACES``; ``elevation`` for ``custom``; ``units``: of ``VOLUME_UNITS``, empty for
    the platform's choice."""

    surface: str
    elevation: float | None = None
    units: str = ""


@dataclass(frozen=True)
class Measured:
    """What came of an outline: cubic units, and the corners that were sent. ``cut`` lies above the base."""

    cut: float
    cut_error: float
    fill: float
    fill_error: float
    corners: int


def surface(api: Pix4dClient, project_id: str, work: Work, patience: float) -> Result:
    """The surface model on which volumes are measured. It is made some time after the plain one: waited for up to
    ``patience`` seconds. :class:`InputProblem` for a project that has none."""
    api = api.during(work)
    found = results(api, project_id)
    ready = named(found, STREAMED_SURFACE)
    if ready is not None and ready.ready:
        return ready
    plain = named(found, SURFACE)
    if plain is None or (not plain.ready and ready is None):
        raise InputProblem("no_surface")
    work.progress(None, "surface")
    came = follow_twin(api, project_id, STREAMED_SURFACE, work, patience=patience)
    if came is None:
        raise Refused(Kind.REFUSED, facts={"reason": "pix4d_no_surface"})
    return came


def measure(api: Pix4dClient, project_id: str, outline: Outline, base: Base, work: Work) -> Measured:
    """Measure in one outline, once over all runs of a job. An outline for which the platform needs too long is sent
    again with half of its corners, where that is allowed.

    Refusals that the documents name are ``Refused`` with a ``reason`` of :data:`TITLES`.
    """
    api = api.during(work)
    ring = [list(map(float, one)) for one in outline.ring]
    while True:
        try:
            return _asked(api, project_id, ring, base, work)
        except PlatformError as error:
            fewer = len(ring) // 2
            if error.facts.get("reason") != TOO_SLOW or outline.thin is None or fewer < FEWEST:
                raise
            ring = [list(map(float, one)) for one in outline.thin(fewer)]


def _asked(api: Pix4dClient, project_id: str, ring: list[list[float]], base: Base, work: Work) -> Measured:
    request: VolumeRequest = {"base_surface": base.surface, "coordinates": ring}
    if base.surface == CUSTOM and base.elevation is not None:
        request["custom_elevation"] = base.elevation
        request["coordinates"] = [place[:2] for place in ring]
    if base.units:
        request["units"] = base.units
    digest = hashlib.sha256(json.dumps([project_id, request], sort_keys=True).encode()).hexdigest()[:24]
    found = work.once(f"volume-{digest}", lambda: _patiently(api, project_id, request, work), lambda: NOT_THERE)
    return Measured(
        float(found["cut"]), float(found.get("cut_error") or 0.0), float(found["fill"]),
        float(found.get("fill_error") or 0.0), len(ring),
    )


def _patiently(api: Pix4dClient, project_id: str, request: VolumeRequest, work: Work) -> Volume:
    """Asked again after what passes: the request changes nothing. One that took too long would take as long again."""
    for attempt in range(1, ATTEMPTS):
        try:
            return api.volumes.compute(project_id, request)
        except PlatformError as error:
            if _reason(error):
                raise _refused(error) from None  # kept in no variable: it would hold this frame, and all above it
            if not is_passing(error):
                raise
        work.wait(2.0**attempt)
    return api.volumes.compute(project_id, request)


def _reason(error: PlatformError) -> str:
    """The reason of a documented refusal, empty for any other. An answer that never came after the platform's own 29
    seconds says the same as its gateway."""
    said = error.words.lower()
    reason = next((reason for title, reason in TITLES.items() if said.startswith(title)), "")
    if not reason and isinstance(error, ConnectionFailed) and error.kind is Kind.TIMED_OUT and not error.unsent:
        reason = TOO_SLOW
    return reason


def _refused(error: PlatformError) -> Refused:
    """A documented refusal as one whose reason has a sentence."""
    facts = {**error.facts, "reason": _reason(error)}
    return Refused(Kind.REFUSED, facts=facts, status=error.status, request_id=error.request_id, unsent=error.unsent)
