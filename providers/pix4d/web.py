"""Pages of the web application that people look at. Those of the framed editor are in ``client/embed.py``."""

from __future__ import annotations

import html
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from ..capabilities import Entry


def project_page(root: str, project_id: str, view: str = "map") -> str:
    """A project's page for who is logged in (section 21); ``view``: map or model. ``root`` is the main host's."""
    return f"{root}dataset/{quote(project_id, safe='')}/{view}"


def public_page(root: str, project_id: str, token: str, view: str = "map") -> str:
    """A project's page for everybody who has the share token (section 21)."""
    return f"{project_page(root, project_id, view)}?{urlencode({'shareToken': token})}"


def site_page(root: str, site_id: str, project_id: str = "", token: str | None = None) -> str:
    """A site's page. INFERRED from the framed editor's addresses, which name sites so."""
    inner = f"/dataset/{quote(project_id, safe='')}/map" if project_id else ""
    query = f"?{urlencode({'shareToken': token})}" if token else ""
    return f"{root}site/{quote(site_id, safe='')}{inner}{query}"


def frame_code(address: str) -> str:
    """The lines that frame the editor in a web page; the policy is mandatory (section 21)."""
    return (
        f'<iframe src="{html.escape(address)}" width="100%" height="600" allow="geolocation"'
        ' referrerpolicy="strict-origin-when-cross-origin"></iframe>'
    )


def page_of(root: str, entry: Entry, above: Sequence[Entry] = ()) -> str:
    """The page of an entry; photos, outputs and the like are on their project's. Empty when there is none."""
    way = {one.kind: one for one in (*above, entry)}
    if "project" in way:
        return project_page(root, way["project"].id)
    return site_page(root, entry.id) if entry.kind == "site" else ""
