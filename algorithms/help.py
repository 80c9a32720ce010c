"""Where the help of an algorithm is: a page that comes with the plugin, so that it opens without a network.

``docs/help`` is made from ``docs/user`` by ``make docs``; each algorithm has a section there whose anchor is its name.
"""

from __future__ import annotations

from pathlib import Path

from qgis.PyQt.QtCore import QUrl

from ..core.platforms import PLATFORMS

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "help"
GENERAL = "jobs-connections-analysis"


def page_of(name: str) -> str:
    """The page, without its ending, on which the algorithm of this name is described: one for each platform."""
    platform = name.partition("_")[0]
    return platform if platform in PLATFORMS else GENERAL


def help_address(name: str) -> str:
    """The address that the button "Help" opens."""
    page = QUrl.fromLocalFile(str(FOLDER / f"{page_of(name)}.html"))
    page.setFragment(name)
    return page.toString()
