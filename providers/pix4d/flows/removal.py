"""Deleting projects, sites and folders for good: only what was called by its name (sections 9, 18, 19)."""

from __future__ import annotations

from typing import Any

from ... import steps
from ...work import Work
from ..client import Pix4dClient
from . import drive


def delete_project(api: Pix4dClient, project_id: str, typed: str, work: Work) -> None:
    """Delete a project with all of its files; processing that runs is interrupted."""
    api = api.during(work)

    def name() -> Any:
        found = api.projects.get(project_id)
        return found.get("display_name") or found.get("name") or ""

    steps.require_name(work, name, typed)
    steps.delete_once(work, lambda: api.projects.delete(project_id), lambda: api.projects.get(project_id))


def delete_site(api: Pix4dClient, site_id: str, typed: str, work: Work) -> None:
    """Delete a site. That its projects stay and move to its parent is ASSUMED (A53)."""
    api = api.during(work)
    steps.require_name(work, lambda: api.groups.get(site_id).get("name") or "", typed)
    steps.delete_once(work, lambda: api.groups.delete(site_id), lambda: api.groups.get(site_id))


def delete_folder(api: Pix4dClient, folder_uuid: str, typed: str, work: Work) -> None:
    """Delete a folder with everything below it."""
    api = api.during(work)
    steps.require_name(work, lambda: drive.name_of_folder(api, folder_uuid), typed)
    steps.delete_once(
        work, lambda: api.folders.delete(folder_uuid), lambda: api.drive.path("folder", folder_uuid, 1)
    )
