"""All secrets that were handed out since the start, so that a test can look where they went."""

from __future__ import annotations

import re

MOST = 500_000
# At least 16 characters, as all of the sandbox's own have: an answer may also repeat a shorter text of somebody else's.
_IN_ANSWERS = (re.compile(r"X-(?:Amz-)?(?:Signature|Security-Token)=([^&\"\\\s]{16,})"),
               re.compile(r"/tiles/([^/\"\\\s]{16,})/"))


class Issued:
    """Signatures and tile tokens of the addresses in answers, and temporary credentials. A reset forgets none."""

    def __init__(self) -> None:
        self._secrets: dict[str, None] = {}

    def look(self, text: str) -> None:
        """Note the secrets in an answer that is about to be sent."""
        for pattern in _IN_ANSWERS:
            for secret in pattern.findall(text):
                self.note(secret)

    def note(self, secret: str) -> None:
        """Note one; of too many the oldest is forgotten."""
        self._secrets[secret] = None
        if len(self._secrets) > MOST:
            del self._secrets[next(iter(self._secrets))]

    def all(self) -> list[str]:
        """Them all, the oldest first, as they stood in the addresses (percent-encoded)."""
        return list(self._secrets)
