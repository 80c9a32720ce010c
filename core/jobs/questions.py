"""Steps of which nobody knows whether the platform took them, and what the user says of them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ...providers.errors import Kind, PlatformError
from ..own_algorithms import registered
from ..problems import Problem
from ..translation import tr
from .answer import Answer
from .journal import OwnedJournal
from .record import JobRecord
from .store import JobStore

ANSWERED = "answered by the user"
"""In a job's journal: the step of which the user said last what it gave."""


@dataclass(frozen=True)
class Question:
    """``answer`` makes the step's outcome of the id that the user has to look up to say that it was done, and ``asked``
    is what that id is called; None when no id of the user's can stand for the outcome. ``facts`` are what was kept when
    the step began. ``attempt`` is when the run ended that left the question: an answer holds for that run only, since
    another QGIS may have answered, and come to the same question again.
    """

    job: str
    title: str
    step: str
    facts: str
    attempt: float
    answer: Answer | None = None
    asked: str = ""


def question_of(store: JobStore, record: JobRecord) -> Question | None:
    """What a job asks; None when it asks nothing. Main thread, on which the algorithms are known."""
    if not record.question or record.ended is None:
        return None
    with closing(store.journal(record.id)) as journal:
        entry = journal.read(record.question)
    if entry is None or entry.done:
        return None
    algorithm = registered(record.algorithm)
    answers = getattr(algorithm, "answers", {})
    answer = next((one for pattern, one in answers.items() if fnmatchcase(record.question, pattern)), None)
    output = algorithm.outputDefinition(answer.output) if algorithm is not None and answer is not None else None
    facts = "" if entry.value is None else json.dumps(entry.value, ensure_ascii=False, indent=1)
    asked = tr("Id") if output is None else output.description()
    return Question(record.id, record.title, record.question, facts, record.ended, answer, asked)


def it_was_done(store: JobStore, question: Question, value: str) -> None:
    """The user found on the platform that the step was taken, and what it gave."""
    outcome = question.answer.outcome(value) if question.answer is not None else ""
    if not outcome and value.strip():
        words = tr("“{name}” does not look like this. Look it up once more, or decide later.")
        raise Problem(words.format(name=question.asked))
    if not outcome:
        raise Problem(tr("Give the id that the platform shows, so that the job can go on from there."))
    with closing(_mine(store, question)) as journal:
        taken = journal.finish_for_user(question.step, outcome, question.attempt)
        if taken:
            journal.finish(ANSWERED, question.step)
    if not taken:
        raise _over(question)


def reopened(journal: OwnedJournal, error: PlatformError) -> str:
    """The step that is asked about once more, empty for none: the platform knows nothing of the id that was given for
    it. To be called in the run that found that out. A job that has noted anything since has used the id."""
    answered = journal.read(ANSWERED)
    if answered is None or error.kind not in (Kind.NOT_FOUND, Kind.REFUSED) or journal.names()[-1] != ANSWERED:
        return ""
    journal.forget(ANSWERED)
    journal.begin(str(answered.value))
    return str(answered.value)


def do_it_again(store: JobStore, question: Question) -> None:
    """The user knows that the step was not taken, or wants it taken once more."""
    with closing(_mine(store, question)) as journal:
        taken = journal.forget_for_user(question.step, question.attempt)
    if not taken:
        raise _over(question)


def _over(question: Question) -> Problem:
    words = tr(
        "The job “{title}” has gone on since you were asked, so your answer was not used. Look at the job again in the"
        " list."
    )
    return Problem(words.format(title=question.title))


def _mine(store: JobStore, question: Question) -> OwnedJournal:
    if not store.can_claim(question.job):
        raise Problem(tr("Another run is working on the job “{title}” now.").format(title=question.title))
    return store.journal(question.job)
