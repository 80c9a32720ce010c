"""PIX4D cloud as a platform: its hosts, the pages of its web application, and what a drive's answers become."""

from __future__ import annotations

from typing import Any

import pytest
from imagery_hub.providers.capabilities import Branch, Browse, Entry, Pages
from imagery_hub.providers.errors import Kind, Refused
from imagery_hub.providers.http.answers import Page
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pix4d import provider, web
from imagery_hub.providers.pix4d.flows import browse
from imagery_hub.providers.work import Work

SECRETS = {"client_id": "an-id", "client_secret": "marker-secret-77"}
OWN = "https://maps.example/"


def test_without_addresses_it_is_the_vendor() -> None:
    hosts = provider.hosts_of("", {})
    assert (hosts.main, hosts.webgis) == ("https://cloud.pix4d.com/", "https://api.webgis.pix4d.com/")
    assert (hosts.embed, hosts.s3_endpoint) == ("https://embed.pix4d.com/", "")


def test_another_main_host_takes_the_others_along() -> None:
    hosts = provider.hosts_of(OWN, {"s3_endpoint": "http://127.0.0.1:9000/"})
    assert (hosts.webgis, hosts.embed, hosts.s3_endpoint) == (OWN, OWN, "http://127.0.0.1:9000")
    assert provider.hosts_of(OWN, {"webgis": "https://gis.example"}).webgis == "https://gis.example/"


def test_connecting_sends_nothing_and_tells_no_secret() -> None:
    opened = provider.connect(OWN, SECRETS, {"organization": " o-1 "}, EnvironmentNetwork())
    try:
        assert isinstance(opened, Browse)
        assert isinstance(opened, Pages)
        assert opened.organization == "o-1"
        assert [one.kind for one in opened.roots()] == ["organizations", "sites", "projects"]
        assert opened.searches(Entry("organization", "o", ""))
        assert not opened.searches(Entry("folder", "f", ""))
        assert SECRETS["client_secret"] not in repr(vars(opened.api))
    finally:
        opened.close()


def test_pages_of_the_web_application() -> None:
    project = Entry("project", "1204417", "Quarry")
    assert web.page_of(OWN, project) == OWN + "dataset/1204417/map"
    photo = Entry("photo", "7", "a.jpg")
    assert web.page_of(OWN, photo, (Entry("site", "3", ""), project)) == web.page_of(OWN, project)
    assert web.page_of(OWN, Entry("site", "3", "")) == OWN + "site/3"
    assert web.page_of(OWN, Entry("folder", "f", "")) == ""
    assert web.public_page(OWN, "4/2", "a&b") == OWN + "dataset/4%2F2/map?shareToken=a%26b"


def test_nodes_of_the_drive() -> None:
    project = browse.node_entry({"legacy_id": 12, "uuid": "u1", "type": "project", "name": "Pit", "date": "2026-03-01",
                                 "metadata": {"public_status": "DONE", "image_count": 40, "id": 99, "name": "old",
                                              "acquisition_date": "2026-02-20"}})
    assert (project.kind, project.id, project.name, project.state) == ("project", "12", "Pit", "DONE")
    assert project.details == {"uuid": "u1", "acquisition_date": "2026-02-20", "drive_date": "2026-03-01",
                               "image_count": "40"}
    bare = browse.node_entry({"legacy_id": 12, "uuid": "u1", "type": "project", "name": "Pit", "date": "2026-03-01"})
    assert "acquisition_date" not in bare.details, "what the drive dates by is not known"
    site = browse.node_entry({"legacy_id": 5, "uuid": "u2", "type": "project_group", "name": "Pit", "metadata": None})
    assert (site.kind, site.id, site.details) == ("site", "5", {"uuid": "u2"})
    folder = browse.node_entry({"uuid": "u3", "type": "folder", "name": "2026"})
    assert (folder.kind, folder.id, folder.name) == ("folder", "u3", "2026")


def test_outputs_are_told_apart_by_where_they_belong() -> None:
    kinds = [browse.output_entry({"output_type": name}).kind for name in ("dsm", "ortho_cloud_optimized", "unheard_of")]
    assert kinds == ["output.raster", "output.streamed", "output.facts"]
    asked = browse.output_entry({"output_type": "project_zip", "availability": "requestable"})
    assert (asked.id, asked.name, asked.state) == ("project_zip", "project_zip", "requestable")


class Organizations:
    """An account, the owners of its projects, and which uuids are organizations."""

    def __init__(self, default: str | None, owners: list[str | None], known: dict[str, str]) -> None:
        self.default, self.owners, self.known = default, owners, known
        self.account = self.projects = self.drive = self

    def user(self) -> Any:
        return {"uuid": "me", "default_organization": self.default}

    def list(self, filters: Any) -> Any:
        return iter([Page([{"id": at, "owner_uuid": one} for at, one in enumerate(self.owners)], None, True)])

    def path(self, kind: str, uuid: str, most: int) -> Any:
        if uuid not in self.known:
            raise Refused(Kind.FORBIDDEN, status=403)
        return {"owner": {"uuid": uuid, "name": self.known[uuid]}, "path": []}


def named(platform: Organizations, connection: str = "") -> list[tuple[str, str, str]]:
    return [(one.kind, one.id, one.name) for one in browse.organizations(platform, connection)]  # type: ignore[arg-type]


def test_organizations_are_gathered_from_account_and_projects() -> None:
    platform = Organizations("a", ["b", "a", None, "me", "somebody"], {"a": "Alpha", "b": "Beta"})
    assert named(platform) == [("organization", "a", "Alpha"), ("organization", "b", "Beta")]
    assert named(platform, "b")[0] == ("organization", "b", "Beta")


def test_one_that_the_connection_names_and_is_not_there_is_said() -> None:
    with pytest.raises(Refused):
        named(Organizations("a", [], {"a": "Alpha"}), "gone")


def test_without_an_organization_there_is_the_user() -> None:
    assert named(Organizations(None, ["me"], {})) == [("user", "me", "")]


def test_a_project_holds_headings_that_know_it() -> None:
    opened = provider.connect(OWN, SECRETS, {}, EnvironmentNetwork())
    try:
        found = opened.children(Branch(Entry("project", "12", "Pit")), "", Work())
        assert [one.kind for one in found.entries] == ["photos", "outputs", "annotations", "gcps", "mtps"]
        assert {one.id for one in found.entries} == {"12"}
        assert not opened.children(Branch(Entry("photo", "3", "")), "", Work()).entries
    finally:
        opened.close()
