"""The framed editor: pages for a browser (section 21). They show nothing but that they were opened."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from ...errors import detail
from ...platform import Answer, Call
from ..records import Group, Project
from ..registry import operation
from ..world import World

HOSTS = ("localhost",)
"""Where new clients may frame from; other domains need the vendor."""
PAGE = ("<!doctype html>\n<html lang=\"{lang}\" data-theme=\"{theme}\">\n<title>{name} - PIX4Dcloud</title>\n"
        "<main data-dataset=\"{dataset}\" data-view=\"{view}\" data-site=\"{site}\">{name}</main>\n</html>\n")


@operation("embedDataset")
@operation("embedDatasetView")
@operation("embedSite")
@operation("embedSiteView")
def embed(world: World, call: Call) -> Answer:
    """403 without a Referer, with a foreign one, and for a token that does not open the dataset."""
    if urlsplit(call.headers.get("referer", "")).hostname not in HOSTS:
        raise detail(403, "This page can be framed by registered domains only.")
    project = opened(world, int(call.path["dataset_id"]), call.query["shareToken"])
    site = world.state.groups.get(int(call.path["site_id"])) if "site_id" in call.path else None
    if "site_id" in call.path and (site is None or project.parent != site.place):
        raise detail(403, "The dataset is not in this site.")
    return Answer(200, page(project, site, call.path.get("view", "map"), call.query.get("lang", "en-US"),
                            call.query.get("theme", "dark")), media_type="text/html")


def opened(world: World, number: int, token: str) -> Project:
    """The project that a share token opens, its own or its site's; 403 for any other."""
    share, project = world.state.shares.get(token), world.state.projects.get(number)
    if share is None or project is None or not share.enabled or not world.opens(share, project):
        raise detail(403, "This link does not open the dataset.")
    return project


def page(project: Project, site: Group | None, view: str, language: str, theme: str) -> str:
    """The page of a dataset."""
    return PAGE.format(lang=escape(language), theme=escape(theme), name=escape(project.display_name),
                       dataset=project.id, view=escape(view), site=site.id if site else "")
