"""Sentences about optimised copies, attachments and analysis of Pixel."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "pixel_not_rasters": tr(
            "“{name}” is a data collection of the type “{type}”. Choose one of rasters, orthophotos (RGB), terrain"
            " models (DTM) or surface models (DSM)."
        ),
        "pixel_not_point_clouds": tr(
            "“{name}” is a data collection of the type “{type}”. Choose one of point clouds."
        ),
        "pixel_no_copies": tr(
            "“{name}” is a data collection of the type “{type}”, of which Pixel makes no optimised copies. Choose"
            " one of rasters or of point clouds."
        ),
        "pixel_profile": tr(
            "The profile “{profile}” does not go with a data collection of the type “{type}”. Leave it empty, or choose"
            " “{allowed}”."
        ),
        "pixel_nearblack_terrain": tr(
            "A collar can be taken off orthophotos only, and the profile is “terrain”. Leave “Take off the collar” off."
        ),
        "pixel_nearblack_alpha": tr(
            "A collar can be taken off rasters of three bands only, and these have {bands}. Leave “Take off the collar”"
            " off."
        ),
        "pixel_attachment_twice": tr(
            "Two of the files are to be called “{name}”. Give each attachment a name of its own."
        ),
        "pixel_attachment_there": tr("The attachment {id} belongs there already. Choose another place."),
        "pixel_no_attachment": tr(
            "There is no attachment {id} of {owner}. Choose from the list, or look at “List attachments”."
        ),
        "pixel_no_analysis": tr(
            "There is no analysis service {id}. Choose from the list, or look at “List analysis services”."
        ),
        "pixel_task_ended": tr("The task {id} has ended already ({status}). There is nothing to revoke."),
        "pixel_no_task": tr("The service has no task {id}. Choose from the list, or look at “List analysis tasks”."),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``."""
    return {
        (Kind.BAD_ANSWER, "pixel_not_announced"): tr(
            "The platform did not say where to send {file}. Try again; if it stays, tell the platform's support."
        ),
        (Kind.JOB_FAILED, "pixel_task"): tr(
            "The analysis failed. Look at its parameters and at the service's settings, then run it again."
        ),
        (Kind.JOB_FAILED, "pixel_task_revoked"): tr("The analysis was revoked before its end. Run it again."),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixel_jobs": tr("The platform is at work, {done} of {total} done"),
        "pixel_job": tr("The platform is at work"),
        "pixel_registering": tr("Registering the copies"),
        "pixel_optimising": tr("Optimising, {done} of {total} done"),
        "pixel_deleting": tr("Deleting, {done} of {total} done"),
        "pixel_analysing": tr("Analysing ({status})"),
    }
