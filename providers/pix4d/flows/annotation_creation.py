"""Annotations created in batches, each once (notes, section 20).

What became of each batch is noted in the journal. One whose answer never came is an open question: what it would have
made is looked for by what it says before it is sent again. A push that is begun anew finds on the platform what an
earlier one made when it compares (:mod:`.annotation_plan`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import Kind, Refused, ServerFault
from ...steps import LOOKS, Doubt, settle
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from ..project_records import BATCH_OF_ANNOTATIONS, Annotation, Outcome
from .annotation_list import AnnotationList, fetch
from .annotation_plan import Local

#: A gateway takes 10 MB at most, as a rule; what is sent at once stays well below.
BATCH_BYTES = 4 << 20
#: Statuses with which a batch can be refused for one of its items.
TOO_MUCH = (400, 413, 422)


@dataclass(frozen=True)
class Done:
    """What became of one: ``record`` as the platform has it now, or ``words`` that it refused it with."""

    key: str
    identity: str
    record: Annotation | None = None
    words: str = ""


Told = Callable[[Sequence[Done]], None]
"""Hears of each batch when it is done, so that ids are kept even when the rest fails."""


def create(
    api: Pix4dClient,
    project_id: str,
    new: Sequence[Local],
    taken: Iterable[str],
    folder: Path,
    work: Work,
    told: Told = lambda done: None,
) -> list[Done]:
    """Create annotations, each once. ``taken`` are the ids that can be none of them. ``folder`` is for lists."""
    api = api.during(work)
    creating = _Creating(api, project_id, set(taken), folder, work, told)
    creating.settle_earlier(new)
    waiting = [one for one in new if one.key not in creating.made]
    total = len(new)
    for batch in batches(waiting):
        work.progress(len(creating.made) / total, "annotations", count=str(len(creating.made)), total=str(total))
        creating.send(batch)
    return creating.done


class _Creating:
    """Batches under way."""

    def __init__(
        self, api: Pix4dClient, project_id: str, taken: set[str], folder: Path, work: Work, told: Told
    ) -> None:
        self._api = api
        self._project = project_id
        self._taken = taken
        self._file = folder / "annotations-now.jsonl"
        self._work = work
        self._told = told
        self.done: list[Done] = []
        self.made: set[str] = set()

    def settle_earlier(self, new: Sequence[Local]) -> None:
        """What an earlier run of this job created, as its journal tells. Batches whose answer never came are looked
        for: a request can take effect a good while later."""
        rows = {(one.key, body_digest(one.body)): one for one in new}
        for step in self._work.steps():
            noted = self._work.noted(step)
            if noted is None or not step.startswith("create "):
                continue
            if noted.done:
                said = [(rows.get((key, digest)), identity) for key, digest, identity, _ in noted.value]
                self._report([_created(one, identity) for one, identity in said if one is not None and identity])
                continue
            asked = [rows.get((key, digest)) for key, digest in noted.value or ()]
            self._report(self._look_for([one for one in asked if one is not None and one.key not in self.made]))
            self._work.forget(step)

    def send(self, batch: Sequence[Local]) -> None:
        """Create a batch. One that is refused as a whole is halved, until what is wrong with it is found."""
        asked = [[one.key, body_digest(one.body)] for one in batch]
        step = "create " + hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]
        doubt = Doubt()

        def post() -> Any:
            answer = doubt.known(lambda: self._api.annotations.create([one.body for one in batch]))
            return [[*told, *_outcome(answer[number:number + 1])] for number, told in enumerate(asked)]

        def adopt() -> Any:
            found: dict[str, str] = {}

            def look() -> set[str]:
                found.update((one.key, one.identity) for one in self._matching(batch, self._listed()))
                return set(found)

            doubt.appeared(self._work, look)
            return [[*told, found.get(told[0], ""), ""] for told in asked] if found else NOT_THERE

        try:
            outcomes = settle(self._work, step, post, adopt, asked)
        except Refused as error:
            if error.status not in TOO_MUCH:
                raise
            if len(batch) == 1:
                self._report([Done(batch[0].key, "", None, error.words or error.kind.value)])
            else:
                for half in (batch[:len(batch) // 2], batch[len(batch) // 2:]):
                    self.send(half)
            return
        self._take(batch, outcomes)

    def _take(self, batch: Sequence[Local], outcomes: Sequence[Sequence[str]]) -> None:
        """Note what became of each. What nothing was said of is looked for, then sent again."""
        known, unknown = [], []
        for one, (_, _, identity, words) in zip(batch, outcomes):
            if identity:
                known.append(_created(one, identity))
            elif words:
                known.append(Done(one.key, "", None, words))
            else:
                unknown.append(one)
        self._report(known)
        if unknown:
            self._report(self._look_for(unknown))
            left = [one for one in unknown if one.key not in self.made]
            if len(left) == len(batch):
                raise ServerFault(Kind.BAD_ANSWER, facts={"reason": "missing_member", "member": "annotation_id"})
            if left:
                self.send(left)

    def _listed(self) -> AnnotationList:
        return fetch(self._api, self._project, self._file, self._work)

    def _look_for(self, wanted: Sequence[Local]) -> list[Done]:
        """Those of ``wanted`` that are on the platform; while some are not, looked for during a minute."""
        found: list[Done] = []
        for pause in (0.0, *LOOKS):
            if len(found) == len(wanted):
                break
            if pause:
                self._work.progress(None, "waiting")
                self._work.wait(pause)
            found = list(self._matching(wanted, self._listed()))
        return found

    def _matching(self, wanted: Sequence[Local], there: AnnotationList) -> Iterator[Done]:
        taken = set(self._taken)
        for one in wanted:
            identity = next((identity for identity in there.alike(one.body) if identity not in taken), None)
            if identity is not None:
                taken.add(identity)
                yield Done(one.key, identity, there.get(identity))

    def _report(self, done: Sequence[Done]) -> None:
        if not done:
            return
        self._taken.update(one.identity for one in done if one.identity)
        self.made.update(one.key for one in done)
        self.done += done
        self._told(done)


def _created(one: Local, identity: str) -> Done:
    return Done(one.key, identity, {**one.body, "id": identity})


def _outcome(said: Sequence[Outcome]) -> tuple[str, str]:
    """Id and words of one; neither where nothing was said of it."""
    if not said:
        return "", ""
    words = "" if said[0].get("success", True) else str(said[0].get("error") or "not created")
    return "" if words else str(said[0].get("annotation_id") or ""), words


def batches(new: Sequence[Local]) -> Iterator[list[Local]]:
    """At most so many, and so many bytes, at once."""
    batch: list[Local] = []
    size = 0
    for one in new:
        length = len(json.dumps(one.body))
        if batch and (len(batch) >= BATCH_OF_ANNOTATIONS or size + length > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += length
    if batch:
        yield batch


def body_digest(body: Annotation) -> str:
    """By which a body that was sent is known again."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:24]
