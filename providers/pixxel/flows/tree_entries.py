"""What is shown of each thing in the tree: answers of the platform as entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...capabilities import Entry
from ..days import iso_day
from ..results import described, logs_of, notes_of
from . import names
from .orders import faults


def text(value: Any) -> str:
    """A member as text; empty where it is missing or no plain value."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def details(one: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Members to show, those that are there."""
    return {name: text(one.get(name)) for name in names if text(one.get(name))}


def plain(kind: str, one: Mapping[str, Any], name: str, *members: str) -> Entry:
    """An entry with the state that the platform tells."""
    identity = text(one.get("id"))
    more = details(one, *members, "created_at", "updated_at")
    return Entry(kind, identity, name or identity, text(one.get("status")), more)


def satellite_entry(one: Mapping[str, Any]) -> Entry:
    """A satellite: how many bands it has, from which wavelength (nm) to which, and its collections."""
    waves = waves_of(one)
    collections = [text(two.get("name")) or text(two.get("id")) for two in one.get("collections") or []]
    more = {"bands": _count(one.get("bands")), "collections": ", ".join(filter(None, collections)),
            "wavelengths": f"{waves[0]:g} {waves[-1]:g}" if waves else ""}
    return plain_with(plain("satellite", one, text(one.get("name"))), more)


def bandset_entry(one: Mapping[str, Any]) -> Entry:
    """A set of bands: how many, and their wavelengths (nm)."""
    more = {"bands": _count(one.get("bands")), "wavelengths": ", ".join(f"{wave:g}" for wave in waves_of(one))}
    return plain_with(plain("bandset", one, text(one.get("name")), "description", "captures"), more)


def waves_of(one: Mapping[str, Any]) -> list[float]:
    """The wavelengths of its bands, in their order."""
    bands = [two for two in one.get("bands") or [] if isinstance(two, Mapping)]
    return sorted(float(two["wavelength"]) for two in bands if isinstance(two.get("wavelength"), (int, float)))


def _count(listed: Any) -> str:
    return str(len(listed)) if isinstance(listed, list) and listed else ""


def project_entry(one: Mapping[str, Any]) -> Entry:
    """A project by its title."""
    name = text(one.get("title")) or text(one.get("name"))
    return plain("project", one, name, "name", "members_count")


def aoi_entry(one: Mapping[str, Any]) -> Entry:
    """An area of interest with its shape."""
    more = details(one, "description", "project_id", "satellite_id", "progress", "area_in_sq_m", "created_at")
    return Entry("aoi", text(one.get("aoi_id")), text(one.get("name")), text(one.get("status")), more, shape(one))


def asset_entry(one: Mapping[str, Any]) -> Entry:
    """An asset of an area; its state is followed by none of a mosaic."""
    made = plain("asset", one, text(one.get("name")), "asset_type", "date", "resolution", "progress", "description")
    return Entry(made.kind, made.id, made.name, made.state, made.details, shape(one))


def item_entry(kind: str, identity: str, item: Mapping[str, Any], more: Mapping[str, str]) -> Entry:
    """A STAC item: its properties that people look for, and its footprint."""
    given = item.get("properties")
    properties: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    shown = details(properties, "datetime", "platform", "eo:cloud_cover", "gsd", "rd:product_level", "view:off_nadir")
    name = text(item.get("id")) or identity
    return Entry(kind, identity, name, "", {**shown, **more}, shape(item))


def catalog_entry(one: Mapping[str, Any]) -> Entry:
    """What was delivered."""
    item = one.get("details")
    more = details(one, "area", "delivery_status", "created_at")
    return item_entry("catalog", text(one.get("id")), item if isinstance(item, Mapping) else {}, more)


def scene_entry(one: Mapping[str, Any]) -> Entry:
    """A scene of the archive."""
    return item_entry("scene", f"{text(one.get('collection'))}/{text(one.get('id'))}", one, {})


def order_entry(one: Mapping[str, Any]) -> Entry:
    """An order, by when it was made and its first item."""
    items = one.get("order_items")
    first = next((text(two.get("name")) for two in items if isinstance(two, Mapping)), "") if items else ""
    made = text(one.get("created_at"))[:10]
    return plain("order", one, ", ".join(filter(None, (first, made))), "total_amount", "paid_at")


def order_item_entry(one: Mapping[str, Any]) -> Entry:
    """An item of an order. What is wrong with it is told of a single one only (section 12.2)."""
    made = plain("order_item", one, text(one.get("name")), "type", "payment_status", "usecase", "area", "final_amount",
                 "recurrence", "start_date", "end_date", "no_of_occurrences", "cloud_cover", "off_nadir",
                 "image_type", "feasibility_status", "last_feasibility_check")
    return plain_with(made, {"faults": "\n".join(faults(one))})


def order_task_entry(one: Mapping[str, Any]) -> Entry:
    """A task of an order item."""
    made = plain("order_task", one, text(one.get("type")), "delivery_status", "number_of_strips", "tokens_used")
    return plain_with(made, {name: iso_day(one.get(name)) for name in ("start_date", "end_date")})


def insight_entry(one: Mapping[str, Any]) -> Entry:
    """An insight with what it found beside rasters."""
    made = plain("insight", one, text(one.get("name")), "progress", "cost", "err_msg")
    return plain_with(made, {"results": "\n".join(described(one.get("output")))})


def job_task_entry(one: Mapping[str, Any]) -> Entry:
    """A task of a job with what it found beside rasters, and what the platform says of it."""
    made = plain("job_task", one, text(one.get("name")), "state_msg", "progress", "err_msg", "time_taken")
    told = {"results": described(one.get("result")), "disclaimer": notes_of(one.get("disclaimer")),
            "logs": logs_of(one.get("info_logs"))}
    return plain_with(made, {name: "\n".join(lines) for name, lines in told.items()})


def block_entry(one: Mapping[str, Any]) -> Entry:
    """A block, named by its name and version, which is how it is found."""
    given = one.get("spec")
    spec: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    identity = f"{text(spec.get('name'))}/{text(spec.get('version'))}"
    more = {**details(spec, "kind", "version", "description"), **details(one, "price")}
    name = f"{text(spec.get('title')) or text(spec.get('name'))} {text(spec.get('version'))}".strip()
    return Entry("block", identity, name, text(one.get("block_status")), more)


def store_entry(one: Mapping[str, Any]) -> Entry:
    """A store and its bucket."""
    configs = one.get("configs")
    more = details(configs, "bucket", "region", "path_prefix") if isinstance(configs, Mapping) else {}
    return plain_with(plain("store", one, text(one.get("name")), "type"), more)


def delivery_entry(one: Mapping[str, Any], scenes: names.Names) -> Entry:
    """A delivery to a store, by the scene that is delivered."""
    more = details(one, "catalog_id", "target_path", "created_at", "updated_at")
    identity = text(one.get("delivery_id"))
    name = scenes.get(text(one.get("catalog_id"))) or text(one.get("target_path")) or identity
    return Entry("delivery", identity, name, text(one.get("status")), more)


def plain_with(entry: Entry, more: Mapping[str, str]) -> Entry:
    """The entry with more to show; what is empty is not shown."""
    given = {name: value for name, value in more.items() if value}
    return Entry(entry.kind, entry.id, entry.name, entry.state, {**entry.details, **given}, entry.footprint)


def shape(one: Mapping[str, Any]) -> Mapping[str, object] | None:
    """The footprint where the answer carries one."""
    found = one.get("geometry")
    return found if isinstance(found, Mapping) else None
