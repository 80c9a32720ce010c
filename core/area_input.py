"""What parameters and drawn areas say of themselves. Without any geometry, as algorithms read it when QGIS starts."""

from __future__ import annotations

#: What areas are for, as it is stored with each.
INTEREST, DETECTION, TRAINING = "area of interest", "detection area", "training area"
#: The member of a parameter's metadata by which it says that it takes areas, so that areas are offered to it.
TAKES_AREA = "area"
