"""What was last sent to a platform that does not give it back: kept in the profile, compared with what is sent next."""

from __future__ import annotations

from .history import Key, Push, PushHistory, push_history
from .plan import Changes, plan

__all__ = ["Changes", "Key", "Push", "PushHistory", "plan", "push_history"]
