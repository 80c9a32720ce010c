"""Deleting projects, sites and folders for good: only what was called by its name (sections 9, 18, 19)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ... import steps
from ...errors import InputProblem
from ...work import NOT_THERE, Work
from ..client import Pix4dClient
from . import drive


def delete_project(api: Pix4dClient, project_id: str, typed: str, work: Work) -> None:
    """Delete a project with all of its files; processing that runs is interrupted."""
    api = api.during(work)

    def name() -> Any:
        found = api.projects.get(project_id)
        return found.get("display_name") or found.get("name") or ""

    _named(name, typed, work)
    steps.delete_once(work, lambda: api.projects.delete(project_id), lambda: api.projects.get(project_id))


def delete_site(api: Pix4dClient, site_id: str, typed: str, work: Work) -> None:
    """Delete a site. That its projects stay and move to its parent is ASSUMED (A53)."""
    api = api.during(work)
    _named(lambda: api.groups.get(site_id).get("name") or "", typed, work)
    steps.delete_once(work, lambda: api.groups.delete(site_id), lambda: api.groups.get(site_id))


def delete_folder(api: Pix4dClient, folder_uuid: str, typed: str, work: Work) -> None:
    """Delete a folder with everything below it."""
    api = api.during(work)
    _named(lambda: drive.name_of_folder(api, folder_uuid), typed, work)
    steps.delete_once(
        work, lambda: api.folders.delete(folder_uuid), lambda: api.drive.path("folder", folder_uuid, 1)
    )


def _named(name: Callable[[], Any], typed: str, work: Work) -> None:
    """Look that the name is the one that was typed; once, since afterwards it may be gone."""
    found = str(work.once("name", name, lambda: NOT_THERE))
    if " ".join(found.split()) != " ".join(typed.split()):
        work.forget("name")
        raise InputProblem("other_name", name=found, given=typed)
