"""Harvest services through the plugin's flows: the source looked at, services switched, changes made once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from imagery_hub.providers.errors import ConnectionFailed, InputProblem, Kind, PlatformError, Refused, ServerFault
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.journal import MemoryJournal
from imagery_hub.providers.pixel import field_mapping
from imagery_hub.providers.pixel.flows import harvest
from imagery_hub.providers.pixel.flows.harvest_source import Source
from imagery_hub.providers.pixel.places import Place, place_of
from imagery_hub.providers.pixel.provider import Pixel, connect
from imagery_hub.providers.pixel.source_address import problem_of, problem_of_tokens
from imagery_hub.providers.work import Work
from sandbox_pixel import PixelCalls, environment, path_of
from sandbox_process import SandboxProcess

NAMES = {"PIXEL_TENANT": "tenant", "PIXEL_AUTH_SERVER_URL": "login", "PIXEL_SERVICES_URL": "services"}
MAPS = [{"model": "Image", "field_name": "name", "external_field": "photo_title"},
        {"model": "Image", "field_name": "location", "external_field": "geometry"}]


@dataclass(frozen=True)
class Login:
    username: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Pixel]:
    given = environment(sandbox)
    secrets = {"username": given["PIXEL_USERNAME"], "password": given["PIXEL_PASSWORD"]}
    options = {NAMES[name]: value for name, value in given.items() if name in NAMES}
    made = connect(given["PIXEL_API_URL"], secrets, options, EnvironmentNetwork())
    yield made
    made.close()


@pytest.fixture
def portal(sandbox: SandboxProcess) -> Any:
    """What the sandbox says of its layer, with the address of it."""
    told = sandbox.control("GET", "pixel/source")
    return {**told, "url": sandbox.address + told["layer"], "tokens": sandbox.address + told["token_url"]}


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


def work() -> Work:
    return Work(pause=lambda seconds: None)


def source(portal: Any, login: Login | None, tokens: str = "", url: str = "") -> Source:
    return Source(EnvironmentNetwork(), url or portal["url"], login, tokens, work())


def user(portal: Any) -> Login:
    return Login(portal["username"], portal["password"])


def problem(call: Any, *arguments: Any) -> dict[str, str]:
    with pytest.raises(InputProblem) as caught:
        call(*arguments)
    return caught.value.facts


# ---------------------------------------------------------------------- the source
@pytest.mark.parametrize("way", ["told", "given", "key"])
def test_a_layer_tells_its_fields_however_it_lets_us_in(portal: Any, way: str) -> None:
    login = Login(key=portal["api_key"]) if way == "key" else user(portal)
    asked = source(portal, login, portal["tokens"] if way == "given" else "")
    layer = asked.layer()
    assert layer.names == portal["fields"]
    assert layer.has_geometry
    assert {one.name: one.type for one in layer.fields}["compass"] == "Double"
    reviewed = [row for row in portal["rows"] if row["reviewed"]]
    assert asked.count("reviewed = 1") == len(reviewed) < asked.count("") == len(portal["rows"])


def test_the_login_stands_in_no_address(portal: Any, sandbox: SandboxProcess) -> None:
    before = sandbox.last_entry()
    source(portal, Login(key=portal["api_key"])).layer()
    source(portal, user(portal)).layer()
    assert [one["path"] for one in sandbox.log(after=before) if "?" in one["path"] and "token" in one["path"]] == []


def test_what_the_server_does_not_understand_is_told_in_its_words(portal: Any) -> None:
    facts = problem(source(portal, user(portal)).count, "reviewed = = 1")
    assert (facts["problem"], facts["where"]) == ("pixel_source_where", "reviewed = = 1")
    assert facts["words"]


@pytest.mark.parametrize("login", [None, Login("harvester", "not-the-password"), Login(key="not-the-key")])
def test_a_login_that_is_refused_is_told_as_that_of_the_source(portal: Any, login: Login | None) -> None:
    facts = problem(source(portal, login).layer)
    assert facts["problem"] == "pixel_source_refused"
    assert facts["host"] == "127.0.0.1"
    assert "not-the" not in json.dumps(facts)


def test_a_token_that_a_source_repeats_is_not_told(portal: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The token was made by us and stands in no login."""
    asked = source(portal, user(portal))
    token = asked._token()
    assert len(token) > 20
    answer = {"error": {"code": 400, "message": f"Bearer {token} is odd", "details": [token]}}
    monkeypatch.setattr(asked, "_ask", lambda *arguments, **options: answer)
    facts = problem(asked.layer)
    assert "is odd" in facts["words"]
    assert token not in json.dumps(facts)


def test_a_source_out_of_reach_is_told_with_the_way_on(portal: Any) -> None:
    url = "http://127.0.0.1:9/portal/rest/services/RoadPhotos/FeatureServer/0"
    for login in (Login(key="x"), user(portal)):
        assert problem(source(portal, login, url=url).layer)["problem"] == "pixel_source_unreachable"
    assert problem(source(portal, user(portal), "http://127.0.0.1:9/tokens").layer)["problem"] == (
        "pixel_source_unreachable"
    )


def test_what_is_there_and_no_layer_is_told(portal: Any) -> None:
    missing = portal["url"].replace("FeatureServer/0", "FeatureServer/7")
    facts = problem(source(portal, user(portal), url=missing).layer)
    assert facts["problem"] == "pixel_source_error"
    assert "7" in facts["words"]


@pytest.mark.parametrize("told", ["https://elsewhere.example/generateToken", "http://127.0.0.1:9/generateToken"])
def test_a_password_goes_to_no_other_host_that_a_server_names(
    portal: Any, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    asked = source(portal, user(portal))
    sent: list[str] = []

    def answer(path: str, query: Any, proven: bool = True) -> Any:
        sent.append(path)
        return {"authInfo": {"tokenServicesUrl": told}}

    monkeypatch.setattr(asked, "_ask", answer)
    assert problem(asked._token)["problem"] == "pixel_source_no_tokens"
    assert sent == ["portal/rest/info"]


@pytest.mark.parametrize(("address", "found"), [
    ("portal.example/FeatureServer/0", "pixel_source_address"), ("ftp://a.b/FeatureServer/0", "pixel_source_address"),
    ("https://[a/FeatureServer/0", "pixel_source_address"), ("", "pixel_source_address"),
    ("https://me:pw@a.b/rest/services/X/FeatureServer/0", "pixel_source_plain"),
    ("https://a.b/rest/services/X/FeatureServer/0?token=abc", "pixel_source_plain"),
    ("https://a.b/rest/services/X/FeatureServer", "pixel_source_layer"),
    ("https://a.b/rest/services/X/ImageServer/1", "pixel_source_layer"),
    ("https://a.b/rest/services/X/FeatureServer/12/", ""), ("http://a.b:1/rest/services/X/MapServer/0", ""),
])
def test_addresses_are_judged_before_anybody_is_asked(address: str, found: str) -> None:
    wrong = problem_of(address)
    assert (wrong.facts["problem"] if wrong else "") == found
    assert "pw" not in str(wrong)
    assert "abc" not in str(wrong)


def test_addresses_of_tokens_are_judged_too() -> None:
    assert problem_of_tokens("https://portal.example/portal/sharing/rest/generateToken") is None
    for address in ("portal.example", "file:///etc/passwd", "https://me:pw@a.b/", "https://[a"):
        wrong = problem_of_tokens(address)
        assert wrong is not None
        assert "pw" not in str(wrong)


def test_mapping_and_condition_are_held_against_the_layer(portal: Any) -> None:
    asked = source(portal, user(portal))
    assert harvest.check_source(asked, {"maps": MAPS, "extra_fields": ["camera"]}, "reviewed = 1")
    wrong = {"maps": [{**MAPS[0], "external_field": "Photo_Title"}]}
    assert problem(harvest.check_source, asked, wrong, "")["fields"] == "Photo_Title"


# ---------------------------------------------------------------------- the login for the platform
def test_a_login_is_of_one_kind() -> None:
    assert harvest.auth_of(Login("a", "b"), "", "") == {"credentials": {"username": "a", "password": "b"}}
    assert harvest.auth_of(Login("a", "b"), "https://t", "")["credentials"]["token_url"] == "https://t"
    assert harvest.auth_of(Login(key="k"), "", "") == {"api_key": {"api_key": "k"}}
    assert harvest.auth_of(Login(key="k"), "", "i")["api_key"]["api_key_item_id"] == "i"
    assert problem(harvest.auth_of, Login(key="k"), "https://t", "")["problem"] == "pixel_auth_token_url"
    assert problem(harvest.auth_of, Login("a", "b"), "", "i")["problem"] == "pixel_auth_item"


def test_a_refusal_that_repeats_the_login_does_not_give_it_away() -> None:
    def send() -> Any:
        raise Refused(Kind.REFUSED, status=422, words="input: {'password': 'my-own-word'} is odd",
                      answer={"detail": [{"input": "my-own-word"}]})

    with pytest.raises(Refused) as caught:
        harvest._secretly({"credentials": {"username": "u", "password": "my-own-word"}}, send)
    assert "my-own-word" not in f"{caught.value} {caught.value.words} {caught.value.answer}"
    assert "is odd" in caught.value.words


# ---------------------------------------------------------------------- services
def details(portal: Any, **members: Any) -> Any:
    return {"name": "Road photos", "description": "", "url": portal["url"], "where_clause": "reviewed = 1",
            "auth": harvest.auth_of(user(portal), "", ""), "field_mappings": {"maps": MAPS}, **members}


@pytest.fixture
def place(calls: PixelCalls) -> Place:
    return place_of(calls.collection(calls.project()))


@pytest.fixture
def service(platform: Pixel, place: Place, portal: Any) -> str:
    return harvest.create(platform.api, place, details(portal), work())


def read(calls: PixelCalls, place: Place, service: str) -> Any:
    return calls.get(path_of(str(place), f"harvest_services/{service}"))


def test_a_collection_of_other_things_is_refused_before_anything_is_sent(
    platform: Pixel, calls: PixelCalls, portal: Any, sandbox: SandboxProcess
) -> None:
    place = place_of(calls.collection(calls.project(), "RGB"))
    before = sandbox.last_entry()
    facts = problem(harvest.create, platform.api, place, details(portal), work())
    assert (facts["problem"], facts["type"]) == ("pixel_harvest_type", "RGB")
    assert sandbox.log(after=before, operation="createHarvestService") == []


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_a_service_whose_answer_got_lost_is_made_once(
    platform: Pixel, calls: PixelCalls, place: Place, portal: Any, sandbox: SandboxProcess, kind: str
) -> None:
    other = harvest.create(platform.api, place, details(portal), work())  # of the same name, from before
    sandbox.fault(kind=kind, status=502, operation="createHarvestService")
    made = harvest.create(platform.api, place, details(portal), work())
    assert made != other
    assert {str(one["id"]) for one in calls.read(str(place), "harvest_services/")} == {made, other}


def test_a_service_runs_to_its_end_and_tells_what_failed(
    platform: Pixel, place: Place, service: str, portal: Any
) -> None:
    assert harvest.start(platform.api, place, service, work())
    counted = harvest.follow(platform.api, place, service, Work())
    wanted = sum(1 for row in portal["rows"] if row["reviewed"])
    assert counted == {"completed": wanted - 2, "failed": 2}


@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_starting_is_settled_when_its_answer_got_lost(
    platform: Pixel, place: Place, service: str, sandbox: SandboxProcess, kind: str
) -> None:
    before = sandbox.last_entry()
    sandbox.fault(kind=kind, status=502, operation="startHarvestService")
    assert harvest.start(platform.api, place, service, work())
    assert len(sandbox.log(after=before, operation="startHarvestService")) <= 2
    harvest.follow(platform.api, place, service, Work())


@pytest.mark.needs_assumed("pixel HarvestService.running")
def test_what_is_so_already_is_no_request(platform: Pixel, place: Place, service: str, sandbox: SandboxProcess) -> None:
    before = sandbox.last_entry()
    assert harvest.stop(platform.api, place, service, work()) is False
    assert sandbox.log(after=before, operation="stopHarvestService") == []


@pytest.mark.needs_assumed("pixel HarvestService.field_mappings")
def test_changes_are_made_and_what_does_not_fit_is_refused_here(
    platform: Pixel, calls: PixelCalls, place: Place, service: str, sandbox: SandboxProcess
) -> None:
    changes: Any = {"name": "Reviewed", "field_mappings": {
        "maps": [{"operation": "add", "model": "ImageMetadata", "field_name": "hfov", "external_field": "view_angle"},
                 {"operation": "update", "model": "Image", "field_name": "name", "external_field": "caption"},
                 {"operation": "remove", "model": "Image", "field_name": "location"}],
        "add_extra_fields": ["weather"]}}
    harvest.update(platform.api, place, service, changes, work())
    one = read(calls, place, service)
    assert (one["name"], one["where_clause"]) == ("Reviewed", "reviewed = 1")
    assert sorted(one["field_mappings"]["maps"], key=str) == sorted([
        {"model": "Image", "field_name": "name", "external_field": "caption"},
        {"model": "ImageMetadata", "field_name": "hfov", "external_field": "view_angle"}], key=str)
    assert one["field_mappings"]["extra_fields"] == ["weather"]
    before = sandbox.last_entry()
    facts = problem(harvest.update, platform.api, place, service, changes, work())
    assert facts["problem"] == "pixel_mapping_there"
    assert sandbox.log(after=before, operation="updateHarvestService") == []


@pytest.mark.needs_assumed("pixel HarvestService.field_mappings")
@pytest.mark.parametrize("kind", ["lost", "lost_cut"])
def test_a_change_whose_answer_got_lost_is_made_once(
    platform: Pixel, calls: PixelCalls, place: Place, service: str, sandbox: SandboxProcess, kind: str
) -> None:
    changes: Any = {"field_mappings": {"add_extra_fields": ["weather"], "maps": [
        {"operation": "add", "model": "ImageMetadata", "field_name": "hfov", "external_field": "view_angle"}]}}
    before = sandbox.last_entry()
    sandbox.fault(kind=kind, status=502, operation="updateHarvestService")
    harvest.update(platform.api, place, service, changes, work())
    assert len(sandbox.log(after=before, operation="updateHarvestService")) == 1
    assert read(calls, place, service)["field_mappings"]["extra_fields"] == ["weather"]


def test_only_what_is_called_by_its_name_is_deleted(
    platform: Pixel, calls: PixelCalls, place: Place, service: str, sandbox: SandboxProcess
) -> None:
    assert problem(harvest.delete, platform.api, place, service, "Road", work())["problem"] == "other_name"
    sandbox.fault(kind="lost_cut", operation="deleteHarvestService")
    harvest.delete(platform.api, place, service, "Road  photos", work())
    assert calls.read(str(place), "harvest_services/") == []


# ---------------------------------------------------------------------- without a platform
class Services:
    """A client as far as harvests go, whose answers are told beforehand."""

    def __init__(self, states: list[Any], tasks: list[list[str]], failures: list[PlatformError | None]) -> None:
        self.harvest = self
        self.states, self.listed, self.failures = states, tasks, failures
        self.sent: list[Any] = []

    def during(self, work: Work, to_the_end: bool = False) -> Services:
        return self

    def get(self, place: Place, service: str) -> Any:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def tasks(self, place: Place, service: str) -> Any:
        rows = self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]
        yield type("Page", (), {"records": [{"id": 1, "status": one} for one in rows]})

    def start(self, place: Place, service: str) -> Any:
        self.sent.append("start")
        failure = self.failures.pop(0)
        if failure is not None:
            raise failure
        return {}

    def update(self, place: Place, service: str, changes: Any) -> Any:
        self.sent.append(changes)
        failure = self.failures.pop(0)
        if failure is not None:
            raise failure
        return {}


HERE = Place("1", "2")


def test_a_refusal_after_a_lost_answer_means_that_it_runs() -> None:
    lost = ConnectionFailed(Kind.INTERRUPTED)
    api: Any = Services([{"id": 1}], [[]], [lost, Refused(Kind.CONFLICT, status=409)])
    assert harvest.start(api, HERE, "1", work())
    assert api.sent == ["start", "start"]
    api = Services([{"id": 1}], [[]], [Refused(Kind.CONFLICT, status=409)])
    with pytest.raises(Refused):
        harvest.start(api, HERE, "1", work())


def test_where_the_platform_does_not_say_whether_it_runs_quiet_is_the_end() -> None:
    tasks = [[], ["pending"], ["in_progress"], ["completed"], ["completed", "pending"], ["completed", "failed"]]
    api: Any = Services([{"id": 1}], tasks, [])
    assert harvest.follow(api, HERE, "1", work()) == {"completed": 1, "failed": 1}
    assert len(tasks) == 1


def test_what_runs_is_waited_for_though_all_that_is_there_has_ended() -> None:
    states = [{"running": True}] * 20 + [{"running": False}]
    api: Any = Services(list(states), [["completed"]], [])
    assert harvest.follow(api, HERE, "1", work()) == {"completed": 1}
    assert len(api.states) == 1


def test_a_killed_change_is_taken_up_with_what_is_left_of_it() -> None:
    journal = MemoryJournal()
    changes: Any = {"name": "New", "field_mappings": {
        "maps": [{"operation": "remove", "model": "Image", "field_name": "name"},
                 {"operation": "update", "model": "Image", "field_name": "location", "external_field": "geometry"}],
        "add_extra_fields": ["a", "b"], "remove_extra_fields": ["c"]}}
    before = {"field_mappings": {"maps": [
        {"model": "Image", "field_name": "name", "external_field": "x"},
        {"model": "Image", "field_name": "location", "external_field": "y"}], "extra_fields": ["c"]}}
    after: Any = {"field_mappings": {"maps": [
        {"model": "Image", "field_name": "location", "external_field": "y"}], "extra_fields": ["a"]}}
    api: Any = Services([before, after], [[]], [ServerFault(Kind.SERVER_FAULT, status=500), None])
    harvest.update(api, HERE, "1", changes, Work(journal, pause=lambda seconds: None))
    assert api.sent[0] == changes
    assert api.sent[1] == {"name": "New", "field_mappings": {
        "maps": [changes["field_mappings"]["maps"][1]], "add_extra_fields": ["b"]}}
    field_mapping.check_changes(api.sent[1]["field_mappings"], after["field_mappings"])
