"""Names that both sessions with the project and their test use."""

from __future__ import annotations

LANDMARKS = "Landmarks"
ORCHARD = "Orchard <b>1</b>"
RESULT = "Red squares on Orchard _b_1_b_"
"""The layer is called as its file, and a name from the platform is no name of a file."""
