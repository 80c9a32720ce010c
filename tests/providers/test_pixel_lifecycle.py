"""Creating, moving, deleting and restoring survive an end at each note of their journal: each is done once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from deadly_journal import stopped_everywhere
from imagery_hub.providers import steps
from imagery_hub.providers.errors import Kind, PlatformError
from imagery_hub.providers.pixel.client import PixelClient
from imagery_hub.providers.pixel.flows import lifecycle, requirements
from imagery_hub.providers.pixel.places import place_of
from imagery_hub.providers.work import Work
from pixel_desk import desk
from sandbox_pixel import OSLO, PixelCalls, path_of
from sandbox_process import SandboxProcess

FEWEST_STOPS = 4


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LOOKS", (0.01,))


@pytest.fixture
def api(sandbox: SandboxProcess) -> Iterator[PixelClient]:
    with desk(sandbox.ready["pixel"]) as at:
        yield at.api


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


class World:
    """Two projects and two data collections, made new for each stop."""

    def __init__(self, calls: PixelCalls, sandbox: SandboxProcess) -> None:
        self.calls, self.sandbox = calls, sandbox
        self.projects: list[str] = []
        self.places: list[str] = []

    def again(self) -> None:
        self.sandbox.reset()
        self.calls.log_in()
        self.projects = [self.calls.project(name) for name in ("First", "Second", "Third")]
        self.places = [self.calls.collection(self.projects[0], name=name) for name in ("Spring", "Autumn")]


@pytest.fixture
def world(calls: PixelCalls, sandbox: SandboxProcess) -> World:
    return World(calls, sandbox)


def test_a_project_is_created_once(api: PixelClient, calls: PixelCalls, world: World) -> None:
    details: Any = {"name": "New", "description": "", "area_of_interest": OSLO}

    def run(work: Work) -> None:
        made = lifecycle.create_project(api, details, work)
        assert [str(one["id"]) for one in calls.get("projects/", name="New")] == [made]

    assert stopped_everywhere(run, world.again) >= FEWEST_STOPS


def test_a_collection_is_created_once(api: PixelClient, calls: PixelCalls, world: World) -> None:
    details: Any = {"name": "New", "description": "", "data_collection_type": "image"}

    def run(work: Work) -> None:
        place = lifecycle.create_collection(api, world.projects[0], details, work)
        listed = calls.get(f"projects/{world.projects[0]}/data_collections/", name="New")
        assert [str(one["id"]) for one in listed] == [place.collection]

    assert stopped_everywhere(run, world.again) >= FEWEST_STOPS


def test_what_is_deleted_is_gone(api: PixelClient, calls: PixelCalls, world: World) -> None:
    def run(work: Work) -> None:
        lifecycle.delete_collections(api, [place_of(one) for one in world.places], work.part("collections"))
        lifecycle.delete_projects(api, world.projects[1:], work.part("projects"))
        assert not any(calls.there(path_of(one)) for one in world.places)
        assert [str(one["id"]) for one in calls.get("projects/")] == world.projects[:1]

    assert stopped_everywhere(run, world.again) >= 2 * FEWEST_STOPS


def test_collections_go_and_come_back(api: PixelClient, calls: PixelCalls, world: World) -> None:
    def run(work: Work) -> None:
        places = [place_of(one) for one in world.places]
        lifecycle.delete_collections(api, places, work.part("away"))
        lifecycle.restore_collections(api, places, work.part("back"))
        assert all(calls.there(path_of(one)) for one in world.places)

    assert stopped_everywhere(run, world.again) >= 2 * FEWEST_STOPS


def test_projects_go_and_come_back(api: PixelClient, calls: PixelCalls, world: World) -> None:
    def run(work: Work) -> None:
        lifecycle.delete_projects(api, world.projects[:2], work.part("away"))
        lifecycle.restore_projects(api, world.projects[:2], work.part("back"))
        assert all(calls.there(f"projects/{one}") for one in world.projects)
        assert [one["name"] for one in calls.get(f"projects/{world.projects[0]}/data_collections/")] == [
            "Spring", "Autumn"]

    assert stopped_everywhere(run, world.again) >= 2 * FEWEST_STOPS


def test_moves_end_where_they_were_to(api: PixelClient, calls: PixelCalls, world: World) -> None:
    def run(work: Work) -> None:
        first, second, third = world.projects
        lifecycle.move_projects(api, [second], third, work.part("in"))
        moved = lifecycle.move_collections(api, [place_of(one) for one in world.places], second, work.part("over"))
        assert [calls.read(str(one))["name"] for one in moved] == ["Spring", "Autumn"]
        assert calls.get(f"projects/{second}")["parent_project_id"] == int(third)
        assert calls.get(f"projects/{first}/data_collections/") == []

    assert stopped_everywhere(run, world.again) >= 2 * FEWEST_STOPS


def test_a_collection_that_is_there_already_is_not_moved(api: PixelClient, world: World) -> None:
    world.again()
    before = world.sandbox.last_entry()
    places = [place_of(one) for one in world.places]
    assert lifecycle.move_collections(api, places, world.projects[0], Work()) == places
    assert world.sandbox.last_entry() == before


def test_restoring_what_was_never_there_is_a_failure(api: PixelClient, world: World) -> None:
    with pytest.raises(PlatformError) as caught:
        lifecycle.restore_projects(api, ["999999"], Work())
    assert caught.value.kind is Kind.NOT_FOUND


# ---------------------------------------------------------------------- what the platform asks for
@pytest.mark.needs_assumed("pixel Plugin.enabled")
def test_a_plugin_that_is_off_or_not_there_is_named(api: PixelClient, sandbox: SandboxProcess) -> None:
    requirements.check(api, Work(), "creator", "image_service")
    for value in (False, None):
        sandbox.control("POST", "pixel/plugins", {"image_service": value})
        with pytest.raises(PlatformError) as caught:
            requirements.check(api, Work(), "", "image_service")
        assert caught.value.facts["problem"] == "needs_plugin" and caught.value.facts["plugin"] == "image_service"


@pytest.mark.needs_assumed("pixel User.user_type")
@pytest.mark.parametrize(("role", "needed", "enough"), [
    ("viewer", "viewer", True), ("viewer", "creator", False), ("creator", "superuser", False),
    ("superuser", "creator", True), ("creator", "creator", True),
])
def test_a_role_is_enough_or_is_named(sandbox: SandboxProcess, role: str, needed: str, enough: bool) -> None:
    with desk(sandbox.ready["pixel"], user=f"{role}@fjord.example") as at:
        if enough:
            requirements.check(at.api, Work(), needed)
            return
        with pytest.raises(PlatformError) as caught:
            requirements.check(at.api, Work(), needed)
    assert (caught.value.facts["problem"], caught.value.facts["found"]) == ("needs_role", role)
