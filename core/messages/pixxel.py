"""Sentences that only Pixxel's flows need. Templates; facts stand in braces."""

from __future__ import annotations

from ...providers.errors import Kind
from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "no_spelling": tr("“{text}” is no way to send the key. Give bare or bearer in the settings of the connection."),
        "no_satellite": tr("The platform knows no satellite “{id}”. Choose one from the list."),
        "no_store": tr("The platform knows no store “{id}”. Choose one from the list."),
        "no_index": tr("The platform knows no index “{id}”. Choose one from the list."),
        "not_in_aoi": tr("“{id}” is not in this area of interest. Choose area and entry from the lists."),
        "no_raster_of_insight": tr("“{id}” is no raster of that insight. It has: {names}."),
        "not_a_block": tr(
            "“{text}” is no block. Choose one from the list, or give name and version as in kmeans/1.0.2."
        ),
        "workflow_faults": tr("The workflow cannot be run: {faults}. Mend it in the platform's console."),
        "order_invalid": tr("The platform does not take the order: {faults}. Nothing was ordered."),
    }


def reasons() -> dict[tuple[Kind, str], str]:
    """By kind and ``facts["reason"]``."""
    return {
        (Kind.NOT_LOGGED_IN, "pixxel_key"): tr(
            "{host} did not accept the key. Look whether it is right and has not ended; if so, send it the other way,"
            " bare or bearer, in the settings of the connection."
        ),
        (Kind.JOB_FAILED, "pixxel_failed"): tr(
            "The platform could not finish its work. Look at it in the platform's console, or start it anew."
        ),
        (Kind.JOB_FAILED, "pixxel_still_working"): tr(
            "The platform was still at work after {minutes} minutes, and goes on with it. Take the job up again later"
            " from the list of jobs."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixxel_working": tr("The platform works, {percent} % done"),
        "pixxel_unpacking": tr("Unpacking"),
        "pixxel_packing": tr("The platform packs the bundle"),
        "pixxel_ordered": tr("{done} of {total} order items done"),
        "pixxel_delivering": tr("{done} of {total} deliveries done"),
    }
