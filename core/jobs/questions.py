"""Steps of which nobody knows whether the platform took them, and what the user says of them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from qgis.core import QgsApplication

from ..problems import Problem
from ..translation import tr
from .record import JobRecord
from .store import JobStore


@dataclass(frozen=True)
class Question:
    """``member`` is what the user has to look up to say that it was done: the name of a member of the step's outcome,
    "" when the outcome is that value itself, None when no value of the user's can stand for the outcome.
    ``facts`` are what was kept when the step began.
    """

    job: str
    title: str
    step: str
    member: str | None
    facts: str


def question_of(store: JobStore, record: JobRecord) -> Question | None:
    """What a job asks; None when it asks nothing. Main thread, on which the algorithms are known."""
    if not record.question:
        return None
    with closing(store.journal(record.id)) as journal:
        entry = journal.read(record.question)
    if entry is None or entry.done:
        return None
    algorithm = QgsApplication.processingRegistry().algorithmById(record.algorithm)
    answers = getattr(algorithm, "answers", {})
    facts = "" if entry.value is None else json.dumps(entry.value, ensure_ascii=False, indent=1)
    return Question(record.id, record.title, record.question, answers.get(record.question), facts)


def it_was_done(store: JobStore, question: Question, value: str) -> None:
    """The user found on the platform that the step was taken, and what it gave."""
    if question.member is None or not value.strip():
        raise Problem(tr("Give the id that the platform shows, so that the job can go on from there."))
    outcome: Any = {question.member: value.strip()} if question.member else value.strip()
    with closing(_mine(store, question)) as journal:
        journal.finish(question.step, outcome)


def do_it_again(store: JobStore, question: Question) -> None:
    """The user knows that the step was not taken, or wants it taken once more."""
    with closing(_mine(store, question)) as journal:
        journal.forget_for_user(question.step)


def _mine(store: JobStore, question: Question) -> Any:
    if not store.can_claim(question.job):
        raise Problem(tr("Another run is working on the job “{title}” now.").format(title=question.title))
    return store.journal(question.job)
