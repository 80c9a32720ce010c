"""Optimised copies, attachments and analysis tasks by their flows: stopped at every note of the journal and taken up
again, with lost answers, and without the members that are only assumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from deadly_journal import stopped_everywhere
from imagery_hub.providers import steps
from imagery_hub.providers.errors import InputProblem, JobFailed
from imagery_hub.providers.http.retry import RetryPolicy
from imagery_hub.providers.pixel.client import Hosts, PixelClient, connect_client
from imagery_hub.providers.pixel.flows import analysis, attachments, following, optimisation
from imagery_hub.providers.pixel.places import place_of
from imagery_hub.providers.transfer import TransferEngine
from imagery_hub.providers.work import Work
from pixel_files import raster
from pixel_sending import send
from sandbox_pixel import PixelCalls, path_of
from sandbox_process import SandboxProcess


@pytest.fixture
def pixel(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


@pytest.fixture
def api(sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[PixelClient]:
    monkeypatch.setattr(steps, "LOOKS", (0.05, 0.05))
    for module in (following, analysis):
        monkeypatch.setattr(module, "PAUSE", 0.2)
    ready = sandbox.ready["pixel"]
    hosts = Hosts(ready["root"] + "/", ready["login"] + "/", ready["services"] + "/")
    client = connect_client(ready["username"], ready["password"], ready["tenant"], hosts,
                            retry=RetryPolicy(first=0.01, longest=0.05))
    yield client
    client.close()


@pytest.fixture
def engine() -> Iterator[TransferEngine]:
    made = TransferEngine()
    yield made
    made.close()


def rgb(pixel: PixelCalls, tmp_path: Path, count: int = 2) -> tuple[str, list[str]]:
    place = pixel.collection(pixel.project(), "RGB")
    files = [raster(tmp_path / f"ortho_{number}.tif", size=(60, 50)) for number in range(count)]
    return place, [str(one) for one in sorted(send(pixel, place, files).values())]


def stopped_in_register() -> Work:
    """A job that was stopped before the answer to its registration of copies came. There were none before."""
    work = Work()
    work.note("before", [])
    work.journal.begin("register")
    return work


# ---------------------------------------------------------------------- optimised copies
@pytest.mark.needs_assumed("pixel OptimizedRaster.status")
def test_copies_are_made_once_wherever_the_program_stopped(
        api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    known = place_of(place)
    begun: list[int] = []

    def again() -> None:
        for one in rasters:
            pixel.sent("DELETE", path_of(place, f"rasters/{one}/optimized"))
        begun.append(sandbox.last_entry())

    def run(work: Work) -> None:
        made = optimisation.optimise(api, known, optimisation.Wanted(), work)
        assert (len(made.copies), made.failed) == (2, 0)

    assert stopped_everywhere(run, again) > 8
    copies = pixel.read(place, "rasters/optimized/")
    assert [one["status"] for one in copies] == ["completed"] * 2
    for first, last in zip(begun, [*begun[1:], sandbox.last_entry()]):
        ran = [one for one in sandbox.log(after=first) if one["operation"] == "runOptimizedRasters"
               and one["number"] <= last]
        assert len(ran) == 1


@pytest.mark.parametrize(("rasters_type", "profile"), [("RGB", "rgb"), ("DTM", "terrain")])
def test_copies_are_registered_with_their_profile_after_a_stop_in_the_middle_of_it(
        api: PixelClient, pixel: PixelCalls, monkeypatch: pytest.MonkeyPatch, rasters_type: str, profile: str) -> None:
    """The sandbox would choose the profile itself, so what is sent is looked at."""
    sent: list[str] = []

    def register(self: Any, place: Any, options: Any, raster_ids: Any, profile: str) -> list[Any]:
        sent.append(profile)
        return []

    place = place_of(pixel.collection(pixel.project(), rasters_type))
    monkeypatch.setattr(type(api.optimized), "register", register)
    optimisation.optimise(api, place, optimisation.Wanted(), stopped_in_register())
    assert sent == [profile]


def test_copies_of_another_profile_are_not_adopted_after_a_stop(
        api: PixelClient, pixel: PixelCalls, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(pixel.collection(pixel.project(), "RGB"))
    there = [{"id": 1, "raster_id": 7, "profile": "terrain", "status": "completed"},
             {"id": 2, "raster_id": 7, "profile": "rgb", "status": "completed"}]
    monkeypatch.setattr(optimisation, "_listed", lambda api, place, kind, ids=None: [
        one for one in there if ids is None or str(one["id"]) in ids])
    assert optimisation.optimise(api, place, optimisation.Wanted(["7"]), stopped_in_register()).ids == ["2"]


@pytest.mark.parametrize("operation", [
    "createOptimizedRasters",
    pytest.param("runOptimizedRasters", marks=pytest.mark.needs_assumed("pixel OptimizedRaster.status")),
])
@pytest.mark.parametrize(("fault", "sent"), [("lost_cut", 1), ("lost", 1), ("cut", 2), ("truncate", 1)])
def test_a_lost_answer_is_looked_for_on_the_platform(
        api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path, operation: str,
        fault: str, sent: int) -> None:
    place, rasters = rgb(pixel, tmp_path)
    sandbox.fault(kind=fault, operation=operation, status=504)
    before = sandbox.last_entry()
    made = optimisation.optimise(api, place_of(place), optimisation.Wanted(rasters), Work())
    assert (len(made.copies), made.failed) == (2, 0)
    assert len([one for one in sandbox.log(after=before) if one["operation"] == operation]) == sent
    assert len(pixel.read(place, "rasters/optimized/")) == 2


def test_without_the_assumed_members_copies_are_made_too(
        api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    sandbox.control("POST", "pixel/optimisation", {"fails": [int(rasters[0])]})
    sandbox.settings(drop_assumed=True)
    made = optimisation.optimise(api, place_of(place), optimisation.Wanted(rasters), Work())
    assert (len(made.ids), made.failed) == (2, 1)
    name = api.collections.get(place_of(place))["name"]
    assert optimisation.delete(api, place_of(place), rasters, "", name, Work()) == rasters
    sandbox.settings(drop_assumed=False)
    assert pixel.read(place, "rasters/optimized/") == []


@pytest.mark.needs_assumed("pixel OptimizedRaster.status")
def test_those_under_way_are_waited_for(
        api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, rasters = rgb(pixel, tmp_path)
    pixel.post(path_of(place, "rasters/optimized/"), {"creation_options": {}})
    sandbox.settings(job_seconds=0.5)
    pixel.post(path_of(place, "rasters/optimized/run"), {"retry_failed": False})
    made = optimisation.optimise(api, place_of(place), optimisation.Wanted(rasters), Work())
    assert [one["status"] for one in made.copies] == ["completed"] * 2


@pytest.mark.parametrize(("profile", "bands", "fine"), [
    ("rgb", 3, True), ("rgb", None, True), ("rgb", 4, False), ("terrain", 1, False), ("", 3, True)])
def test_nearblack_is_for_three_bands_of_colour(profile: str, bands: int | None, fine: bool) -> None:
    options: Any = {"nearblack_options": {"enabled": True}}
    off: Any = {"nearblack_options": {"enabled": False}}
    optimisation.check_options(profile, bands, off)
    if fine:
        optimisation.check_options(profile, bands, options)
    else:
        with pytest.raises(InputProblem):
            optimisation.check_options(profile, bands, options)


# ---------------------------------------------------------------------- attachments
def test_files_are_attached_once_wherever_the_program_stopped(
        api: PixelClient, engine: TransferEngine, pixel: PixelCalls, tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.txt", "b.txt")]
    for path in paths:
        path.write_text(f"about {path.name}")
    projects: list[str] = []

    def again() -> None:
        projects.append(pixel.project())

    def run(work: Work) -> None:
        owner = attachments.owner_of(f"project/{projects[-1]}")
        made = attachments.attach(api, engine, owner, [attachments.NewFile(one, one.name) for one in paths], work)
        assert [one["name"] for one in made] == ["a.txt", "b.txt"]

    assert stopped_everywhere(run, again) > 12
    for project in projects:
        found = pixel.get("attachments/", resource_type="project", resource_id=project)
        assert [(one["name"], one["status"]) for one in found] == [("a.txt", "Completed"), ("b.txt", "Completed")]


@pytest.mark.parametrize("operation", ["createAttachments", "updateAttachment", "moveAttachment", "deleteAttachment"])
def test_lost_answers_about_attachments(
        api: PixelClient, engine: TransferEngine, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path,
        operation: str) -> None:
    (tmp_path / "a.txt").write_text("one")
    here, there = (attachments.owner_of(f"project/{pixel.project()}") for _ in range(2))
    sandbox.fault(kind="lost_cut", operation=operation)
    made = attachments.attach(api, engine, here, [attachments.NewFile(tmp_path / "a.txt", "a.txt")], Work())
    identity = str(made[0]["id"])
    attachments.move(api, here, identity, there, Work())
    found = pixel.get("attachments/", resource_type="project", resource_id=there.id)
    assert [str(one["id"]) for one in found] == [identity]
    attachments.delete(api, there, identity, "a.txt", Work())
    assert pixel.get("attachments/", resource_type="project", resource_id=there.id) == []


def test_a_form_that_has_expired_is_asked_for_anew(
        api: PixelClient, engine: TransferEngine, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    owner = attachments.owner_of(f"project/{pixel.project()}")
    sandbox.fault(kind="expired", operation="postPresignedForm")
    made = attachments.attach(api, engine, owner, [attachments.NewFile(tmp_path / "a.txt", "a.txt")], Work())
    assert made[0]["status"] == "Completed"


# ---------------------------------------------------------------------- analysis
def test_tasks_are_made_and_run_once_wherever_the_program_stopped(
        api: PixelClient, pixel: PixelCalls, tmp_path: Path) -> None:
    place, _ = rgb(pixel, tmp_path, 1)
    services: list[str] = []

    def again() -> None:
        details = {"name": "Statistics", "module_name": "raster_statistics", "config": {}}
        services.append(str(pixel.post("analysis/services/", details)["id"]))

    def run(work: Work) -> None:
        params = {"data_collection_id": int(place.split("/")[1])}
        task = analysis.create_task(api, services[-1], params, "May", work.part("make"))
        assert analysis.run(api, services[-1], task, work)
        assert analysis.follow(api, services[-1], task, work).get("status") == "SUCCESS"

    assert stopped_everywhere(run, again) > 6
    for one in services:
        assert [task["status"] for task in pixel.get(f"analysis/services/{one}/tasks/")] == ["SUCCESS"]


def test_one_that_is_revoked_meanwhile_ends_the_following(
        api: PixelClient, pixel: PixelCalls, sandbox: SandboxProcess, tmp_path: Path) -> None:
    place, _ = rgb(pixel, tmp_path, 1)
    details = {"name": "Statistics", "module_name": "raster_statistics", "config": {}}
    service = str(pixel.post("analysis/services/", details)["id"])
    task = analysis.create_task(api, service, {"data_collection_id": int(place.split("/")[1])}, "", Work())
    sandbox.settings(job_seconds=600.0)
    analysis.run(api, service, task, Work())
    pixel.post(f"analysis/services/{service}/tasks/{task}/revoke")
    with pytest.raises(JobFailed) as caught:
        analysis.follow(api, service, task, Work())
    assert caught.value.facts["reason"] == "pixel_task_revoked"
