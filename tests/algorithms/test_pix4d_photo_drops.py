"""Photos dropped onto entries of PIX4D: which take them, and what the form that opens knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from imagery_hub.providers.capabilities import Entry
from imagery_hub.ui import menus
from imagery_hub.ui.nodes.description import Place
from imagery_hub.ui.push import drops
from photo_files import flight
from qgis.PyQt.QtCore import QMimeData, QUrl

pytestmark = pytest.mark.usefixtures("imagery_hub")
SITE = Entry("site", "31", "Pit")
PROJECT = Entry("project", "12", "Quarry", "UPLOADED")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The forms that were opened."""
    found: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(menus, "open_dialog", lambda name, parameters: found.append((name, parameters)))
    return found


def dragged(*paths: Path) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def test_a_project_takes_folders_and_photos(opened: list[Any], tmp_path: Path) -> None:
    photos = flight(tmp_path / "flight", 2)
    place = Place("pix4d", "Quarries", PROJECT, (SITE,))
    assert drops.can_drop(dragged(tmp_path / "flight"), place)
    assert drops.drop(dragged(tmp_path / "flight"), place, None)
    below = Place("pix4d", "Quarries", Entry("photos", "12", ""), (SITE, PROJECT))
    assert drops.drop(dragged(*photos), below, None)
    assert opened == [
        ("imageryhub:pix4d_uploadphotos",
         {"PROJECT": "12", "CONNECTION": "Quarries", "PHOTO_FOLDER": str(tmp_path / "flight")}),
        ("imageryhub:pix4d_uploadphotos",
         {"PROJECT": "12", "CONNECTION": "Quarries", "PHOTO_FILES": [str(path) for path in photos]}),
    ]


def test_a_site_takes_them_as_a_new_project(opened: list[Any], tmp_path: Path) -> None:
    flight(tmp_path / "flight", 1)
    assert drops.drop(dragged(tmp_path / "flight"), Place("pix4d", "Quarries", SITE), None)
    ((name, parameters),) = opened
    assert name == "imageryhub:pix4d_createproject"
    assert parameters == {"SITE": "31", "CONNECTION": "Quarries", "PHOTO_FOLDER": str(tmp_path / "flight")}


def test_other_files_and_other_entries_are_left(opened: list[Any], tmp_path: Path) -> None:
    photos = flight(tmp_path, 1)
    (tmp_path / "notes.txt").write_text("x")
    project = Place("pix4d", "Quarries", PROJECT)
    assert not drops.can_drop(dragged(tmp_path / "notes.txt"), project)
    assert not drops.can_drop(dragged(), project)
    assert not drops.can_drop(dragged(*photos), Place("pix4d", "Quarries", Entry("gcp", "P1", "P1"), (PROJECT,)))
    assert not drops.drop(dragged(tmp_path / "notes.txt"), project, None)
    assert opened == []
