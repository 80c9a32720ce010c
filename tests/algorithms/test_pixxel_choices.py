"""What the dialogs' buttons list of Pixxel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pixxel_desk
import pytest
from imagery_hub.algorithms.parameters import lister_of
from imagery_hub.algorithms.pixxel import listers
from imagery_hub.core.choices import Choice
from imagery_hub.core.connections import credentials
from qgis.core import QgsApplication
from sandbox_pixxel import TD2, PixxelCalls


@pytest.fixture
def platform(run_pixxel: Any) -> Iterator[Any]:
    made = credentials("pixxel", "").connect()
    yield made
    made.close()


def listed(lister: Any, platform: Any, search: str = "", **values: str) -> list[Choice]:
    given: Mapping[str, str] = values
    return list(lister(platform, search, given))


def test_every_choice_has_a_lister(run_pixxel: Any) -> None:
    provider = QgsApplication.processingRegistry().providerById("imageryhub")
    seen = set()
    for one in provider.algorithms():
        if one.name().startswith("pixxel_"):
            for parameter in one.parameterDefinitions():
                if "lister" in (parameter.metadata().get("widget_wrapper") or {}) and parameter.name() != "CONNECTION":
                    seen.add(lister_of(parameter).__name__)
    assert {"projects", "aois", "catalogs", "stores", "job_tasks"} <= seen


def test_what_is_there_is_listed_and_searched(platform: Any, pixxel: PixxelCalls) -> None:
    project = pixxel.get("v0/projects")["projects"][0]
    assert [one.id for one in listed(listers.projects, platform, project["title"].upper())] == [project["id"]]
    satellites = {one["id"] for one in pixxel.get("v0/satellites")["satellites"]}
    assert {one.id for one in listed(listers.satellites, platform)} == satellites
    (own,) = listed(listers.satellites, platform, "td2")
    collections = listed(listers.satellite_collections, platform, SATELLITE=own.id)
    assert "pixxel-td-l2a" in [one.id for one in collections]
    assert "sentinel-2-l2a" not in [one.id for one in collections]
    assert {one.id for one in listed(listers.archive_collections, platform)} == {
        one["id"] for one in pixxel.get("v0/archives/collections")["collections"]
    }
    assert len(listed(listers.bandsets, platform)) == len(pixxel.get("v0/bandsets")["bandsets"])
    assert len(listed(listers.indices, platform)) == pixxel.get("v0/indices")["pagination"]["total"]
    assert "kmeans/1.1.0" in [one.id for one in listed(listers.insight_blocks, platform, "kmeans")]
    assert len(listed(listers.all_blocks, platform)) == len(pixxel.get("v0/blocks")["blocks"])
    scene = next(listers.scenes(platform, "", {}))
    assert scene.id.startswith("pixxel-td-")


def test_what_is_below_something_waits_for_that(platform: Any, pixxel: PixxelCalls) -> None:
    for lister in (listers.assets, listers.visualizations, listers.insights, listers.jobs, listers.job_tasks):
        assert listed(lister, platform) == []
    project = pixxel.get("v0/projects")["projects"][0]["id"]
    flows = listed(listers.workflows, platform, PROJECT=project)
    assert {one.id for one in flows} == {
        one["id"] for one in pixxel.get("v0/workflows", project_id=project)["workflows"]
    }
    for lister in (listers.orders, listers.order_items, listers.catalogs, listers.stores, listers.aois):
        assert all(one.id and one.label for one in listed(lister, platform))


def test_scenes_of_the_catalog_are_listed_once_each(platform: Any, pixxel: PixxelCalls) -> None:
    entries = pixxel_desk.delivered(pixxel.sandbox, 2)
    pixxel.sandbox.control("POST", "pixxel/catalogs", {"count": 2, "area": pixxel_desk.PLOT})
    told = pixxel.post("v0/catalogs/search", {"limit": 100})["catalogs"]
    scenes = [one["details"]["id"] for one in told]
    assert len(entries) == 2 and len(scenes) == 4 > len(set(scenes)), "two entries of one scene"
    found = listed(listers.catalog_scenes, platform)
    assert sorted(one.id for one in found) == sorted(set(scenes))
    assert [one.id for one in listed(listers.catalog_scenes, platform, scenes[0].lower())] == [scenes[0]]


def test_indices_are_those_of_the_areas_satellite(platform: Any, pixxel: PixxelCalls) -> None:
    """Another satellite's is refused by the platform."""
    aoi = pixxel_desk.make_aoi(pixxel)
    found = listed(listers.indices, platform, AOI=aoi)
    told = pixxel.get("v0/indices", satellite_id=TD2, limit=100)["indices"]
    assert sorted(one.id for one in found) == sorted(one["id"] for one in told)
    assert len(found) < len(listed(listers.indices, platform))
