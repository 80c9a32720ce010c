"""Sentences about files that are sent to Pixel. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {
        "pixel_collection_type": tr(
            "The data collection “{name}” is of the type “{type}” and takes no such files. Choose one of the type"
            " {allowed}."
        ),
    }


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixel_reading": tr("Reading files for their checksums"),
        "pixel_validating": tr("The platform looks at what was sent, {done} of {total} files"),
        "pixel_validating_one": tr("The platform looks at what was sent"),
        "pixel_fitting": tr("Making {done} of {total} files fit"),
    }
