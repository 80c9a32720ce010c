"""What a user says of a step in doubt, and the job that goes on with it."""

from __future__ import annotations

from typing import Any

from imagery_hub.core.jobs import job_store, questions

DOUBT = "it is not known whether"
"""Is in the sentence of a step in doubt."""


def answered(value: str) -> str:
    """The newest job, after its question was answered by "It Was Done"."""
    record = next(one for one in job_store().all() if one.question)
    question = questions.question_of(job_store(), record)
    assert question is not None and question.asked
    questions.it_was_done(job_store(), question, value)
    return str(record.id)


def resumed(run: Any, called: str, given: dict[str, Any], value: str) -> dict[str, Any]:
    """The results of the newest job's algorithm when it goes on with that answer."""
    result: dict[str, Any] = run(called, **given, JOB=answered(value))
    return result
