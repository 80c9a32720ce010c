"""Sentences that only Picterra's flows need. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "no_tiles": tr("The platform offers no tiles of {name}. Download the raster instead."),
        "no_tiles_yet": tr(
            "The platform is still processing {name} and offers no tiles of it yet. Wait until it is ready, then try"
            " again."
        ),
        "not_streamed": tr("The platform does not show this as a layer. Download it instead."),
        "operation_running": tr("The operation {operation} has not ended yet. Wait for it, then try again."),
    }


def progress() -> dict[str, str]:
    """``work.progress`` message keys to what is happening."""
    return {
        "starting": tr("Starting"),
        "processing": tr("The platform is working"),
        "working": tr("Working"),
        "converting": tr("Making a layer"),
        "listing": tr("{count} entries so far"),
        "done": tr("Done"),
    }
