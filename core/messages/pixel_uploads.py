"""Sentences about files that are sent to Pixel. Templates; facts stand in braces."""

from __future__ import annotations

from ..translation import tr


def progress() -> dict[str, str]:
    """What a running flow is doing, by the message key that it gives to ``work.progress``."""
    return {
        "pixel_reading": tr("Reading files for their checksums"),
        "pixel_validating": tr("The platform looks at what was sent, {done} of {total} files"),
        "pixel_validating_one": tr("The platform looks at what was sent"),
        "pixel_checking": tr("Looking at {done} of {total} files"),
        "pixel_fitting": tr("Making {done} of {total} files fit"),
    }
