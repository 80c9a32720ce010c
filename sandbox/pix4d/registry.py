"""Where the handlers of PIX4D cloud are registered."""

from __future__ import annotations

from ..contract import Operations

operation = Operations()
