"""Harvest services: made, changed, started, stopped, followed and deleted (notes, section 16.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast

from ... import steps
from ...errors import InputProblem, Kind, PlatformError
from ...http.failures import scrub
from ...work import NOT_THERE, Work
from .. import field_mapping
from ..client import PixelClient
from ..places import Place
from ..service_records import FieldMappings, HarvestAuth, HarvestDetails, HarvestService, HarvestTask
from .harvest_source import Login, Source

IMAGE = "image"
UNFINISHED = ("pending", "submitted", "in_progress")
PAUSE, LONGEST_PAUSE, QUIET_LOOKS = 3.0, 30.0, 5


def auth_of(login: Login, token_url: str, item_id: str) -> HarvestAuth:
    """A login as the platform takes it. Raises :class:`InputProblem` for what belongs to the other kind."""
    if login.key:
        if token_url:
            raise InputProblem("pixel_auth_token_url")
        return {"api_key": {"api_key": login.key, **({"api_key_item_id": item_id} if item_id else {})}}
    if item_id:
        raise InputProblem("pixel_auth_item")
    credentials = {"username": login.username, "password": login.password}
    return {"credentials": {**credentials, **({"token_url": token_url} if token_url else {})}}


def check_source(source: Source, mapping: field_mapping.FieldMapping, where: str) -> int | None:
    """Hold a mapping and a where clause against the layer itself: the fields have to be there, the server has to
    understand the clause. How many features it chooses; None where the server does not tell."""
    layer = source.layer()
    field_mapping.check_fields(mapping, layer.names, layer.has_geometry)
    return source.count(where)


def create(api: PixelClient, place: Place, details: HarvestDetails, work: Work) -> str:
    """Make a service and give its number; one that an interrupted run made is adopted. Nothing runs yet."""
    asked, api = api.during(work, to_the_end=True), api.during(work)
    work.once("type", lambda: require_images(api, place), lambda: NOT_THERE)

    def ids() -> set[str]:
        return {str(one["id"]) for one in steps.entries(api.harvest.list(place)) if one.get("name") == details["name"]}

    def do() -> str:
        return str(_secretly(details.get("auth"), lambda: asked.harvest.create(place, details))["id"])

    return steps.create(work, "create", do, ids)


def require_images(api: PixelClient, place: Place) -> str:
    """Raise :class:`InputProblem` for a collection that does not hold images (ASSUMED A24); its type otherwise."""
    found = api.collections.get(place).get("data_collection_type") or ""
    if found != IMAGE:
        raise InputProblem("pixel_harvest_type", collection=str(place), type=found)
    return found


def update(api: PixelClient, place: Place, service_id: str, changes: HarvestDetails, work: Work) -> None:
    """Change a service. Operations on its mapping that do not fit are refused here; after a failure whose outcome is
    not known, only those that are not there yet are sent again."""
    asked, api = api.during(work, to_the_end=True), api.during(work)
    doubtful = False

    def adopt() -> Any:
        nonlocal doubtful
        doubtful = True
        return NOT_THERE

    def do() -> bool:
        given = cast(HarvestDetails, dict(changes))
        present = api.harvest.get(place, service_id).get("field_mappings") if "field_mappings" in given else None
        if present is not None:
            operations = cast(field_mapping.FieldMapping, given["field_mappings"])
            if doubtful:
                operations = outstanding(operations, cast(field_mapping.FieldMapping, present))
            field_mapping.check_changes(operations, cast(field_mapping.FieldMapping, present))
            given["field_mappings"] = cast(FieldMappings, operations)
            if not operations:
                del given["field_mappings"]
        if given:
            _secretly(given.get("auth"), lambda: asked.harvest.update(place, service_id, given))
        return True

    steps.settle(work, "update", do, adopt)


def outstanding(changes: field_mapping.FieldMapping, present: field_mapping.FieldMapping) -> field_mapping.FieldMapping:
    """The operations that the mapping does not show the effect of."""
    mapped = {(one.get("model"), one.get("field_name")): one.get("external_field") for one in present.get("maps") or ()}
    extra = set(present.get(field_mapping.EXTRA) or ())
    maps = []
    for one in changes.get("maps", ()):
        target = (one["model"], one["field_name"])
        done = target not in mapped if one["operation"] == "remove" else mapped.get(target) == one["external_field"]
        if not done:
            maps.append(one)
    left = {
        "maps": maps,
        field_mapping.ADDED: [one for one in changes.get(field_mapping.ADDED, ()) if one not in extra],
        field_mapping.REMOVED: [one for one in changes.get(field_mapping.REMOVED, ()) if one in extra],
    }
    return {name: value for name, value in left.items() if value}


def start(api: PixelClient, place: Place, service_id: str, work: Work) -> bool:
    """Start it; False when it ran already."""
    return _switch(api, place, service_id, True, work)


def stop(api: PixelClient, place: Place, service_id: str, work: Work) -> bool:
    """Stop it; False when it did not run. What was harvested stays."""
    return _switch(api, place, service_id, False, work)


def _switch(api: PixelClient, place: Place, service_id: str, on: bool, work: Work) -> bool:
    api = api.during(work)

    def before() -> bool:
        return api.harvest.get(place, service_id).get("running") is on

    if work.once("before", before, lambda: NOT_THERE):
        return False
    doubtful = False

    def adopt() -> Any:
        nonlocal doubtful
        doubtful = True
        return True if before() else NOT_THERE

    def do() -> bool:
        try:
            (api.harvest.start if on else api.harvest.stop)(place, service_id)
        except PlatformError as error:
            if not (doubtful and error.kind is Kind.CONFLICT):  # refused since the earlier request took effect
                raise
        return True

    return steps.settle(work, "start" if on else "stop", do, adopt)


def follow(api: PixelClient, place: Place, service_id: str, work: Work) -> dict[str, int]:
    """Wait until a service that was started has nothing left to do, and give the number of its tasks by status.

    It has when all of its tasks have ended and it says itself that it does not run. Where it does not say whether it
    runs (the member is ASSUMED, A24): when nothing changed for some looks, since tasks come one after the other.
    """
    api = api.during(work)
    same, last = 0, {"": 0}

    def read() -> tuple[HarvestService, dict[str, int]]:
        service = api.harvest.get(place, service_id)
        counted = counts(steps.entries(api.harvest.tasks(place, service_id)))
        total = sum(counted.values())
        ended = total - _unfinished(counted)
        work.progress(ended / total if total else None, "pixel_harvesting", done=str(ended), total=str(total))
        return service, counted

    def finished(state: tuple[HarvestService, dict[str, int]]) -> bool:
        nonlocal same, last
        service, counted = state
        same, last = (same + 1 if counted == last else 0), counted
        running = service.get("running")
        return _unfinished(counted) == 0 and (same >= QUIET_LOOKS if running is None else not running)

    return work.follow(read, finished, PAUSE, longest=LONGEST_PAUSE)[1]


def counts(tasks: Iterator[HarvestTask]) -> dict[str, int]:
    """How many tasks have which status."""
    found: dict[str, int] = {}
    for one in tasks:
        status = str(one.get("status") or "")
        found[status] = found.get(status, 0) + 1
    return found


def _unfinished(counted: dict[str, int]) -> int:
    return sum(counted.get(one, 0) for one in UNFINISHED)


def delete(api: PixelClient, place: Place, service_id: str, typed: str, work: Work) -> None:
    """Delete a service for good, when its name is the one that was typed. What it harvested stays."""
    api = api.during(work)
    steps.require_name(work, lambda: api.harvest.get(place, service_id).get("name") or "", typed)
    steps.delete_once(
        work, lambda: api.harvest.delete(place, service_id), lambda: api.harvest.get(place, service_id)
    )


def _secretly(auth: HarvestAuth | None, send: Callable[[], HarvestService]) -> HarvestService:
    """Send what holds a login. A refusal may repeat what was sent, so the login is taken out of its words."""
    given: dict[str, Any] = dict(auth or {})
    secrets = [one.get(name) for one in given.values() for name in ("password", "api_key")]
    try:
        return send()
    except PlatformError as error:
        error.words = scrub(error.words, [one for one in secrets if one])
        error.answer = None
        error.args = (error.kind.value,)
        raise
