"""From photos to results: one run of processing, in a worker process."""

from __future__ import annotations

from .records import Description, Processed, ProcessingFailed


def process(description: Description) -> Processed:
    """Make every wanted output below ``description.folder``. Raises :class:`ProcessingFailed`."""
    raise ProcessingFailed(10410, "Processing is not written yet.")
