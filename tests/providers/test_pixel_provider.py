"""How a Pixel connection finds its hosts, who is asked for what, and what the typed client makes of the answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from imagery_hub.providers.errors import InputProblem, Kind, PlatformError
from imagery_hub.providers.http.network import EnvironmentNetwork
from imagery_hub.providers.pixel import provider
from imagery_hub.providers.pixel.paths import LOGIN, PATHS, SERVICES
from imagery_hub.providers.pixel.places import Place, pair_of, place_of
from imagery_hub.providers.pixel.provider import Pixel, check, connect, normalise_address, tenancy_of
from imagery_hub.providers.steps import entries
from sandbox_pixel import OSLO, PixelCalls, environment
from sandbox_process import ROOT, SandboxProcess

NAMES = {"PIXEL_TENANT": "tenant", "PIXEL_AUTH_SERVER_URL": "login", "PIXEL_SERVICES_URL": "services"}


def opened(sandbox: SandboxProcess, user: str = "superuser", password: str = "") -> Pixel:
    given = environment(sandbox, user)
    secrets = {"username": given["PIXEL_USERNAME"], "password": password or given["PIXEL_PASSWORD"]}
    options = {NAMES[name]: value for name, value in given.items() if name in NAMES}
    return connect(given["PIXEL_API_URL"], secrets, options, EnvironmentNetwork())


@pytest.fixture
def platform(sandbox: SandboxProcess) -> Iterator[Pixel]:
    made = opened(sandbox)
    yield made
    made.close()


@pytest.fixture
def calls(sandbox: SandboxProcess) -> PixelCalls:
    return PixelCalls(sandbox)


# ---------------------------------------------------------------------- addresses (notes, section 1)
@pytest.mark.parametrize(("options", "api", "login"), [
    ({"tenant": "Fjord"}, "https://prod.api.geodatapixel.no/fjord/", "https://prod.keycloak.geodatapixel.no/"),
    ({"tenant": "a-B", "environment": "Test"}, "https://test.api.geodatapixel.no/a-b/",
     "https://test.keycloak.geodatapixel.no/"),
    ({"tenant": "fjord", "login": "https://login.example"}, "https://prod.api.geodatapixel.no/fjord/",
     "https://login.example/"),
])
def test_the_vendors_addresses_are_made_from_environment_and_tenant(
    options: dict[str, str], api: str, login: str
) -> None:
    hosts = tenancy_of("", options).hosts
    assert (hosts.api, hosts.login, hosts.services) == (api, login, "https://services.geodataonline.no/")


def test_an_address_of_ones_own_holds_the_tenant_and_the_others_are_beside_it() -> None:
    place = tenancy_of("http://127.0.0.1:8080/Fjord/", {})
    assert place.hosts.api == "http://127.0.0.1:8080/Fjord/"
    assert place.hosts.login == place.hosts.services == "http://127.0.0.1:8080/"
    assert place.tenant == "Fjord"


@pytest.mark.parametrize(("address", "options", "problem"), [
    ("", {}, "no_tenant"),
    ("https://pixel.example", {}, "no_tenant"),
    ("", {"tenant": "a/b"}, "no_tenant"),
    ("ftp://pixel.example/fjord", {}, "no_address"),
    ("https://{env}.pixel.example/fjord", {}, "no_address"),
    ("https://pixel.example/fjord?x=1", {}, "no_address"),
    ("https://[pixel/fjord", {}, "no_address"),
    ("", {"tenant": "fjord", "login": "somewhere"}, "no_address"),
])
def test_what_leads_nowhere_is_said(address: str, options: dict[str, str], problem: str) -> None:
    with pytest.raises(InputProblem) as caught:
        tenancy_of(address, options)
    assert caught.value.facts["problem"] == problem


def test_the_platform_row_and_the_provider_say_the_same_address() -> None:
    row = (ROOT / "core" / "platforms.py").read_text("utf-8")
    assert f'address="{provider.API}"' in row and provider.LOGIN in row and provider.SERVICES in row
    assert normalise_address(provider.API) == provider.API


@pytest.mark.parametrize(("tenant", "realm"), [("my-Tenant", "My-tenant"), ("aCME", "Acme"), ("fjord", "Fjord")])
def test_realms_have_one_capital_letter(tenant: str, realm: str) -> None:
    from imagery_hub.providers.pixel.client import realm_of

    assert realm_of(tenant) == realm


# ---------------------------------------------------------------------- names
def test_data_collections_are_named_with_their_project() -> None:
    assert place_of(" 10 / 6 ") == Place("10", "6") and str(place_of("10/6")) == "10/6"
    assert pair_of("Image/4", ("Image", "Feature")) == ("Image", "4")


@pytest.mark.parametrize("text", ["", "6", "10/", "10/6/3", "a/b", "10/../6", "¹/²"])
def test_what_is_no_data_collection_is_refused(text: str) -> None:
    with pytest.raises(InputProblem):
        place_of(text)


@pytest.mark.parametrize("text", ["", "4", "image/4", "Image/", "Image/x", "Other/4"])
def test_what_is_no_service_is_refused(text: str) -> None:
    with pytest.raises(InputProblem):
        pair_of(text, ("Image", "Feature"))


# ---------------------------------------------------------------------- paths
def test_every_operation_of_the_contract_has_its_path() -> None:
    import yaml

    contract = yaml.safe_load((ROOT / "sandbox" / "contract" / "pixel.openapi.yaml").read_text("utf-8"))
    ours = {name: (one.method, one.path) for table in (PATHS, LOGIN, SERVICES) for name, one in table.items()}
    theirs = {}
    for path, methods in contract["paths"].items():
        for method, one in methods.items():
            if isinstance(one, dict) and "operationId" in one and not path.startswith("/_storage/"):
                theirs[one["operationId"]] = (method.upper(), path.removeprefix("/"))
    assert len(theirs) == 87 and ours == theirs


# ---------------------------------------------------------------------- who is asked
def test_the_token_goes_to_the_api_and_the_password_to_the_login_server(
    platform: Pixel, sandbox: SandboxProcess
) -> None:
    before = sandbox.last_entry()
    assert check(platform)
    sent = [one for one in sandbox.log(after=before) if one["operation"] in ("getToken", "getMe")]
    assert [one["operation"] for one in sent] == ["getToken", "getMe"]


def test_a_refused_password_is_a_refusal_to_log_in(sandbox: SandboxProcess) -> None:
    refused = opened(sandbox, password="wrong")
    with pytest.raises(PlatformError) as caught:
        check(refused)
    refused.close()
    assert caught.value.kind is Kind.NOT_LOGGED_IN and "wrong" not in str(caught.value)


def test_an_expired_token_is_renewed_without_a_word(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess
) -> None:
    calls.project()
    assert len(list(entries(platform.api.projects.list()))) == 1
    sandbox.control("POST", "pixel/tokens/expire", {})
    assert len(list(entries(platform.api.projects.list()))) == 1
    sandbox.control("POST", "pixel/tokens/expire", {"refresh": True})
    assert len(list(entries(platform.api.projects.list()))) == 1


# ---------------------------------------------------------------------- lists (section 4)
@pytest.mark.parametrize(("count", "requests_sent"), [(0, 1), (4, 3), (5, 3)])
def test_a_list_ends_with_the_first_page_that_is_not_full(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess, count: int, requests_sent: int
) -> None:
    if count:
        sandbox.control("POST", "pixel/projects", {"count": count})
    before = sandbox.last_entry()
    pages = list(platform.api.projects.list(size=2))
    assert sum(len(page.records) for page in pages) == count
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert len([one for one in sandbox.log(after=before) if one["operation"] == "listProjects"]) == requests_sent


def test_ids_are_asked_for_in_blocks_and_none_are_none(
    platform: Pixel, calls: PixelCalls, sandbox: SandboxProcess
) -> None:
    made = sandbox.control("POST", "pixel/projects", {"count": 70})["projects"]
    assert [one["id"] for one in entries(platform.api.projects.list({"ids": made[:60]}))] == made[:60]
    before = sandbox.last_entry()
    assert list(entries(platform.api.projects.list({"ids": []}))) == []
    assert sandbox.last_entry() == before


# ---------------------------------------------------------------------- there and back
def test_projects_and_collections_live_through_the_client(platform: Pixel, calls: PixelCalls) -> None:
    api = platform.api
    made = api.projects.create({"name": "Bridges", "description": "", "area_of_interest": OSLO, "tags": ["a"]})
    project = str(made["id"])
    api.projects.update(project, {"add_tags": ["b"], "remove_tags": ["a"]})
    inner = str(api.projects.create(
        {"name": "Inner", "description": "", "area_of_interest": OSLO, "parent_project_id": made["id"]})["id"])
    rules = {"format": "GTiff", "data_type": "uint8", "num_bands": 3}
    place = Place(project, str(api.collections.create(
        project, {"name": "May", "description": "", "data_collection_type": "RGB", "raster_info": rules})["id"]))
    assert calls.get(f"projects/{project}")["tags"] == ["b"]
    assert calls.read(str(place))["raster_info"] == rules
    moved = Place(inner, place.collection)
    api.collections.move(place, inner)
    assert api.collections.get(moved)["name"] == "May"
    api.collections.delete(moved)
    assert [one["id"] for one in entries(api.collections.deleted(inner))] == [int(place.collection)]
    api.collections.restore(moved)
    api.projects.move(inner)
    assert calls.get(f"projects/{inner}").get("parent_project_id") is None
    api.projects.delete(project)
    assert not calls.there(f"projects/{project}")
    api.projects.restore(project)
    assert calls.there(f"projects/{project}")
