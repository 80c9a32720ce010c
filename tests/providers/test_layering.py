"""The house stands: arrows point down. And each rule of the check fires where it is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.layering import MAX_LINES, check

ROOT = Path(__file__).resolve().parents[2]

SOUND = {
    "__init__.py": "def classFactory(iface):\n    from .plugin import Plugin\n    return Plugin(iface)\n",
    "plugin.py": "from qgis.core import QgsApplication\nfrom .ui.dock import Dock\nclass Plugin: ...\n",
    "ui/__init__.py": "",
    "ui/dock.py": "from qgis.PyQt.QtCore import Qt\nfrom ..core.jobs import Job\nclass Dock: ...\n",
    "core/__init__.py": "",
    "core/jobs.py": "from ..providers.http.session import Session\nclass Job: ...\n",
    "providers/__init__.py": "",
    "providers/http/__init__.py": "from .session import Session\n",
    "providers/http/session.py": "import requests\nfrom .. import errors\nclass Session: ...\n",
    "providers/errors.py": "import json\nclass Failure(Exception): ...\n",
    "sandbox/__init__.py": "",
    "sandbox/app.py": "from sandbox.log import Log\nimport requests, boto3\nfrom . import log\n",
    "sandbox/log.py": "import json\nclass Log: ...\n",
    "tools/tool.py": "import requests\n",
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small house in which nothing is wrong."""
    for name, text in SOUND.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def plant(house: Path, name: str, text: str) -> list[str]:
    """Add text to a file of the house and return what the check then says."""
    with (house / name).open("a", encoding="utf-8") as file:
        file.write(text)
    return check(house)


def test_this_repository_keeps_the_rules() -> None:
    assert check(ROOT) == []


def test_a_sound_house_has_no_violations(house: Path) -> None:
    assert check(house) == []


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("core/jobs.py", "from ..ui import dock\n", "an arrow points up, from core.jobs (floor 2) to ui.dock"),
        ("core/jobs.py", "def later():\n    from ..algorithms import base\n", "(floor 2) to algorithms"),
        ("providers/errors.py", "from ..core.jobs import Job\n", "from providers.errors (floor 1) to core.jobs"),
        ("ui/dock.py", "from ..plugin import Plugin\n", "from ui.dock (floor 3) to plugin (floor 4)"),
        ("core/jobs.py", "from ..tools import tool\n", "tools is on no floor"),
        ("core/jobs.py", "from ....x import y\n", "a relative import leaves the plugin"),
        ("core/jobs.py", "import providers.errors\n", "imported relatively, not as providers.errors"),
        ("core/jobs.py", "from imagery_hub.providers import errors\n", "imported relatively"),
        ("providers/errors.py", "from qgis.core import QgsGeometry\n", "providers/ knows nothing of QGIS"),
        ("providers/errors.py", "try:\n    import qgis\nexcept ImportError:\n    pass\n", "knows nothing of QGIS"),
        ("providers/errors.py", "from osgeo import gdal\n", "providers/ knows nothing of QGIS"),
        ("ui/dock.py", "from PyQt5.QtCore import QObject\n", "Qt comes from qgis.PyQt only, not from PyQt5"),
        ("core/jobs.py", "def sent():\n    import requests\n", "requests is imported in providers/http only"),
        ("core/jobs.py", "from botocore.config import Config\n", "in providers/transfer/boto only"),
        ("ui/dock.py", "import shapely.geometry\n", "shapely is imported in providers/shapes only"),
        ("core/jobs.py", "import sandbox.log\n", "the plugin imports the sandbox"),
        ("core/jobs.py", "from ..sandbox import log\n", "the plugin imports the sandbox"),
        ("sandbox/app.py", "from ..providers import errors\n", "imports providers, which is not its own"),
        ("sandbox/app.py", "from imagery_hub.providers import errors\n", "which is not its own"),
        ("sandbox/app.py", "import providers.errors\n", "imports providers.errors, which is not its own"),
        ("providers/errors.py", "from .http import session\n", "each other: providers.errors, providers.http.session"),
        ("sandbox/log.py", "def late():\n    import sandbox.app\n", "each other: sandbox.app, sandbox.log"),
        ("tools/tool.py", "x = 1\n" * MAX_LINES, f"{MAX_LINES + 1} lines, {MAX_LINES} at most"),
        ("tools/long.sh", "true\n" * (MAX_LINES + 1), f"{MAX_LINES + 1} lines"),
    ],
)
def test_a_planted_violation_is_found(house: Path, name: str, text: str, words: str) -> None:
    found = plant(house, name, text)
    assert any(words in line for line in found), found
    assert len([line for line in found if "each other" not in line]) <= 1  # an upward arrow may close a cycle as well


def test_a_cycle_of_three_is_found(house: Path) -> None:
    (house / "core/a.py").write_text("from .b import x\n", "utf-8")
    (house / "core/b.py").write_text("from .c import x\n", "utf-8")
    assert plant(house, "core/c.py", "from . import a\n") == ["modules import each other: core.a, core.b, core.c"]


def test_typing_only_imports_make_no_cycle_but_still_point_down(house: Path) -> None:
    sound = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests\n    from .http import session\n"
    assert plant(house, "providers/errors.py", sound) == []
    upward = "if TYPE_CHECKING:\n    from ..core import jobs\n"
    assert "an arrow points up" in plant(house, "providers/errors.py", upward)[0]
