"""How Pixxel is connected, browsed and searched, what is made once only, and bundles that were cut."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pixxel_desk
import pytest
from imagery_hub.providers.capabilities import Branch, Browse, Entry, Pictures
from imagery_hub.providers.errors import InputProblem, JobFailed, Kind, OpenQuestion, PlatformError
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixxel import provider
from imagery_hub.providers.pixxel.client.answers import pages
from imagery_hub.providers.pixxel.flows import bundles, following, imagery, orders
from imagery_hub.providers.pixxel.paths import PATHS
from imagery_hub.providers.pixxel.provider import Pixxel, check, connect, normalise_address
from imagery_hub.providers.search import Query, Search
from imagery_hub.providers.steps import entries
from imagery_hub.providers.work import Work
from sandbox_pixxel import SHAPE, PixxelCalls
from sandbox_process import ROOT, SandboxProcess


def opened(sandbox: SandboxProcess, key: str = "", **options: str) -> Pixxel:
    ready = sandbox.ready["pixxel"]
    return connect(ready["root"], {"key": key or ready["api_key"]}, options, EnvironmentNetwork())


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Pixxel]:
    made = opened(sandbox)
    yield made
    made.close()


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixxelCalls:
    return PixxelCalls(sandbox)


@pytest.fixture
def work() -> Work:
    return Work(pause=lambda seconds: None)


# ---------------------------------------------------------------------- connection
def test_every_operation_of_the_contract_has_its_path() -> None:
    import yaml

    contract = yaml.safe_load((ROOT / "sandbox/contract/pixxel.openapi.yaml").read_text("utf-8"))
    told = {
        one["operationId"]: (method.upper(), path.lstrip("/"))
        for path, methods in contract["paths"].items() for method, one in methods.items()
        if isinstance(one, dict) and "operationId" in one
    }
    assert len(told) == 57
    assert {name: (one.method, one.path) for name, one in PATHS.items()} == told


@pytest.mark.parametrize(("given", "root"), [
    ("", "https://api.pixxel.space/"), ("https://api.pixxel.space/v0", "https://api.pixxel.space/"),
    ("http://127.0.0.1:80/", "http://127.0.0.1:80/"), ("https://a.example/v0/", "https://a.example/"),
    ("https://a.example/rev0", "https://a.example/rev0/"),
])
def test_addresses_are_brought_to_the_root(given: str, root: str) -> None:
    assert normalise_address(given) == root


@pytest.mark.parametrize("spelling", ["bare", "bearer", "Bearer", ""])
def test_the_key_is_taken_in_both_spellings(sandbox: SandboxProcess, spelling: str) -> None:
    made = opened(sandbox, authorization=spelling)
    assert check(made) == ""
    made.close()


def test_another_spelling_is_refused_before_anything_is_sent(sandbox: SandboxProcess) -> None:
    with pytest.raises(InputProblem):
        opened(sandbox, authorization="basic")


def test_a_wrong_key_is_told_as_one_whatever_the_status(sandbox: SandboxProcess) -> None:
    made = opened(sandbox, key="another")
    with pytest.raises(PlatformError) as caught:
        check(made)
    assert caught.value.kind is Kind.NOT_LOGGED_IN
    assert caught.value.facts["reason"] == "pixxel_key"
    assert "another" not in str(caught.value)
    made.close()


# ---------------------------------------------------------------------- lists
def test_pages_end_by_total_or_by_the_first_that_is_not_full() -> None:
    rows = [{"id": str(one)} for one in range(7)]

    def ask(offset: int, limit: int, total: bool) -> Any:
        return {"rows": rows[offset:offset + limit], "pagination": {"total": 7} if total else None}

    for total in (True, False):
        found = list(pages(lambda offset, limit, told=total: ask(offset, limit, told), dict, "rows", size=3))
        assert [len(one.records) for one in found] == [3, 3, 1]
        assert [one.last for one in found] == [False, False, True]
    cut = list(pages(lambda offset, limit: ask(offset, min(limit, 2), True), dict, "rows", size=3))
    assert sum(len(one.records) for one in cut) == 7


@pytest.mark.needs_assumed("pixxel P07")
def test_scenes_come_by_their_cursor(platform: Pixxel, calls: PixxelCalls) -> None:
    search: Any = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-03-01T00:00:00Z", "geometry": SHAPE,
                   "satellites": [{"collection_id": "pixxel-td-l2a",
                                   "satellite_id": "0005c5bb-0bd2-4c80-9393-4a808341c54c"}]}
    everything = set(calls.post("v0/search", {**search, "limit": 10000})["items"])
    found = [one["id"] for page in platform.api.scenes.all(search, 3) for one in page.records]
    assert len(everything) > 6
    assert sorted(found) == sorted(everything)


def test_scenes_without_a_cursor_come_on_one_large_page(platform: Pixxel, calls: PixxelCalls) -> None:
    """As the published schema has it (section 7.2)."""
    calls.sandbox.settings(drop_assumed=True)
    search: Any = {"start_date": "2024-01-01T00:00:00Z", "end_date": "2024-03-01T00:00:00Z", "geometry": SHAPE,
                   "satellites": [{"collection_id": "pixxel-td-l2a",
                                   "satellite_id": "0005c5bb-0bd2-4c80-9393-4a808341c54c"}]}
    everything = set(calls.post("v0/search", {**search, "limit": 10000})["items"])
    (page,) = platform.api.scenes.all(search, 3)
    assert len(everything) > 6 and {one["id"] for one in page.records} == everything


# ---------------------------------------------------------------------- tree, search, pictures
def test_the_tree_leads_everywhere(platform: Pixxel, work: Work) -> None:
    assert isinstance(platform, Browse) and isinstance(platform, Search) and isinstance(platform, Pictures)
    seen: dict[str, Entry] = {}
    below = [(one, ()) for one in platform.roots()]
    while below:
        entry, above = below.pop()
        found = platform.children(Branch(entry, above), "", work)
        for one in found.entries[:4]:
            if one.kind not in seen:
                seen[one.kind] = one
                below.append((one, (*above, entry)))
    assert {"project", "archive", "scene", "satellite", "bandset", "index", "block", "workflow", "aois"} <= set(seen)
    assert seen["scene"].footprint is not None
    assert seen["block"].id.count("/") == 1


def test_what_an_entry_names_by_an_id_is_told_by_its_name(
    platform: Pixxel, sandbox: SandboxProcess, calls: PixxelCalls, work: Work
) -> None:
    aoi, index = pixxel_desk.make_aoi(calls), pixxel_desk.index_id(calls)
    pixxel_desk.make_visualization(calls, aoi)
    listed = platform.children(Branch(Entry("aois", "", "")), "", work).entries
    assert [(one.details["satellite"], one.details["project"]) for one in listed] == [
        ("Pixxel-TD2", "Tungabhadra crops")]
    below = Branch(Entry("visualizations", aoi, ""), (listed[0],))
    assert [one.name for one in platform.children(below, "", work).entries] == ["NDVI"]
    sandbox.fault(kind="status", operation="listIndices", status=403, count=0)
    (one,) = platform.children(below, "", work).entries
    assert one.name == one.details["index_id"] == index


@pytest.mark.parametrize("on", [imagery.ARCHIVE, imagery.SCENES])
def test_the_dock_finds_imagery_with_its_quick_look(platform: Pixxel, work: Work, on: str) -> None:
    query = Query(area=SHAPE, captured_after="2024-01-01T00:00:00Z", captured_before="2024-03-01T00:00:00Z",
                  max_cloud=40, further={"on": on})
    hits = platform.search(query, "", work)
    assert hits.hits
    for one in hits.hits:
        assert one.captured[:4] == "2024" and one.cloud is not None and one.cloud <= 40
        assert one.entry.footprint is not None
    if on == imagery.ARCHIVE:
        assert platform.picture(hits.hits[0].entry, (), work)[:3] in (b"\x89PN", b"\xff\xd8\xff")


@pytest.mark.parametrize(("assets", "address"), [
    ({"thumbnail": {"href": "https://a.example/t.jpg", "type": "image/jpeg"}}, "https://a.example/t.jpg"),
    ({"x": {"href": "https://a.example/o.png", "roles": ["overview"]}}, "https://a.example/o.png"),
    ({"x": {"href": "https://a.example/o.tif", "roles": ["overview"], "type": "image/tiff; x"}}, ""),
    ({"thumbnail": {"href": "s3://bucket/t.jpg"}}, ""), ({"thumbnail": "odd"}, ""), (None, ""),
])
def test_quick_looks_are_read_from_what_items_point_to(assets: Any, address: str) -> None:
    assert imagery.quick_look({"assets": assets}) == address


# ---------------------------------------------------------------------- once
def item(calls: PixxelCalls) -> Any:
    project = calls.get("v0/projects")["projects"][0]["id"]
    return {"project_id": project, "usecase": "agriculture", "item_ids": [calls.covering()],
            "geometry": orders.feature_collection([SHAPE])}


def test_an_order_whose_answer_was_lost_is_adopted(
    sandbox: SandboxProcess, platform: Pixxel, calls: PixxelCalls, work: Work
) -> None:
    before = {one["id"] for one in calls.get("v0/orders", limit=100)["orders"]}
    sandbox.control("POST", "faults", {"operation": "createOrder", "kind": "lost_cut"})
    order_id = orders.place(platform.api, [item(calls)], work)
    after = {one["id"] for one in calls.get("v0/orders", limit=100)["orders"]}
    assert after - before == {order_id}


def test_what_never_shows_up_is_asked_and_not_done_again() -> None:
    done = []

    def do() -> str:
        done.append(1)
        raise PlatformError(Kind.INTERRUPTED)

    work = Work(MemoryJournal(), pause=lambda seconds: None)
    for _ in range(2):
        with pytest.raises(OpenQuestion):
            following.costly(work, "order", do, set)
    assert len(done) == 1


def test_of_several_that_are_new_none_is_taken_for_it() -> None:
    """Others work in the same workspace. The step stays open, so that the question can be answered; what may be several
    is adopted with all that is new."""
    there: set[str] = set()

    def do() -> Any:
        there.update(("mine", "of-a-colleague"))
        raise PlatformError(Kind.INTERRUPTED)

    work = Work(MemoryJournal(), pause=lambda seconds: None)
    with pytest.raises(OpenQuestion):
        following.costly(work, "order", do, lambda: there)
    noted = work.noted("order")
    assert noted is not None and not noted.done
    there.clear()
    assert following.costly_several(work, "deliver", do, lambda: there) == ["mine", "of-a-colleague"]


def test_waiting_ends_and_words_that_are_not_known_go_on() -> None:
    states = iter(["SOMETHING_NEW", "success"])
    work = Work(pause=lambda seconds: None)
    assert following.until(work, lambda: next(states), lambda one: one == "success") == "success"
    with pytest.raises(JobFailed) as caught:
        following.until(work, lambda: "running", lambda one: False, 0.0)
    assert caught.value.facts["reason"] == "pixxel_still_working"


# ---------------------------------------------------------------------- bundles
@pytest.fixture
def entry(platform: Pixxel, calls: PixxelCalls, work: Work) -> str:
    order_id = orders.place(platform.api, [item(calls)], work)
    items = orders.follow(platform.api, order_id, work)
    return orders.delivered(platform.api, [items[0]["id"]], work)[0]


def test_a_bundle_is_fetched_without_the_key(
    sandbox: SandboxProcess, platform: Pixxel, entry: str, tmp_path: Path
) -> None:
    journal, target = MemoryJournal(), tmp_path / "bundle.zip"
    work = Work(journal, pause=lambda seconds: None)
    resource = bundles.of_catalog(platform.api, {"catalog_ids": [entry]}, work)
    assert bundles.fetch(resource, target, work, platform.engine) == target
    assert zipfile.ZipFile(target).testzip() is None
    # Taken up again there is nothing left to ask for.
    before = sandbox.last_entry()
    bundles.fetch(resource, target, work, platform.engine)
    assert sandbox.last_entry() == before


def test_an_address_that_ended_is_asked_for_anew(
    sandbox: SandboxProcess, platform: Pixxel, entry: str, tmp_path: Path, work: Work
) -> None:
    told: list[str] = []
    real = bundles.of_catalog(platform.api, {"catalog_ids": [entry]}, work)

    def read(identity: str) -> Mapping[str, Any]:
        state = dict(real.read(identity))
        if state.get("signed_url"):
            told.append(state["signed_url"])
            if len(told) == 1:
                sandbox.advance(2 * 3600)
        return state

    target = tmp_path / "bundle.zip"
    bundles.fetch(bundles.Resource(read, real.start), target, work, platform.engine)
    assert zipfile.ZipFile(target).testzip() is None
    assert len(set(told)) > 1


def test_a_bundle_that_failed_is_made_anew_next_time(tmp_path: Path, platform: Pixxel) -> None:
    made: list[int] = []

    def start() -> str:
        made.append(1)
        return str(len(made))

    work = Work(MemoryJournal(), pause=lambda seconds: None)
    resource = bundles.Resource(lambda identity: {"status": "FAILED", "signed_url": ""}, start)
    for count in (1, 2):
        with pytest.raises(JobFailed):
            bundles.fetch(resource, tmp_path / "b.zip", work, platform.engine)
        assert len(made) == count


def test_lists_are_read_to_their_end(platform: Pixxel, calls: PixxelCalls) -> None:
    assert len(list(entries(platform.api.indices.list()))) == calls.get("v0/indices")["pagination"]["total"]
    assert provider.API == "https://api.pixxel.space/"
