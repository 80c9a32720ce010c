"""What a running flow is doing, from the message keys that it gives to ``work.progress``."""

from __future__ import annotations

from collections.abc import Mapping

from .. import log
from ..translation import tr
from . import descarteslabs, picterra, pix4d, pixel, pixxel
from .failures import clean, fill


def progress_text(key: str, facts: Mapping[str, str]) -> str:
    """The translated text of a message key; an unknown key gives no text."""
    known = (one.progress() for one in (picterra, pix4d, pixel, pixxel, descarteslabs))
    template = next((found[key] for found in known if key in found), "") or shared().get(key, "")
    return log.scrub(fill(template, {name: clean(value) for name, value in facts.items()}))


def shared() -> dict[str, str]:
    """Keys that all platforms share."""
    return {
        "uploading": tr("Sending"),
        "uploading_files": tr("Sending, {files_done} of {files_total} files"),
        "downloading": tr("Fetching"),
        "looking": tr("Looking at {done} of {total} files"),
        "verifying": tr("Checking what arrived"),
        "starts_again": tr("Starts again from the beginning"),
        "waiting": tr("Waiting for the platform"),
        "paused": tr("Paused"),
    }
