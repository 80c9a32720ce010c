"""QGIS's message log, and the last line of defence against secrets in texts.

Texts are made without secrets in the first place; the scrubber catches what slipped through.
"""

from __future__ import annotations

import re
import traceback
from functools import lru_cache
from urllib.parse import unquote

from qgis.core import Qgis, QgsMessageLog

TAG = "Imagery Hub"
HIDDEN = "(hidden)"
SHORTEST_SECRET = 6

_known: set[str] = set()
_NAMES = (
    r"api[-_]?key|apikey|x-api-key|access[-_]?key(?:[-_]?id)?|secret(?:[-_]?access[-_]?key)?|client[-_]?secret|password"
    r"|passwd|pwd|token|(?:access|refresh|id|session|security)[-_]?token|signature|credential|authorization"
    r"|x-(?:amz|goog)-[a-z-]+|awsaccesskeyid|googleaccessid|key-pair-id"
)
_BEFORE = rf"(?<![\w-])(?P<name>[\"']?(?:{_NAMES})[\"']?\s*"


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What looks like a secret, and what stands there instead. Compiled when first needed: it takes milliseconds."""
    return (
        # Everything behind the question mark of an address: a signature can have any name there.
        (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s?\"'<>]*)\?[^\s\"'<>]*", re.IGNORECASE), rf"\1?{HIDDEN}"),
        # User and password before the host.
        (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@\"'<>]+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
        (re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9+/=._~-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
        # name=value, "name": "value", and name: value where the value has a digit, as words of a sentence have none.
        (re.compile(_BEFORE + r"=\s*)[^\s\"'&,;}]+", re.IGNORECASE), rf"\g<name>{HIDDEN}"),
        (re.compile(_BEFORE + r"[=:]\s*)([\"'])[^\"']*\2", re.IGNORECASE), rf"\g<name>\2{HIDDEN}\2"),
        (re.compile(_BEFORE + r":\s*)(?=[^\s,;}]*\d)[^\s\"',;}]{6,}", re.IGNORECASE), rf"\g<name>{HIDDEN}"),
        # JSON web tokens.
        (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?"), HIDDEN),
    )


def hide(secret: str) -> None:
    """Keep this value out of every text that passes ``scrub``, for the life of the process."""
    if len(secret) >= SHORTEST_SECRET:
        _known.add(secret)


def scrub(text: str) -> str:
    """The text without known secrets and without anything that looks like a key or a signature."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _patterns():
        text = pattern.sub(replacement, text)
    return text


def has_known(text: str) -> bool:
    """Whether a secret of this process is in the text, percent-encoded or not."""
    plain = unquote(text)
    return any(one in text or one in plain or unquote(one) in plain for one in _known)


def info(text: str) -> None:
    """Note something for who looks into the log."""
    QgsMessageLog.logMessage(scrub(text), TAG, Qgis.MessageLevel.Info, False)


def warning(text: str) -> None:
    """Note something that went wrong, without calling for the user."""
    QgsMessageLog.logMessage(scrub(text), TAG, Qgis.MessageLevel.Warning, False)


def unexpected(error: BaseException) -> None:
    """Note where a failure came from that nobody foresaw. Its text may hold anything and is scrubbed."""
    warning("".join(traceback.format_exception(type(error), error, error.__traceback__)))
