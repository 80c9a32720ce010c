"""Where the handlers of Picterra are registered."""

from ...contract import Operations

operation = Operations()
