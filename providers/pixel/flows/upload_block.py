"""One block of an upload: announced, sent, told to be finished, followed (notes, section 9).

The addresses that the platform gives are kept in memory only, as they are secrets, and it gives them only once. So
after a stop a file that had not arrived whole gets another upload job and starts again; the job before stays behind,
and nothing comes of it. Files that had arrived are not sent again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from ... import steps
from ...errors import Kind, PlatformError, Refused, ServerFault
from ...transfer.control import Meter
from ...transfer.engine import TransferEngine
from ...transfer.pieces import PieceRun
from ...work import NOT_THERE, Work
from ..client import PixelClient
from ..places import Place
from ..records import UPLOAD_STATES, UPLOADED, UploadJob
from .following import follow_group, follow_job
from .upload_pieces import Ahead, Digest, Digests, Slot, keys_of, pieces_of
from .upload_plan import Block, Parts, UploadFile

ROUNDS = 3
"""So often a file that has not arrived gets a new upload job in one run."""
MOST_REFUSED = 5
"""When so many files were refused one by one and none was taken, the others are not tried one by one any more."""
FOLLOW_SECONDS, LONGEST_FOLLOW = 1.0, 5.0
"""Seconds between two looks at a group: most of its files were looked at while the last ones were sent."""
SETTLE_SECONDS, LONGEST_SETTLE, STILL_SECONDS = 1.0, 10.0, 600.0
"""How often upload jobs are looked at after their group has ended, and for how long."""
BORNE = (Kind.STORAGE_REFUSED, Kind.ADDRESS_EXPIRED, Kind.DAMAGED, Kind.NOT_FOUND, Kind.INPUT)
"""Failures of one file, after which the others go on."""
JOBS = "jobs "
UNDER_WAY = tuple(one for one in UPLOAD_STATES if one != UPLOADED)


def borne(error: PlatformError) -> bool:
    """Whether it is the failure of one file."""
    return error.kind in BORNE


class BlockRun:
    """One run of a block. ``work`` is a part of its own; ``meter`` counts the bytes of the whole upload."""

    def __init__(
        self, api: PixelClient, engine: TransferEngine, place: Place, block: Block, parts: Parts, work: Work,
        meter: Meter,
    ) -> None:
        self._api = api
        self._engine = engine
        self._place = place
        self._files = block.files
        self._multipart = block.multipart
        self._parts = parts
        self._work = work
        self._meter = meter
        self._pieces = PieceRun(str(place), work, engine, meter)
        self._digests = Digests(engine, work, meter, self._size_of_parts, borne)
        self._jobs: dict[int, str] = {}
        self._slots: dict[int, Slot] = {}
        self._failed: dict[int, PlatformError] = {}
        self._taken = 0

    # ------------------------------------------------------------------ sending
    def read_ahead(self, ahead: Ahead) -> None:
        """Begin to read the files for their digests while another block is sent, unless an earlier run began with
        them."""
        if not self._work.steps():
            self._digests.read_ahead(dict(enumerate(self._files)), ahead)

    def send(self) -> None:
        """Send what has not arrived, and tell the platform what has."""
        if self._is_noted("told"):
            return
        for step in self._work.steps():
            entry = self._work.noted(step) if step.startswith(JOBS) else None
            if entry is not None and entry.done:
                self._jobs.update({int(number): job for number, job in entry.value.items()})
        for _ in range(ROUNDS):
            waiting = self._missing()
            if not waiting:
                break
            self._open([number for number in waiting if number not in self._slots])
            self._send([number for number in waiting if number in self._slots])
        sent = self._sent()
        self._work.note("failed", {str(number): described(error) for number, error in self._failed.items()})
        self._tell({number: self._jobs[number] for number in sent})

    def _missing(self) -> list[int]:
        """The files that have not arrived whole and may still do so."""
        sent = set(self._sent())
        lasting = {number for number, error in self._failed.items() if error.kind is not Kind.ADDRESS_EXPIRED}
        return [number for number in range(len(self._files)) if number not in sent | lasting]

    def _sent(self) -> list[int]:
        """The files of which every piece has arrived as the file is now."""
        there = self._pieces.arrived()
        return [
            number for number, job in self._jobs.items()
            if all(there.get(key) == stamp for key, stamp in keys_of(self._files[number], job, self._size_of_parts))
        ]

    def _size_of_parts(self, size: int) -> int:
        """Of a file of so many bytes; 0 for one that is sent in one piece."""
        return self._parts.of(size) if self._multipart else 0

    def _open(self, numbers: Sequence[int]) -> None:
        """Get upload jobs for files."""
        if not numbers:
            return
        files = {number: self._files[number] for number in numbers}
        digests, failed = self._digests.of(files)
        self._failed.update(failed)
        for number in failed:
            self._slots.pop(number, None)
        if digests:
            self._create(digests)

    def _create(self, digests: Mapping[int, Digest]) -> None:
        """One call for these files. Where it is refused it is tried with half of them, until it is known whose fault it
        is: the shape of a refusal is not documented."""
        try:
            self._create_together(digests)
            return
        except Refused as refusal:
            if refusal.status not in (400, 422):
                raise
            singly = [one for one in self._failed.values() if isinstance(one, Refused)]
            hopeless = not self._taken and len(singly) >= MOST_REFUSED
            if len(digests) == 1 or hopeless:
                self._failed.update(dict.fromkeys(digests, refusal.with_traceback(None)))
                return
        numbers = list(digests)
        for half in (numbers[:len(numbers) // 2], numbers[len(numbers) // 2:]):
            self._create({number: digests[number] for number in half})

    def _create_together(self, digests: Mapping[int, Digest]) -> None:
        create = self._api.upload_jobs.create_multipart if self._multipart else self._api.upload_jobs.create
        by_name = {self._files[number].path.name: number for number in digests}
        wanted = [digest.announced(self._files[number]) for number, digest in digests.items()]

        def do() -> dict[str, str]:
            found: dict[str, str] = {}
            for job in create(self._place, wanted):
                number = by_name.get(job.get("name", ""))
                if number is not None:
                    self._slots[number] = Slot(digests[number], job)
                    found[str(number)] = str(job["id"])
            return found

        step = f"{JOBS}{sum(one.startswith(JOBS) for one in self._work.steps()):03d}"
        made = steps.settle(self._work, step, do, lambda: NOT_THERE)
        self._taken += len(made)
        for number in digests:
            if str(number) in made:
                self._jobs[number] = made[str(number)]
                self._failed.pop(number, None)
            else:
                self._failed[number] = ServerFault(Kind.BAD_ANSWER, facts={"reason": "no_slot"})

    def _send(self, numbers: Sequence[int]) -> None:
        there = self._pieces.arrived()
        pieces, of_key = [], {}
        for number in numbers:
            try:
                made = pieces_of(self._slots[number])
            except PlatformError as error:
                self._failed[number] = error.with_traceback(None)
                continue
            for piece in made:
                of_key[piece.key] = number
                if there.get(piece.key) != piece.stamp:
                    pieces.append(piece)
        for key, failure in self._pieces.send(pieces, borne=borne).items():
            self._failed[of_key[key]] = failure
            self._slots.pop(of_key[key], None)

    # ------------------------------------------------------------------ telling
    def _tell(self, jobs: Mapping[int, str]) -> None:
        """Tell which files have arrived, once. In doubt the state of the upload jobs says whether it was heard."""
        ids = list(jobs.values())
        single = len(self._files) == 1
        doubt = steps.Doubt()

        def tell(wanted: Sequence[str]) -> dict[str, Any]:
            follow = ""
            if wanted:
                uploads = self._api.upload_jobs
                told = uploads.finished(self._place, wanted[0]) if single else \
                    uploads.several_finished(self._place, wanted)
                follow = told["follow"]
            return {"jobs": {str(number): job for number, job in jobs.items()}, "follow": follow, "single": single}

        def begun() -> set[str]:
            return {one for one, job in self._states(ids).items() if job.get("status") != UPLOAD_STATES[0]}

        def adopt() -> Any:
            found = doubt.appeared(self._work, begun)
            return tell([one for one in ids if one not in found]) if found else NOT_THERE

        def do() -> dict[str, Any]:
            try:
                return doubt.known(lambda: tell(ids))
            except PlatformError as error:  # said to have been told before: an answer was late
                found = begun() if error.kind is Kind.CONFLICT else set()
                if not found:
                    raise
            return tell([one for one in ids if one not in found])

        steps.settle(self._work, "told", do, adopt, ids)

    # ------------------------------------------------------------------ following
    def follow(self, work: Work) -> None:
        """Wait until the platform has looked at all files. ``work`` tells of the progress."""
        if self._is_noted("result"):
            return
        told = self._value("told")
        if told["follow"]:
            try:
                follow, message = (
                    (follow_job, "pixel_validating_one") if told["single"] else (follow_group, "pixel_validating")
                )
                follow(self._api, told["follow"], work, message, FOLLOW_SECONDS, LONGEST_FOLLOW)
            except PlatformError as error:
                if error.kind is not Kind.NOT_FOUND:  # forgotten meanwhile: the upload jobs say it all
                    raise
        ids = list(told["jobs"].values())
        deadline = time.monotonic() + STILL_SECONDS
        states = work.follow(
            lambda: self._states(ids),
            lambda found: all(found.get(one, {}).get("status") not in UNDER_WAY for one in ids)
            or time.monotonic() > deadline,
            SETTLE_SECONDS, longest=LONGEST_SETTLE,
        )
        self._work.note("result", {
            number: result_of(states.get(job, {})) for number, job in told["jobs"].items()
        })

    def _states(self, ids: Sequence[str]) -> dict[str, UploadJob]:
        pages = self._api.upload_jobs.list(self._place, {"ids": list(ids)})
        return {str(job["id"]): job for job in steps.entries(pages)}

    # ------------------------------------------------------------------ what became of it
    def outcome(self, number: int) -> tuple[str, dict[str, Any], PlatformError | None]:
        """Of a file of this block: its upload job, the members ``status``, ``detail`` and ``object`` of what the
        platform made of it, and why it was not sent."""
        job = self._value("told")["jobs"].get(str(number), "")
        failed = self._value("failed").get(str(number))
        result = self._value("result").get(str(number), {})
        return job, result, restored(failed) if failed and not job else None

    @property
    def files(self) -> Sequence[UploadFile]:
        """The files in the order of their numbers."""
        return self._files

    def _is_noted(self, step: str) -> bool:
        entry = self._work.noted(step)
        return entry is not None and entry.done

    def _value(self, step: str) -> dict[str, Any]:
        entry = self._work.noted(step)
        return dict(entry.value) if entry is not None and entry.done else {}


def result_of(job: UploadJob) -> dict[str, str]:
    """The members ``status``, ``detail`` and ``object`` of what the platform made of a file."""
    result = job.get("result") or {}
    made = str(result.get("resource_id") or "") if job.get("status") == UPLOADED else ""
    return {"status": job.get("status") or "", "detail": job.get("detail") or "", "object": made}


def described(error: PlatformError) -> dict[str, Any]:
    """A failure for the journal."""
    return {"kind": error.kind.value, "facts": error.facts, "words": error.words, "status": error.status,
            "request_id": error.request_id}


def restored(kept: Mapping[str, Any]) -> PlatformError:
    """A failure from the journal."""
    return PlatformError(
        Kind(kept["kind"]), facts=kept["facts"], words=kept["words"], status=kept["status"],
        request_id=kept["request_id"],
    )
