"""Outputs of a project: what there is, each with what it is; deleting and registering (notes, section 17)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path, PurePosixPath

from ... import steps
from ...errors import InputProblem, Kind, PlatformError, Refused
from ...moments import moment_of
from ...transfer import Source, TransferEngine, check_sendable, safe_name
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..output_types import TYPES, OutputType, type_of
from ..project_records import NewOutput, Output
from .storage import ProjectStorage

READY = "done"
UNDERIVABLE = 400
"""The documented status for a type that is wrong or cannot be derived (section 5.2)."""
SEPARATOR = ":"
AT_ONCE = timedelta(minutes=1)
"""As near as the times of a project are to each other of which nobody said when its photos were taken."""
REGISTERED = "registered"
"""The step that registers; its note holds the keys."""
PLACE = "imagery-hub"
"""Below this folder of a project's storage lies what is registered from here, each time in a folder of its own, so that
no photo or result is overwritten."""


@dataclass(frozen=True)
class Result:
    """One output. ``type`` says what it is and where it belongs, ``state`` is the platform's word for whether it can be
    had, ``results`` are the result types that list it, ``key`` and ``bucket`` are where it is, empty until it is ready.
    """

    project_id: str
    type: OutputType
    state: str
    output_id: str = ""
    results: tuple[str, ...] = ()
    key: str = ""
    bucket: str = ""

    @property
    def ready(self) -> bool:
        """Whether it can be fetched."""
        return bool(self.key) and self.state in (READY, "")

    @property
    def file(self) -> str:
        """The name of its file in the storage."""
        return PurePosixPath(self.key).name

    @property
    def lasting(self) -> str:
        """By what it is found again when the project was processed anew: project and type."""
        return identity(self.project_id, self.type.name)


def identity(project_id: str, output: str) -> str:
    """Project and output, its id or its type, in one text."""
    return f"{project_id}{SEPARATOR}{output}"


def parts_of(text: str) -> tuple[str, str]:
    """Project and output of an identity."""
    project_id, _, output = text.rpartition(SEPARATOR)
    return project_id, output


def results(api: Pix4dClient, project_id: str) -> list[Result]:
    """All outputs, each once, in the platform's order."""
    return merged(project_id, api.outputs.list(project_id))


def is_undated(api: Pix4dClient, project_id: str, work: Work) -> bool:
    """Whether a project has neither photos nor outputs nor a date that somebody gave it: then its acquisition is the
    moment in which it was made (section 9). Not for one of which the photos or these times are not told."""
    asked = api.during(work)
    project = asked.projects.get(project_id)
    made, acquired = (moment_of(project.get(name)) for name in ("create_date", "acquisition_date"))
    given = made is None or acquired is None or abs(acquired - made) > AT_ONCE
    return not given and project.get("image_count") == 0 and not any(
        one.output_id for one in results(asked, project_id))


def date(api: Pix4dClient, project_id: str, captured: str, work: Work) -> bool:
    """Give a project the date of what came into it. What came is there, so that a refusal is told and no failure."""
    try:
        api.during(work).projects.update(project_id, {"acquisition_date": captured})
    except Refused:
        work.progress(None, "pix4d_not_dated", date=captured)
        return False
    return True


def merged(project_id: str, listed: Sequence[Output]) -> list[Result]:
    """An output may be listed under several result types, and not always with all that is known of it."""
    found: dict[tuple[str, str], Result] = {}
    for one in listed:
        name, number = one["output_type"], str(one.get("output_id") or "")
        earlier = found.get((name, number))
        results = (*(earlier.results if earlier else ()), str(one.get("result_type") or ""))
        if earlier is not None and (earlier.ready or not one.get("s3_key")):
            kept = earlier
        else:
            key = one.get("s3_key") or ""
            kept = Result(project_id, type_of(name, key), one.get("availability") or "", number, (), key,
                          one.get("s3_bucket") or "")
        found[name, number] = Result(project_id, kept.type, kept.state, number,
                                     tuple(dict.fromkeys(filter(None, results))), kept.key, kept.bucket)
    return list(found.values())


def named(found: Sequence[Result], wanted: str) -> Result | None:
    """The output of that id or type; of several of a type the one that is ready."""
    fitting = [one for one in found if wanted in (one.output_id, one.type.name)]
    return next((one for one in fitting if one.ready), fitting[0] if fitting else None)


def ready_one(api: Pix4dClient, project_id: str, wanted: str) -> Result:
    """The output of that id or type. :class:`InputProblem` when the project has none, or it is not ready."""
    found = named(results(api, project_id), wanted)
    if found is None:
        raise InputProblem("no_output", output=wanted)
    if not found.ready:
        raise InputProblem("output_not_ready", output=found.type.name, state=found.state or "?")
    return found


# ---------------------------------------------------------------------- deleting
def delete(api: Pix4dClient, project_id: str, wanted: Sequence[str], work: Work) -> list[Result]:
    """Delete outputs by id or type, each once over all runs of the job, and give what was deleted."""
    api = api.during(work)

    def look() -> list[list[str]]:
        found = results(api, project_id)
        chosen = []
        for name in wanted:
            one = named(found, name)
            if one is None or not one.output_id:
                raise InputProblem("no_output", output=name)
            chosen.append([one.output_id, one.type.name, one.key, one.bucket])
        return chosen

    chosen = work.once("chosen", look, lambda: NOT_THERE)
    for number, (output_id, *_) in enumerate(chosen):
        steps.delete_once(
            work.part(f"output-{output_id}"),
            partial(api.outputs.delete, project_id, output_id),
            partial(_read, api, project_id, output_id),
        )
        work.progress((number + 1) / len(chosen), "deleting")
    return [Result(project_id, type_of(name), "", one, (), key, bucket) for one, name, key, bucket in chosen]


def _read(api: Pix4dClient, project_id: str, output_id: str) -> Result:
    found = named(results(api, project_id), output_id)
    if found is None:
        raise PlatformError(Kind.NOT_FOUND)
    return found


# ---------------------------------------------------------------------- registering
def register(
    api: Pix4dClient, engine: TransferEngine, project_id: str, files: Mapping[Path | Source, str], work: Work,
    replace: bool = False,
) -> list[Result]:
    """Send files and register them as outputs of these types (empty: the platform derives it from the name), several of
    them together. Gives the outputs that the project has of these files then.

    An output takes the place of the one of its type. Without ``replace`` that is refused before anything is sent, as
    far as the types are given (:class:`InputProblem`, ``output_there``). Run again with the same journal it looks anew
    at what is there, until it has registered; from then on it neither sends nor registers, since what others put in
    the place of its outputs is theirs.
    """
    api = api.during(work)
    keys = _registered(work)
    if not keys:
        check_files(files)
        if not replace:
            _refuse_replacing(api, project_id, [name for name in files.values() if name], work)
        keys = _send_and_register(api, engine, project_id, files, work)
    there = [one for one in results(api, project_id) if one.key in keys]
    work.progress(1.0, "registering_outputs")
    return there


def _send_and_register(
    api: Pix4dClient, engine: TransferEngine, project_id: str, files: Mapping[Path | Source, str], work: Work
) -> list[str]:
    """Gives the keys. What an earlier run registered without an answer is registered once more, which makes the same.
    """
    place, names = _place(work), _names(files)
    named_files = {f"{place}/{names[one]}": one for one in files}
    keys = ProjectStorage(api, project_id).send(named_files, work.part("files", (0.0, 0.95)), engine)
    new: list[NewOutput] = [
        {"output": key, "output_type": name} if name else {"output": key} for key, name in zip(keys, files.values())
    ]

    def send() -> list[str]:
        if len(new) == 1:
            api.outputs.register(project_id, new[0])
        else:
            api.outputs.register_together(project_id, new)
        return keys

    work.progress(0.95, "registering_outputs")
    try:
        return work.once(REGISTERED, send, lambda: NOT_THERE)
    except PlatformError as error:
        nameless = [one.name for one, name in files.items() if not name]
        if error.status != UNDERIVABLE or not nameless:
            raise
        raise InputProblem("output_type_underivable", files=", ".join(nameless)) from error


def _registered(work: Work) -> list[str]:
    """The keys that an earlier run registered; none as long as it is not known that one did."""
    step = work.noted(REGISTERED)
    return step.value if step is not None and step.done else []


def _place(work: Work) -> str:
    """The folder of a job's files, the same in all of its runs."""
    return work.once("place", lambda: f"{PLACE}/{secrets.token_hex(4)}", lambda: NOT_THERE)


def check_files(files: Mapping[Path | Source, str]) -> None:
    """Raise :class:`InputProblem` for a file that is missing or empty, an unknown type, or a type that stands twice."""
    for one, name in files.items():
        check_sendable(one)
        if name and name not in TYPES:
            raise InputProblem("output_type_unknown", output=name)
    names = [name for name in files.values() if name]
    twice = next((name for name in names if names.count(name) > 1), "")
    if twice:
        raise InputProblem("output_type_twice", output=twice)


def refuse_replacing(api: Pix4dClient, project_id: str, names: Sequence[str], work: Work) -> None:
    """Raise :class:`InputProblem` (``output_there``) for outputs of these types that are there, before files are even
    fetched. ``work``: what :func:`register` will be given. What it registered in an earlier run is no reason to stop.
    """
    if not _registered(work):
        _refuse_replacing(api.during(work), project_id, names, work)


def _refuse_replacing(api: Pix4dClient, project_id: str, names: Sequence[str], work: Work) -> None:
    """Looked at in every run, since others may have registered theirs while the job rested. Its own are known by their
    place; one that is not ready has none yet, and may be its own once the registration was begun."""
    own, begun = f"/{_place(work)}/", work.noted(REGISTERED) is not None
    there = [
        one.type.name for one in results(api, project_id)
        if one.type.name in names and one.output_id and not (own in one.key if one.key else begun)
    ]
    if there:
        raise InputProblem("output_there", outputs=", ".join(dict.fromkeys(there)))


def _names(files: Mapping[Path | Source, str]) -> dict[Path | Source, str]:
    """A name in the storage for each file, as near to its own as may be, each once: a mesh names its material, and that
    its texture, by it."""
    names: dict[Path | Source, str] = {}
    for number, one in enumerate(files):
        name = safe_name(one.name, f"output-{number}{PurePosixPath(one.name).suffix}")
        names[one] = name if name not in names.values() else f"{number}-{name}"
    return names
