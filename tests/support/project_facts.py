"""Names that both sessions with the project and their test use."""

from __future__ import annotations

LANDMARKS = "Landmarks"
ORCHARD = "Orchard 1/2"
RESULT = "Red squares on Orchard 1_2"
"""The layer is called as its file, and a name from the platform is no name of a file."""
