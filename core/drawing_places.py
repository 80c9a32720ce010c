"""Where files are kept that hold what a user drew: beside the project when that was saved, so that both are moved and
handed on together and the project's relative path stays right; else, and where that folder cannot be written, in the
profile, which outlives the session, so that a project saved later finds it again."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication, QgsProject


def folders(project: QgsProject, what: str) -> list[Path]:
    """The best place first. ``what`` names the folder in the profile. Main thread."""
    home = project.absolutePath() if project.fileName() else ""
    profile = Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / what
    return [Path(home), profile] if home and Path(home).is_dir() else [profile]
