"""Processing: its options, its start, which is paid for and never repeated, and its end (notes, sections 7.7 to 11)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from ...errors import InputProblem, JobFailed, Kind, PlatformError
from ...http.failures import scrub
from ...steps import Doubt
from ...work import NOT_THERE, Work, is_passing
from ..client import Pix4dClient
from ..project_records import PIPELINES, ProcessingOptions
from ..records import Project
from .control_points import system_of

FIRST_PAUSE = 20.0
"""Seconds; the first look comes after a tenth of it, and the pauses grow from there."""
LONGEST_PAUSE = 120.0
"""Seconds between two looks at most (A22)."""
ENDED = ("DONE", "ERROR")
KNOWN_CODES = frozenset(
    (10001, 10002, 10003, 10101, 10201, 10402, 10410, 10411, 10501, 10601, 10611, 10612, 10613, 10614, 10615)
)
"""Section 11."""


@dataclass(frozen=True)
class Begun:
    """``estimated`` seconds, None where the platform tells none; ``earlier`` is when processing had been started last
    before this start, empty for never."""

    estimated: float | None
    earlier: str


@dataclass(frozen=True)
class Targets:
    """What decides on AutoGCP (section 13.4, A43): the numbers of GCPs and of marks, whether there is a system of the
    results, and whether the pipeline is one of those that can."""

    points: int
    marks: int
    system: bool
    pipeline: bool

    @property
    def looked_for(self) -> bool:
        """Whether the platform will look for the targets itself."""
        return self.points > 0 and self.marks == 0 and self.system and self.pipeline


def targets_of(api: Pix4dClient, project_id: str, options: ProcessingOptions, work: Work) -> Targets:
    """What decides on AutoGCP when a project is started with ``options`` over the stored ones."""
    api = api.during(work)
    points = len(api.gcps.list(project_id))
    if not points:
        return Targets(0, 0, False, False)
    tags = options.get("tags") or api.options.get(project_id).get("tags") or []
    system = bool(options.get("output_cs_horizontal") or system_of(api, project_id)[0])
    return Targets(points, len(api.marks.list(project_id)), system, "building" not in tags)


def joined(
    api: Pix4dClient, project_id: str, options: ProcessingOptions, work: Work
) -> ProcessingOptions | None:
    """The stored options with these over them, since those of a start overwrite all stored ones (A20): the region of
    interest would be lost. None without any: the stored ones count."""
    if not options:
        return None
    stored = api.during(work).options.get(project_id)
    kept = {name: value for name, value in stored.items() if value is not None}
    return cast(ProcessingOptions, {**kept, **options})


def check_tags(tags: list[str]) -> None:
    """Raise :class:`InputProblem` for tags that exclude each other (section 10)."""
    chosen = [tag for tag in tags if tag in PIPELINES]
    if len(chosen) > 1:
        raise InputProblem("tags_contradict", tags=", ".join(chosen))
    if "flat" in tags and not {"nadir", "3d-maps"} & set(tags):
        raise InputProblem("flat_alone")


def set_options(
    api: Pix4dClient, project_id: str, options: ProcessingOptions, overwrite: bool, work: Work
) -> ProcessingOptions:
    """Store options: the others keep their values, or with ``overwrite`` return to their defaults."""
    api = api.during(work)
    check_tags(options.get("tags") or [])
    return api.options.replace(project_id, options) if overwrite else api.options.change(project_id, options)


def start(
    api: Pix4dClient, project_id: str, options: ProcessingOptions | None, send_email: bool, work: Work
) -> Begun:
    """Start processing, once over all runs of the job.

    ``options`` overwrite the stored ones when there are any (A20). When the answer did not come, the project tells
    whether it is being processed; while it does not, for a minute, the failure is passed on and nothing is sent again.
    """
    api = api.during(work)
    if work.noted("start") is None:  # what others processed after a start that was refused is not this one's
        _check_before(api, project_id, options)
        work.note("before", _moment(api.projects.get(project_id)))
    earlier = str(work.noted("before").value)  # type: ignore[union-attr]
    doubt = Doubt()

    def send() -> Any:
        return doubt.known(lambda: api.processing.start(project_id, options, send_email).get("estimated_time"))

    def look() -> set[str]:
        project = api.projects.get(project_id)
        running = project.get("public_status") == "PROCESSING" or _moment(project) != earlier
        return {"started"} if running else set()

    def adopt() -> Any:
        return 0.0 if doubt.appeared(work, look) else NOT_THERE

    work.progress(0.0, "starting")
    try:
        estimated = work.once("start", send, adopt)
    except PlatformError as error:
        begun = work.noted("start")
        if not is_passing(error) or begun is None or begun.done or adopt() is NOT_THERE:
            raise
        work.note("start", 0.0)
        estimated = 0.0
    known = isinstance(estimated, (int, float)) and not isinstance(estimated, bool) and estimated > 0
    return Begun(float(estimated) if known else None, earlier)


def follow(api: Pix4dClient, project_id: str, begun: Begun | None, work: Work) -> Project:
    """Wait until processing has ended and give the project. Raises :class:`JobFailed` with the platform's code.

    When the work is cancelled the platform goes on: only deleting the project stops it. Without ``begun`` whatever is
    running is waited for.
    """
    api = api.during(work)
    began = time.monotonic()
    seen_running = begun is None

    def read() -> Project:
        nonlocal seen_running
        project = api.projects.get(project_id)
        running = project.get("public_status") == "PROCESSING"
        seen_running = seen_running or running or begun is None or _moment(project) != begun.earlier
        detail = project.get("display_detailed_status") or project.get("public_status") or ""
        work.progress(_fraction(begun, time.monotonic() - began), "processing_project", status=str(detail))
        return project

    def ended(project: Project) -> bool:
        # The end of an earlier processing is not that of this one.
        stale = begun is not None and bool(begun.earlier) and not seen_running
        return project.get("public_status") in ENDED and not stale

    project = work.follow(read, ended, FIRST_PAUSE, longest=LONGEST_PAUSE)
    raise_if_failed(project)
    work.progress(1.0, "done")
    return project


def raise_if_failed(project: Project) -> None:
    """Raise :class:`JobFailed` when a project ended in an error (section 11)."""
    if project.get("public_status") != "ERROR":
        return
    code = project.get("error_code")
    known = isinstance(code, int) and code in KNOWN_CODES
    facts = {"reason": f"pix4d_{code}" if known else "pix4d", "code": "" if code is None else str(code)}
    raise JobFailed(Kind.JOB_FAILED, facts=facts, words=scrub(str(project.get("error_reason") or "")))


def require_started(project: Project) -> None:
    """Raise :class:`InputProblem` for a project that nobody has started to process."""
    if project.get("public_status") not in ("PROCESSING", *ENDED):
        raise InputProblem("not_processing")


def _check_before(api: Pix4dClient, project_id: str, options: ProcessingOptions | None) -> None:
    """What the platform would refuse, or end with after hours, as far as it can be seen now."""
    check_tags((options or {}).get("tags") or [])
    if api.projects.get(project_id).get("public_status") == "PROCESSING":
        raise InputProblem("processing_already")
    names_system = bool((options or {}).get("output_cs_horizontal"))
    if not names_system and api.gcps.list(project_id) and not system_of(api, project_id)[0]:
        raise InputProblem("gcp_needs_system")


def _moment(project: Project) -> str:
    return project.get("last_datetime_processing_started") or ""


def _fraction(begun: Begun | None, seconds: float) -> float | None:
    """How far it may be by the platform's estimate; never the end, which only the platform tells."""
    if begun is None or begun.estimated is None:
        return None
    return min(0.95, seconds / begun.estimated)
