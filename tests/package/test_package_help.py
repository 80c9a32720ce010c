"""The button "Help" of every algorithm leads to a section that is there, in the package and in the checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, sys
sys.path.insert(0, sys.argv[1])
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
from imagery_hub.algorithms.provider import ImageryHubProvider
provider = ImageryHubProvider()
QgsApplication.processingRegistry().addProvider(provider)
print("ADDRESSES", json.dumps({one.name(): one.helpUrl() for one in provider.algorithms()}))
application.exitQgis()
"""


def addresses(folder: Path) -> dict[str, str]:
    """The help addresses of all algorithms of the plugin in this folder."""
    done = subprocess.run(
        ["/usr/bin/python3", "-c", PROGRAM, str(folder)],
        capture_output=True, text=True, timeout=120, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )
    line = next((one for one in done.stdout.splitlines() if one.startswith("ADDRESSES ")), None)
    assert line is not None, done.stdout + done.stderr
    return json.loads(line.removeprefix("ADDRESSES "))


def references(page: Path) -> list[str]:
    return re.findall(r'<(?:a|img|link)\b[^>]*?\b(?:href|src)="([^"]+)"', page.read_text("utf-8"))


@pytest.mark.parametrize("place", ["package", "checkout"])
def test_every_algorithm_has_its_section(place: str, request: pytest.FixtureRequest) -> None:
    folder = request.getfixturevalue("plugins") if place == "package" else ROOT / "build" / "python"
    found = addresses(folder)
    assert len(found) > 40
    for name, address in found.items():
        parts = urlsplit(address)
        page = Path(unquote(parts.path))
        assert (parts.scheme, parts.fragment) == ("file", name)
        assert page.is_relative_to((folder / "imagery_hub").resolve())
        assert f'id="{name}"' in page.read_text("utf-8"), f"{name} has no section in {page.name}"


def test_the_pages_of_the_package_lead_nowhere_else(plugins: Path) -> None:
    folder = plugins / "imagery_hub" / "docs" / "help"
    pages = sorted(folder.glob("*.html"))
    assert {"index", "first-steps", "main-job", "trouble", "picterra"} <= {page.stem for page in pages}
    for page in pages:
        for target in references(page):
            name, _, anchor = target.partition("#")
            there = (folder / name).resolve() if name else page
            assert there.is_file(), f"{page.name}: {target}"
            assert there.is_relative_to(plugins.resolve())
            assert not anchor or f'id="{anchor}"' in there.read_text("utf-8"), f"{page.name}: {target}"
