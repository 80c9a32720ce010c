"""Shorter pauses of Python's garbage collection while long lists come in.

QGIS and its plugins hold some 120,000 objects that stay to the end. A full collection looks at each of them, and takes
50 to 100 ms for that, during which the window stands still; thousands of new rows bring one about. What is there when a
dock with long lists is built is therefore left out (``gc.freeze``): it is freed as ever when nobody refers to it, only
not looked through for rings, until the plugin is unloaded.
"""

from __future__ import annotations

import gc


def leave_out_what_is_there() -> None:
    """From now on look through newer objects only."""
    gc.freeze()


def close() -> None:
    """Look through all again."""
    gc.unfreeze()
